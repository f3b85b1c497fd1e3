package org.greydaemon.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is wrong with how a qmail asks the daemon. Confined to one thread.
final class QmailFindings {
    /// What says where to ask: the daemon's datagrams, and s/qmail in Postfix' words.
    static final List<String> VARIABLES = List.of("GREYIP", "POSTGREY");

    private static final String DOCUMENT = "see qmail/README.md";

    /// A shell's assignment.
    private static final Pattern SET =
            Pattern.compile("\\b(GREYIP|POSTGREY)=(?:\"([^\"]*)\"|'([^']*)'|([^\\s,;]*))");

    /// A rule's: whatever stands behind the equals sign ends the value (tcprules).
    private static final Pattern SET_BY_RULE = Pattern.compile(",(GREYIP|POSTGREY)=(.)(.*?)\\2");

    private static final Pattern RULE = Pattern.compile("(?m)^([^#:\\s][^:]*|):(allow|deny)(.*)$");
    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*#.*$");
    private static final int PORT = 1999;

    /// What s/qmail's qmail-postgrey asks if none is said.
    private static final int POSTGREY_PORT = 60_000;

    private final QmailService service;
    private final Daemon daemon;
    private final FindingList findings = new FindingList();

    private QmailFindings(QmailService service, Daemon daemon) {
        this.service = service;
        this.daemon = daemon;
    }

    /// Where it is asked.
    private record Asked(String variable, String value) {
        boolean isOn() {
            return !value.isEmpty();
        }

        @Override
        public String toString() {
            return variable + "=" + value;
        }
    }

    /// @param files what a file holds; empty if it cannot be read
    static List<Finding> of(
            QmailService service, Daemon daemon, Function<String, Optional<String>> files) {
        QmailFindings search = new QmailFindings(service, daemon);
        search.look();
        Spamdyke.finding(service.expandedRun(), files).ifPresent(search.findings::add);
        return search.findings.all();
    }

    /// The same where all of it was read.
    static List<Finding> of(String smtpd, String run, String rules, Daemon daemon) {
        return of(
                new QmailService(smtpd, run, rules, Optional.empty()),
                daemon,
                _ -> Optional.empty());
    }

    private void look() {
        String run = COMMENT.matcher(service.run()).replaceAll("");
        String rules = COMMENT.matcher(service.rules()).replaceAll("");
        Optional<String> unread = service.unread();
        boolean isPatched = VARIABLES.stream().anyMatch(service.smtpd()::contains);
        boolean isBeside =
                (run + rules)
                        .matches(
                                "(?s).*\\b(greyq|greyqueue|mailfront|spamdyke|ENABLE_SPP|POSTGREY).*");
        if (!isPatched && !isBeside) {
            String what = "qmail-smtpd has not been patched: it knows no GREYIP, and ";
            findings.add(
                    unread.map(reason ->
                                    Finding.unjudged(
                                            what
                                                    + reason
                                                    + ", so whether a program beside asks could not"
                                                    + " be judged",
                                            "see whether one is named there, " + DOCUMENT))
                            .orElse(
                                    new Finding(
                                            what + "nothing in the run file asks the daemon for it",
                                            "apply the patch, or use one of the ways without, "
                                                    + DOCUMENT)));
        }
        asked(run, rules, unread);
    }

    private void asked(String run, String rules, Optional<String> unread) {
        List<Asked> byRun = byShell(run);
        List<Asked> byRules = new ArrayList<>();
        Matcher rule = RULE.matcher(rules);
        while (rule.find()) {
            List<Asked> its = byRule(rule.group(3));
            byRules.addAll(its);
            if (rule.group(1).startsWith("127.")
                    && its.stream().anyMatch(Asked::isOn)
                    && !rule.group(3).contains("RELAYCLIENT=")) {
                findings.add(
                        "the rule '" + rule.group() + "' has your own hosts greylisted",
                        "write GREYIP=\"\" in it, " + DOCUMENT);
            }
        }
        boolean forAll = forOthers(byRun, rules).stream().anyMatch(Asked::isOn);
        boolean forSome = byRules.stream().anyMatch(Asked::isOn);
        if (!forAll && !forSome) {
            notAsked(byRun.stream().filter(Asked::isOn).findFirst(), unread);
        } else if (!forAll) {
            findings.add(
                    byRules.getFirst().variable()
                            + " is set for some clients only: the rule for all others, ':allow',"
                            + " has none",
                    "set it in the last rule, and run tcprules, " + DOCUMENT);
        }
        byRun.forEach(this::place);
        byRules.forEach(this::place);
    }

    /// What is in force for whom no other rule is. Of several such rules tcpserver finds the first
    /// (cdb_find), and of what it names the run file's value does not count.
    private static List<Asked> forOthers(List<Asked> byRun, String rules) {
        List<Asked> inForce = new ArrayList<>(byRun);
        RULE.matcher(rules)
                .results()
                .filter(rule -> rule.group(1).isEmpty())
                .findFirst()
                .ifPresent(rule ->
                        byRule(rule.group(3))
                                .forEach(its -> {
                                    inForce.removeIf(one -> one.variable().equals(its.variable()));
                                    inForce.add(its);
                                }));
        return inForce;
    }

    /// @param undone what the run file says and the rule for all takes back
    private void notAsked(Optional<Asked> undone, Optional<String> unread) {
        if (undone.isPresent()) {
            String variable = undone.get().variable();
            findings.add(
                    "tcpserver's rule for all, ':allow', empties the "
                            + variable
                            + " of the run file, so the daemon is not asked",
                    "take " + variable + " out of the rule, and run tcprules, " + DOCUMENT);
            return;
        }
        String seen = service.run().isEmpty() ? "tcpserver's rules" : "the run file";
        findings.add(
                unread.map(reason ->
                                Finding.unjudged(
                                        "GREYIP is not set in "
                                                + seen
                                                + ", and "
                                                + reason
                                                + ", so whether the daemon is asked could not"
                                                + " be judged",
                                        "see whether it is set there, " + DOCUMENT))
                        .orElse(
                                new Finding(
                                        "GREYIP is set neither in the run file nor in"
                                                + " tcpserver's rules, so the daemon is not asked",
                                        "set it, :allow,GREYIP=\":1999\" for example, and run"
                                                + " tcprules, "
                                                + DOCUMENT)));
    }

    private static List<Asked> byShell(String text) {
        List<Asked> values = new ArrayList<>();
        Matcher set = SET.matcher(text);
        while (set.find()) {
            String value =
                    set.group(2) != null
                            ? set.group(2)
                            : set.group(3) != null ? set.group(3) : set.group(4);
            values.add(new Asked(set.group(1), value));
        }
        return values;
    }

    private static List<Asked> byRule(String text) {
        return SET_BY_RULE
                .matcher(text)
                .results()
                .map(set -> new Asked(set.group(1), set.group(3)))
                .toList();
    }

    /// `:`, `127.0.0.1:`, `:1999` and `127.0.0.1:1999`, with `@` in place of the colon too; s/qmail
    /// has `127.0.0.1;60000`.
    private void place(Asked asked) {
        String value = asked.value();
        if (value.isEmpty() || value.contains("$") || value.contains("%")) {
            return;
        }
        boolean isPolicy = asked.variable().equals("POSTGREY");
        List<Place> ours = isPolicy ? daemon.policy() : daemon.udp();
        String text = value.replace(isPolicy ? ';' : '@', ':');
        int colon = text.endsWith("]") ? text.length() : text.lastIndexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        String port = colon < 0 || colon >= text.length() ? "" : text.substring(colon + 1);
        Optional<Place> place =
                Place.of(
                        (host.isEmpty() ? "127.0.0.1" : host)
                                + ":"
                                + (port.isEmpty() ? (isPolicy ? POSTGREY_PORT : PORT) : port),
                        "/");
        if (place.isEmpty()) {
            findings.add(
                    asked + " is no place",
                    (isPolicy ? "write 127.0.0.1;10023, " : "write 127.0.0.1:1999 or :1999, ")
                            + DOCUMENT);
        } else if (daemon.isHeard() && !Daemon.takes(ours, place.get())) {
            findings.add(
                    asked + " asks " + place.get() + ", where no greydaemon listens",
                    "it listens at "
                            + Daemon.first(
                                    ours, isPolicy ? "no place; --policy says one" : "no place"));
        }
    }
}
