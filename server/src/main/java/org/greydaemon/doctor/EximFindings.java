package org.greydaemon.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is wrong with how an Exim asks the daemon. Confined to one thread.
final class EximFindings {
    private static final String DOCUMENT = "see docs/exim.md";
    private static final Pattern CALL = Pattern.compile("readsocket\\s*\\{([^{}]*)}\\s*\\{");
    private static final Pattern ACL =
            Pattern.compile("(?m)^\\s*(acl_smtp_[a-z]+)[ \\t]*=[ \\t]*(.*)$");
    private static final Pattern NAME = Pattern.compile("([A-Za-z0-9_]+):\\s*");
    private static final Pattern VERB =
            Pattern.compile("\\s*(accept|defer|deny|discard|drop|require|warn)\\b.*");

    private final String text;
    private final Daemon daemon;
    private final Machine machine;
    private final Map<String, List<EximStatement>> acls;
    private final String rcpt;
    private final String data;
    private final List<String> asking = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private boolean saidPlace;

    private EximFindings(String text, Daemon daemon, Machine machine) {
        this.text = text;
        this.daemon = daemon;
        this.machine = machine;
        acls = acls(text);
        rcpt = used("acl_smtp_rcpt");
        data = used("acl_smtp_data");
    }

    /// @param configuration as `exim -bP config` prints it or its file has it
    static List<Finding> of(String configuration, Daemon daemon, Machine machine) {
        String text = EximText.of(configuration, machine::read);
        EximFindings search = new EximFindings(text, daemon, machine);
        search.acls.forEach(search::acl);
        search.used();
        return List.copyOf(search.findings);
    }

    private void add(String what, String remedy) {
        findings.add(new Finding(what, remedy));
    }

    /// The statements of each ACL.
    private static Map<String, List<EximStatement>> acls(String text) {
        Map<String, List<String>> acls = new LinkedHashMap<>();
        int begin = text.indexOf("begin acl");
        List<String> current = new ArrayList<>();
        for (String line : text.substring(Math.max(0, begin)).split("\\R", -1)) {
            if (line.startsWith("begin ") && !line.startsWith("begin acl")) {
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

    /// The name of the ACL that is used, as far as that is one.
    private String used(String option) {
        Matcher set = ACL.matcher(text);
        while (set.find()) {
            if (set.group(1).equals(option)) {
                return set.group(2).strip().replaceAll("^\"|\"$", "");
            }
        }
        return "";
    }

    private void acl(String name, List<EximStatement> statements) {
        for (int i = 0; i < statements.size(); i++) {
            EximStatement statement = statements.get(i);
            Matcher call = CALL.matcher(statement.text());
            if (!call.find() || !isOurs(name, call.group(1).strip())) {
                continue;
            }
            asking.add(name);
            List<EximStatement> before = statements.subList(0, i);
            verb(name, statement, statements.subList(i + 1, statements.size()));
            whose(name, statement, before);
            waits(name, statement.text());
            if (name.equals(rcpt)) {
                order(before, name);
            }
        }
    }

    private boolean isOurs(String acl, String service) {
        Optional<Place> place = Place.of(service, "/");
        if (daemon.isHeard() && place.isPresent() && Daemon.takes(daemon.policy(), place.get())) {
            return true;
        }
        saidPlace |= !daemon.isHeard(); // Nobody knows whom Exim asks there.
        if (place.isEmpty() || !machine.listens(place.get())) {
            add(acl + " asks '" + service + "', where nobody listens", daemon.policyPlace());
            saidPlace = true;
            return false;
        }
        if (Daemon.looksLikeOne(service)) {
            if (!daemon.isHeard()) {
                return true; // Whichever it is: where it is asked, and how, can be judged.
            }
            add(
                    acl + " asks another greylister, at " + place.get(),
                    "take it out: each would have the other's mail wait");
        }
        return false;
    }

    /// Whether it defers, and looks at the answer: itself, or what stands behind a `warn`.
    private void verb(String acl, EximStatement statement, List<EximStatement> behind) {
        List<EximStatement> judges = new ArrayList<>();
        if (statement.isVerb("warn") && statement.variable().isPresent()) {
            behind.stream()
                    .filter(one -> one.looksAt(statement.variable().get()))
                    .forEach(judges::add);
        } else if (statement.text().matches("(?s).*condition\\s*=.*")) {
            judges.add(statement);
        }
        if (judges.stream().anyMatch(one -> !one.isVerb("defer", "warn"))
                || (judges.isEmpty() && !statement.isVerb("defer", "warn"))) {
            add(
                    acl + " asks the daemon in a statement that does not begin with defer",
                    "write defer; deny refuses mail for good, " + DOCUMENT);
        }
        if (judges.isEmpty()) {
            add(
                    acl
                            + " does not look at the answer"
                            + (statement.isVerb("warn") ? "" : ", so it defers all mail"),
                    "add the condition of the document, " + DOCUMENT);
        }
    }

    private void whose(String acl, EximStatement statement, List<EximStatement> before) {
        boolean spares =
                before.stream()
                        .anyMatch(one -> one.isVerb("accept") && one.says("authenticated", ""));
        if (!spares && !statement.text().contains("authenticated")) {
            add(
                    acl + " greylists authenticated users",
                    "add !authenticated = * to the statement, " + DOCUMENT);
        }
        boolean sparesHosts =
                before.stream().anyMatch(one -> one.isVerb("accept") && one.says("hosts", "relay"));
        if (!sparesHosts && !statement.excepts("hosts")) {
            add(
                    acl + " greylists this host's programs and the hosts that may relay",
                    "add !hosts = : +relay_from_hosts to the statement, " + DOCUMENT);
        }
    }

    private void waits(String acl, String statement) {
        if (!statement.matches("(?s).*\\}\\s*\\{[0-9]+s?[^}]*}\\s*\\{[^}]*}\\s*\\{[^}]+}.*")) {
            add(
                    acl
                            + " does not say how long it waits for the daemon, or what"
                            + " happens without an answer",
                    "write {5s}{ }{white} behind the question, " + DOCUMENT);
        }
    }

    private void order(List<EximStatement> before, String acl) {
        if (before.stream()
                .noneMatch(one -> one.text().matches("(?s).*verify\\s*=\\s*recipient.*"))) {
            add(
                    acl + " asks about recipients that do not exist",
                    "put the call behind require verify = recipient, " + DOCUMENT);
        }
        for (EximStatement one : before) {
            Optional<String> domains = one.acceptsDomains();
            if (domains.equals(Optional.of("*"))) {
                add(
                        acl + " accepts everything before it asks the daemon",
                        "put the call before the last accept, " + DOCUMENT);
            } else if (domains.isPresent() && !isNobody(domains.get())) {
                add(
                        acl
                                + " accepts mail to "
                                + domains.get()
                                + " before it asks the daemon, so such mail is never greylisted",
                        "put the call before the accept whose domains = "
                                + domains.get()
                                + ", and behind require verify = recipient, "
                                + DOCUMENT);
            }
        }
    }

    /// Whether a domain list has no domain: Debian's has none to relay to unless somebody says so.
    private boolean isNobody(String domains) {
        for (String domain : domains.split(":", -1)) {
            String name = domain.strip();
            boolean isEmptyList =
                    name.startsWith("+")
                            && Pattern.compile(
                                            "(?m)^\\s*domainlist\\s+"
                                                    + Pattern.quote(name.substring(1))
                                                    + "[ \\t]*=[ \\t:]*$")
                                    .matcher(text)
                                    .find();
            if (!name.isEmpty() && !isEmptyList) {
                return false;
            }
        }
        return true;
    }

    /// Whether the ACLs that ask are those that Exim uses.
    private void used() {
        if (asking.isEmpty()) {
            if (!saidPlace) {
                add(
                        "Exim does not ask the daemon at all",
                        "add the block of the document to the ACL of acl_smtp_rcpt, " + DOCUMENT);
            }
            return;
        }
        if (!daemon.isHeard()) {
            return; // Another place may be the daemon's.
        }
        if (isNoName(rcpt)) {
            unjudged("acl_smtp_rcpt", rcpt);
        } else if (!rcpt.isEmpty() && !acls.containsKey(rcpt)) {
            add(
                    "acl_smtp_rcpt is " + rcpt + ", and there is no such ACL",
                    "name the ACL that asks the daemon");
        } else if (!asking.contains(rcpt)) {
            add(
                    "the ACL that asks the daemon is "
                            + asking
                            + ", and acl_smtp_rcpt is "
                            + (rcpt.isEmpty() ? "not set" : rcpt),
                    "set acl_smtp_rcpt to it, " + DOCUMENT);
        }
        if (isNoName(data)) {
            unjudged("acl_smtp_data", data);
        } else if (!asking.contains(data)) {
            add(
                    "bounces are not asked about at DATA",
                    "add the second block of the document to the ACL of acl_smtp_data, "
                            + DOCUMENT);
        }
    }

    /// What Exim expands when mail comes, a file's path, statements, or a macro that stands nowhere
    /// in the file.
    private boolean isNoName(String value) {
        return !acls.containsKey(value)
                && (value.matches(".*[$/\\s].*") || value.matches("[A-Z][A-Z0-9_]*"));
    }

    private void unjudged(String option, String value) {
        findings.add(
                Finding.unjudged(
                        option + " is " + value + ", which is no ACL's name as it stands",
                        "see whether that becomes the ACL that asks the daemon, "
                                + asking
                                + ": exim -bh 192.0.2.1 plays a session"));
    }
}
