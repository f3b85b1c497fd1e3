package org.greydaemon.cli;

import org.greydaemon.doctor.Finding;
import org.greydaemon.doctor.MailServer;
import org.greydaemon.doctor.Trials;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/// What is wrong by what the clients of `greyctl doctor` heard, and by what the daemon was asked
/// about them. Confined to one thread.
final class DoctorHearing {
    /// The daemon's words for mail that waits.
    private static final List<String> DEFERRED = List.of("new", "early", "late");

    private final Trials trials;
    private final DoctorWatch watch;
    private final String recipient;
    private final String remedyOfRefusal;
    private final List<Finding> findings = new ArrayList<>();

    /// @param server the mail server; empty if nobody knows which it is
    /// @param recipient who was tried
    DoctorHearing(Trials trials, DoctorWatch watch, Optional<MailServer> server, String recipient) {
        this.trials = trials;
        this.watch = watch;
        this.recipient = recipient;
        remedyOfRefusal =
                server.map(MailServer::refuses).orElse("find what turns its 4yz into a 5yz");
    }

    /// Says what was heard, and finds what is wrong.
    List<Finding> judge(BiConsumer<String, String> say) {
        who(say, "a stranger", trials.stranger(), watch.decision("stranger"), "");
        who(
                say,
                "a local client",
                trials.local(),
                watch.decision("local"),
                "list your own hosts before the call, or in the white list");
        // Where every mailbox exists this waits as any other: what is wrong the configuration says.
        who(say, "nobody's mailbox", trials.unknown(), watch.decision("unknown"), "");
        who(say, "a bounce", trials.bounce(), watch.bounce(), "");
        if (trials.user().isEmpty()) {
            say.accept("a user", "was not played: " + trials.noUser());
        } else {
            who(
                    say,
                    "a user",
                    trials.user(),
                    watch.decision("user"),
                    "list authenticated users before the call, or have the mail server tell who"
                            + " they are");
        }
        tested();
        if (watch.isThere() && !trials.stranger().isEmpty()) {
            stranger();
        }
        boolean isOurs = watch.bounce().filter(watch::isOfStranger).isPresent();
        if (isOurs && isDeferred(watch.bounce()) && trials.bounce().matches("[23].*")) {
            passes("a bounce");
        }
        if (watch.remembersLoopback()) {
            findings.add(
                    new Finding(
                            "the daemon remembers mail of this host's own address, 127.0.0.1 or"
                                    + " ::1: a proxy or filter before the mail server hides the"
                                    + " clients",
                            "ask where mail comes in first, or let the proxy tell the client"
                                    + " (XCLIENT, PROXY protocol, smtpd_upstream_proxy_protocol)"));
        }
        return List.copyOf(findings);
    }

    /// What somebody hears, and what the daemon has to do with it.
    ///
    /// @param remedy what to do if it waits and should not; empty if it may wait
    private void who(
            BiConsumer<String, String> say,
            String name,
            String reply,
            Optional<ControlClient.Line> decision,
            String remedy) {
        if (reply.isEmpty()) {
            say.accept(
                    name,
                    "was not played: the mail server lets nobody be another client (XCLIENT)");
            return;
        }
        say.accept(name, "hears '" + reply + "'; " + asked(decision));
        if (!isDeferred(decision)) {
            return;
        }
        if (!remedy.isEmpty() && reply.matches("[45].*")) {
            findings.add(new Finding("mail of " + name + " is greylisted", remedy));
        }
        if (reply.startsWith("5") && !isRefusedAnyway() && !name.startsWith("nobody")) {
            findings.add(
                    new Finding(
                            "mail of "
                                    + name
                                    + " is refused for good where the daemon defers it, with '"
                                    + reply
                                    + "', and is lost",
                            remedyOfRefusal));
        }
    }

    private String asked(Optional<ControlClient.Line> decision) {
        if (!watch.isThere()) {
            return "whether the daemon was asked is not known";
        }
        return decision.map(line ->
                        "the daemon was asked over %s about %s: %s"
                                        .formatted(
                                                line.text("proto"),
                                                line.text("client"),
                                                line.text("reason"))
                                + (line.text("by").isEmpty() ? "" : ", by " + line.text("by"))
                                + (line.text("observed").isEmpty() ? "" : ", in a trial"))
                .orElse("the daemon was not asked");
    }

    private static boolean isDeferred(Optional<ControlClient.Line> decision) {
        return decision.filter(line -> line.text("observed").isEmpty())
                .filter(line -> DEFERRED.contains(line.text("reason")))
                .isPresent();
    }

    /// Whether the recipient gets no mail of this host's own programs either.
    private boolean isRefusedAnyway() {
        return trials.local().startsWith("5") && !isDeferred(watch.decision("local"));
    }

    private void tested() {
        if (isRefusedAnyway()) {
            findings.add(
                    new Finding(
                            "mail to "
                                    + recipient
                                    + " is refused, with '"
                                    + trials.local()
                                    + "', so nothing was tested",
                            "name a recipient that exists with --recipient; the mail server's log"
                                    + " may say more"));
        }
    }

    private void stranger() {
        Optional<ControlClient.Line> decision = watch.decision("stranger");
        String reply = trials.stranger();
        decision.map(line -> line.text("client"))
                .filter(client -> !client.equals(watch.stranger()))
                .ifPresent(client ->
                        findings.add(
                                new Finding(
                                        "the daemon was asked about "
                                                + client
                                                + " in place of the"
                                                + " client "
                                                + watch.stranger(),
                                        "have the mail server tell the client's own address")));
        if (decision.isEmpty() && reply.matches("[45].*") && !isRefusedAnyway()) {
            findings.add(
                    new Finding(
                            "a stranger hears '"
                                    + reply
                                    + "' of somebody else than the daemon, which was not asked, so"
                                    + " nothing was tested",
                            "the mail server's log says of whom: another greylister, a call that"
                                    + " nobody answers, or a list that has "
                                    + watch.stranger()
                                    + ", an address that nobody has"));
        } else if (isDeferred(decision) && reply.startsWith("2")) {
            passes("a stranger");
        } else if (decision.isPresent() && !DEFERRED.contains(decision.get().text("reason"))) {
            lets(decision.get());
        }
    }

    private void passes(String who) {
        findings.add(
                new Finding(
                        "the daemon defers " + who + ", and the mail server lets it pass",
                        "see to it that the mail server does what the daemon answers"));
    }

    private void lets(ControlClient.Line decision) {
        boolean isKnown = decision.text("reason").equals("known");
        findings.add(
                new Finding(
                        "the daemon lets the stranger "
                                + watch.stranger()
                                + " pass, "
                                + decision.text("reason")
                                + (decision.text("by").isEmpty()
                                        ? ""
                                        : ", by " + decision.text("by"))
                                + ", so nothing was tested",
                        isKnown
                                ? "greyctl forget --client " + watch.stranger() + ", and ask again"
                                : "greyctl explain says why; take that out, or try another"
                                        + " --recipient"));
    }

    /// What passes though nobody asked the daemon about it.
    ///
    /// @param configuration what it lacks
    Optional<Finding> unasked(MailServer server, boolean isAskedAboutLocal, int configuration) {
        String who = who(isAskedAboutLocal);
        if (!watch.isThere() || who.isEmpty() || (who.equals("a bounce") && configuration > 0)) {
            return Optional.empty();
        }
        return Optional.of(
                new Finding(
                        "mail of " + who + " passes, and the daemon was not asked about it",
                        configuration > 0
                                ? "see below what the configuration lacks"
                                : "the configuration lacks nothing, so the running "
                                        + server.title()
                                        + " does not have it yet: "
                                        + server.reload()
                                        + "; if it has, name the one it has with --mail-config"));
    }

    private String who(boolean isAskedAboutLocal) {
        if (trials.stranger().isEmpty()) {
            boolean passes = trials.local().startsWith("2") && watch.decision("local").isEmpty();
            return isAskedAboutLocal && passes ? "a local client" : "";
        }
        if (watch.decision("stranger").isEmpty()) {
            return trials.stranger().startsWith("2") ? "a stranger" : "";
        }
        return trials.bounce().matches("[23].*") && watch.bounce().isEmpty() ? "a bounce" : "";
    }
}
