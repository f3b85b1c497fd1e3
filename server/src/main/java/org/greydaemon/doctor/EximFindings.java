package org.greydaemon.doctor;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What is wrong with how an Exim asks the daemon. Confined to one thread.
final class EximFindings {
    private static final String DOCUMENT = "see docs/exim.md";
    private static final Pattern CALL = Pattern.compile("readsocket\\s*\\{([^{}]*)}\\s*\\{");

    /// Behind the question: how long, the end of a line, and what is taken for an answer without
    /// one.
    private static final Pattern ANSWER =
            Pattern.compile("}\\s*\\{\\s*(\\d+[smhdw]?)[^}]*}\\s*\\{[^}]*}\\s*\\{[^}]+}");

    private static final String TIMES = "write {5s}{ }{white} behind the question, " + DOCUMENT;

    private final Daemon daemon;
    private final EximAcls acls;
    private final EximHosts hosts;
    private final String rcpt;
    private final String data;
    private final String predata;

    /// ACLs that ask, or use one that does.
    private final Set<String> asking = new LinkedHashSet<>();

    private final EximPeers peers;
    private final EximBounces bounces = new EximBounces();
    private final FindingList findings = new FindingList();

    private EximFindings(String text, Daemon daemon, Machine machine) {
        this.daemon = daemon;
        peers = new EximPeers(daemon, machine, findings);
        acls = new EximAcls(text);
        hosts = new EximHosts(acls::hosts, machine::read);
        rcpt = acls.named("acl_smtp_rcpt");
        data = acls.named("acl_smtp_data");
        predata = acls.named("acl_smtp_predata");
    }

    /// @param configuration as `exim -bP config` prints it or its file has it
    static List<Finding> of(String configuration, Daemon daemon, Machine machine) {
        String text = EximText.of(configuration, machine::read);
        EximFindings search = new EximFindings(text, daemon, machine);
        search.acls.statements().forEach(search::acl);
        search.used();
        if (daemon.isHeard()) {
            new EximRspamd(text, search.acls, new Rspamd(machine))
                    .findings(search.data)
                    .forEach(search.findings::add);
            EximDatabase.findings(search.acls).forEach(search.findings::add);
        }
        return search.findings.all();
    }

    private void acl(String name, List<EximStatement> statements) {
        for (int i = 0; i < statements.size(); i++) {
            EximStatement statement = statements.get(i);
            Matcher call = CALL.matcher(statement.text());
            boolean isOurs = false;
            while (!isOurs && call.find()) {
                isOurs = peers.isOurs(name, call.group(1).strip());
            }
            if (!isOurs) {
                continue;
            }
            waits(name, statement.text());
            EximStatement asked = new EximStatement(statement.text().substring(0, call.start()));
            for (EximAcls.Way way : acls.ways(name)) {
                List<EximStatement> before = EximAcls.with(way.before(), statements.subList(0, i));
                List<EximAcls.Later> behind =
                        EximAcls.with(
                                EximAcls.Later.of(
                                        statements.subList(i + 1, statements.size()), way.isIdle()),
                                way.behind());
                asking.add(way.root());
                verb(name, statement, way, behind);
                List<EximStatement> gone = acls.unfolded(before);
                List<EximStatement> its = EximAcls.with(way.users(), List.of(statement));
                whose(name, its, gone);
                if (way.root().equals(data) || way.root().equals(predata)) {
                    bounces.data(name, its, gone);
                }
                if (way.root().equals(rcpt)) {
                    bounces.rcpt(name, its, gone);
                    verified(EximAcls.with(EximAcls.with(gone, way.users()), List.of(asked)), name);
                }
                accepted(before, name, way.root().equals(rcpt));
            }
        }
    }

    /// Whether it defers, and looks at the answer: itself, or what stands behind a `warn`.
    ///
    /// @param way to its ACL: there an `accept` of the nested one defers
    private void verb(
            String acl, EximStatement statement, EximAcls.Way way, List<EximAcls.Later> behind) {
        List<EximAcls.Later> judges = new ArrayList<>();
        if (statement.isVerb("warn") && statement.variable().isPresent()) {
            String variable = statement.variable().get();
            Stream.concat(behind.stream(), later(way.root(), variable))
                    .filter(one -> one.statement().looksAt(variable))
                    .forEach(judges::add);
        } else if (statement.text().matches("(?s).*condition\\s*=.*")) {
            judges.add(new EximAcls.Later(statement, way.isIdle()));
        }
        List<EximStatement> users = way.users();
        if (users.stream().anyMatch(user -> isKept(user, way.behind()))) {
            return; // It has kept what has become of it, and that is judged.
        }
        if (!users.isEmpty()
                && users.getLast().expands(acl)
                && users.getLast().isVerb("deny", "drop")) {
            findings.add(
                    acl + " is used in an expansion by deny, which refuses mail for good then",
                    "write require acl = " + acl + " there, with accept at the end of " + acl);
        }
        boolean isDeferred =
                statement.isVerb("accept") && !users.isEmpty() && users.getLast().isVerb("defer");
        if (!isDeferred
                && (judges.stream().anyMatch(one -> !one.statement().isVerb("defer", "warn"))
                        || (judges.isEmpty() && !statement.isVerb("defer", "warn")))) {
            findings.add(
                    acl + " asks the daemon in a statement that does not begin with defer",
                    "write defer; deny refuses mail for good, " + DOCUMENT);
        } else if (!judges.isEmpty()
                && judges.stream()
                        .allMatch(one -> one.isIdle() && one.statement().isVerb("defer"))) {
            findings.add(
                    acl
                            + " defers in vain: it is used by warn or in an expansion, which go on"
                            + " then, so no mail is ever deferred",
                    "write require acl = " + acl + " there, with accept at the end of " + acl);
        }
        if (judges.isEmpty()) {
            findings.add(
                    acl
                            + " does not look at the answer"
                            + (statement.isVerb("warn") ? "" : ", so it defers all mail"),
                    "add the condition of the document, " + DOCUMENT);
        }
    }

    /// What is gone through at DATA, and does not set a variable anew: that lasts as long as the
    /// message.
    private Stream<EximAcls.Later> later(String root, String variable) {
        List<String> roots = root.equals(rcpt) ? List.of(predata, data) : List.of();
        return acls.statements().entrySet().stream()
                .filter(acl ->
                        acls.ways(acl.getKey()).stream()
                                .anyMatch(way -> roots.contains(way.root())))
                .flatMap(acl -> EximAcls.Later.of(acl.getValue(), false).stream())
                .filter(one -> !one.statement().variable().equals(Optional.of(variable)));
    }

    /// Whether a `warn` keeps what an ACL says, and a later statement looks at it.
    private static boolean isKept(EximStatement user, List<EximAcls.Later> behind) {
        return user.isVerb("warn")
                && user.variable().isPresent()
                && behind.stream().anyMatch(one -> one.statement().looksAt(user.variable().get()));
    }

    /// @param asking the statement that asks, and those that use its ACL
    private void whose(String acl, List<EximStatement> asking, List<EximStatement> before) {
        boolean spares =
                before.stream()
                        .anyMatch(one ->
                                one.isVerb("accept") && one.says("authenticated", _ -> true));
        if (!spares && asking.stream().noneMatch(one -> one.text().contains("authenticated"))) {
            findings.add(
                    acl + " greylists authenticated users",
                    "add !authenticated = * to the statement, " + DOCUMENT);
        }
        hosts.finding(acl, asking, before).ifPresent(findings::add);
    }

    private void waits(String acl, String statement) {
        Matcher answer = ANSWER.matcher(statement);
        if (!answer.find()) {
            findings.add(
                    acl
                            + " does not say how long it waits for the daemon, or what"
                            + " happens without an answer",
                    TIMES);
            return;
        }
        long seconds = AnswerTime.ofPostfix(answer.group(1));
        boolean isLong = seconds >= AnswerTime.DATA;
        if (seconds < AnswerTime.LEAST || isLong) {
            findings.add(
                    acl
                            + " waits "
                            + answer.group(1)
                            + " for an answer, and "
                            + (isLong ? "a client hangs up before" : AnswerTime.TOO_SHORT),
                    TIMES);
        }
    }

    private void verified(List<EximStatement> before, String acl) {
        if (before.stream()
                .noneMatch(one -> one.text().matches("(?s).*verify\\s*=\\s*recipient.*"))) {
            findings.add(
                    acl + " asks about recipients that do not exist",
                    "put the call behind require verify = recipient, " + DOCUMENT);
        }
    }

    private void accepted(List<EximStatement> before, String acl, boolean isAtRcpt) {
        for (EximStatement one : before) {
            Optional<String> domains = one.acceptsDomains();
            if (domains.equals(Optional.of("*"))) {
                findings.add(
                        acl + " accepts everything before it asks the daemon",
                        "put the call before the last accept, " + DOCUMENT);
            } else if (isAtRcpt && domains.isPresent() && !acls.isNobody(domains.get())) {
                findings.add(
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

    /// Whether the ACLs that ask are those that Exim uses.
    private void used() {
        if (asking.isEmpty()) {
            if (!peers.saidPlace()) {
                findings.add(
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
        } else if (!rcpt.isEmpty() && !acls.statements().containsKey(rcpt)) {
            findings.add(
                    "acl_smtp_rcpt is " + rcpt + ", and there is no such ACL",
                    "name the ACL that asks the daemon");
        } else if (!asking.contains(rcpt)) {
            findings.add(
                    "the ACL that asks the daemon is "
                            + asking
                            + ", and acl_smtp_rcpt is "
                            + (rcpt.isEmpty() ? "not set" : rcpt),
                    "set acl_smtp_rcpt to it, " + DOCUMENT);
        }
        if (isNoName(data)) {
            unjudged("acl_smtp_data", data);
        }
        bounces.findings(!isNoName(data)).forEach(findings::add);
    }

    /// What Exim expands when mail comes, a file's path, statements, or a macro that stands nowhere
    /// in the file.
    private boolean isNoName(String value) {
        return !acls.statements().containsKey(value)
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
