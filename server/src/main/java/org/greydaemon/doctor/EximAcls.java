package org.greydaemon.doctor;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The ACLs of an Exim's configuration, and how they use one another. Immutable.
final class EximAcls {
    private static final Pattern OPTION =
            Pattern.compile("(?m)^\\s*(acl_smtp_[a-z]+)[ \\t]*=[ \\t]*(.*)$");
    private static final Pattern BEGIN = Pattern.compile("(?mi)^[ \\t]*begin[ \\t]+acl[ \\t]*$");
    private static final Pattern SECTION = Pattern.compile("(?i)\\s*begin\\s+[a-z]+\\s*");
    private static final Pattern NAME = Pattern.compile("([A-Za-z0-9_]+):\\s*");
    private static final Pattern VERB =
            Pattern.compile("\\s*(accept|defer|deny|discard|drop|require|warn)\\b.*");

    private final String text;
    private final Map<String, List<EximStatement>> statements;

    /// @param text as {@link EximText} has read it
    EximAcls(String text) {
        this.text = text;
        statements = statements(text);
    }

    /// How a statement of an ACL is come to.
    ///
    /// @param root the ACL that is not used by another one on this way
    /// @param before the statements that are gone through before the first one of the ACL
    /// @param users the statements that use the next ACL of the way
    /// @param behind the statements that are gone through after the last one of the ACL
    /// @param isIdle whether one of the users has no use for a deferral of the ACL
    record Way(
            String root,
            List<EximStatement> before,
            List<EximStatement> users,
            List<Later> behind,
            boolean isIdle) {}

    /// A statement that is gone through later.
    ///
    /// @param isIdle whether it stands in an ACL of whose deferrals nobody has a use
    record Later(EximStatement statement, boolean isIdle) {
        static List<Later> of(List<EximStatement> statements, boolean isIdle) {
            return statements.stream().map(one -> new Later(one, isIdle)).toList();
        }
    }

    private static Map<String, List<EximStatement>> statements(String text) {
        Map<String, List<String>> acls = new LinkedHashMap<>();
        Matcher begin = BEGIN.matcher(text);
        int from = begin.find() ? begin.end() : 0;
        List<String> current = new ArrayList<>();
        for (String line : text.substring(from).split("\\R", -1)) {
            if (SECTION.matcher(line).matches()) {
                break;
            }
            Matcher name = NAME.matcher(line.strip());
            if (name.matches()) {
                current = new ArrayList<>();
                acls.put(name.group(1), current);
            } else if (VERB.matcher(line).matches()) {
                current.add(line);
            } else if (!current.isEmpty()) {
                current.set(current.size() - 1, current.getLast() + "\n" + line);
            }
        }
        Map<String, List<EximStatement>> read = new LinkedHashMap<>();
        acls.forEach(
                (name, lines) -> read.put(name, lines.stream().map(EximStatement::new).toList()));
        return read;
    }

    /// The statements of each ACL.
    Map<String, List<EximStatement>> statements() {
        return statements;
    }

    /// The name of the ACL that an option names, as far as that is one; empty if it is not set.
    String named(String option) {
        Matcher set = OPTION.matcher(text);
        while (set.find()) {
            if (set.group(1).equals(option)) {
                return set.group(2).strip().replaceAll("^\"|\"$", "");
            }
        }
        return "";
    }

    /// The ways to an ACL; one without anything before it if no other one uses it. Ways from ACLs
    /// that no option names count only if there are no others.
    List<Way> ways(String name) {
        List<Way> all = ways(name, List.of(name));
        List<Way> begun = all.stream().filter(way -> isNamed(way.root())).toList();
        return begun.isEmpty() ? all : begun;
    }

    /// Whether an option names an ACL, maybe in an expansion.
    private boolean isNamed(String acl) {
        Pattern word = Pattern.compile("\\b" + acl + "\\b");
        return OPTION.matcher(text).results().anyMatch(set -> word.matcher(set.group(2)).find());
    }

    /// @param passed the ACLs of the way so far: one that uses itself is no way to it
    private List<Way> ways(String name, List<String> passed) {
        List<Way> ways = new ArrayList<>();
        statements.forEach((user, its) -> {
            for (int i = 0; i < its.size() && !passed.contains(user); i++) {
                if (its.get(i).uses(name)) {
                    for (Way way : ways(user, with(passed, List.of(user)))) {
                        ways.add(
                                new Way(
                                        way.root(),
                                        with(way.before(), its.subList(0, i)),
                                        with(way.users(), its.subList(i, i + 1)),
                                        with(
                                                Later.of(
                                                        its.subList(i + 1, its.size()),
                                                        way.isIdle()),
                                                way.behind()),
                                        way.isIdle() || its.get(i).isIdle(name)));
                    }
                }
            }
        });
        return ways.isEmpty()
                ? List.of(new Way(name, List.of(), List.of(), List.of(), false))
                : ways;
    }

    /// Statements, and behind each that uses an ACL what that one has done for it: whoever an ACL
    /// refuses below `require`, or accepts below `accept`, does not come further.
    List<EximStatement> unfolded(List<EximStatement> gone) {
        return unfolded(gone, new HashSet<>());
    }

    /// @param done the ACLs that stand there already, with what they are used for
    private List<EximStatement> unfolded(List<EximStatement> gone, Set<String> done) {
        List<EximStatement> all = new ArrayList<>();
        for (EximStatement one : gone) {
            all.add(one);
            boolean accepts = one.isVerb("accept", "discard");
            statements.forEach((name, its) -> {
                boolean counts = one.uses(name) && !one.expands(name) && !one.isVerb("warn");
                if (counts && done.add(name + accepts)) {
                    unfolded(its, done).stream()
                            .filter(inner -> inner.isVerb("accept") == accepts)
                            .forEach(all::add);
                }
            });
        }
        return all;
    }

    static <T> List<T> with(List<T> some, List<T> others) {
        List<T> all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }

    /// What a named list of hosts is set to; empty if there is none.
    String hosts(String name) {
        return definition("hostlist", name).replaceFirst("^=", "").strip();
    }

    /// Whether a domain list has no domain: Debian's has none to relay to unless somebody says so.
    boolean isNobody(String domains) {
        for (String domain : domains.split(":", -1)) {
            String name = domain.strip();
            boolean isEmptyList =
                    name.startsWith("+")
                            && definition("domainlist", name.substring(1)).matches("=[ \\t:]*");
            if (!name.isEmpty() && !isEmptyList) {
                return false;
            }
        }
        return true;
    }

    /// What a named list is set to, with the `=`; empty if there is none.
    private String definition(String kind, String name) {
        Matcher set =
                Pattern.compile(
                                "(?m)^\\s*(?:hide\\s+)?"
                                        + kind
                                        + "(?:_cache)?\\s+"
                                        + Pattern.quote(name)
                                        + "[ \\t]*(=.*)$")
                        .matcher(text);
        return set.find() ? set.group(1) : "";
    }
}
