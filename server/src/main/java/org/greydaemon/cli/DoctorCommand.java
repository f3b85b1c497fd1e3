package org.greydaemon.cli;

import org.greydaemon.doctor.Daemon;
import org.greydaemon.doctor.Finding;
import org.greydaemon.doctor.Login;
import org.greydaemon.doctor.Machine;
import org.greydaemon.doctor.MailServer;
import org.greydaemon.doctor.Trials;
import org.greydaemon.json.JsonLine;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.Endpoint;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `greyctl doctor`: whether the mail server of this host asks the daemon as it should.
@Command(
        name = "doctor",
        sortOptions = false,
        description =
                "Asks the mail server of this host itself, and names what is wrong with how it asks"
                        + " the daemon; exit status 1 if anything is. No mail is sent.")
final class DoctorCommand implements Callable<Integer> {
    /// Exit status: something is wrong.
    private static final int TROUBLE = 1;

    private static final int SMTP_PORT = 25;

    @Option(
            names = "--smtp",
            paramLabel = "ipaddr:port",
            description = "Where the mail server takes mail (127.0.0.1:25).")
    private String smtp = "127.0.0.1:" + SMTP_PORT;

    @Option(
            names = "--recipient",
            paramLabel = "address",
            description = "A recipient that exists; it gets no mail (root or postmaster).")
    private @Nullable String recipient;

    @Option(
            names = "--mail-server",
            paramLabel = "name",
            description = "postfix, exim, sendmail, opensmtpd or qmail, if it does not say so.")
    private @Nullable String mailServer;

    @Option(
            names = "--mail-config",
            paramLabel = "path",
            description = "Its file or folder of configuration, if it is not the usual one.")
    private @Nullable Path mailConfig;

    @Option(
            names = "--auth",
            paramLabel = "user",
            description = "A user of the mail server who is tried too; needs --password-file.")
    private @Nullable String user;

    @Option(
            names = "--password-file",
            paramLabel = "path",
            description = "The user's password, the first line of a file.")
    private @Nullable Path passwordFile;

    @Mixin private ControlOptions control = new ControlOptions();

    private final Machine machine = new Machine();
    private final List<Finding> findings = new ArrayList<>();
    private final List<String> report = new ArrayList<>();

    @Override
    public Integer call() {
        Endpoint place = place();
        Optional<Login> login = login();
        Optional<MailServer> named = named();
        Optional<ControlClient.Line> status = status();
        Daemon daemon = Daemon.of(status.map(line -> line.texts("listening")).orElse(List.of()));
        status.ifPresent(line ->
                say(
                        "greydaemon",
                        line.text("version") + ", " + String.join(", ", line.texts("listening"))));
        Optional<Path> config = Optional.ofNullable(mailConfig);
        Optional<MailServer> server = named.or(() -> MailServer.of("", machine));
        String whom =
                recipient != null
                        ? recipient
                        : server.flatMap(one -> one.recipient(config, place.port(), machine))
                                .orElse("postmaster");
        Optional<Trials> trials = Optional.empty();
        try (DoctorWatch watch = new DoctorWatch(control, status.isPresent(), whom)) {
            trials = Optional.of(trials(place, whom, login, watch));
        } catch (MistakeException e) {
            e.mistakes()
                    .forEach(one ->
                            findings.add(new Finding(smtp + ": " + one.problem(), one.remedy())));
        }
        if (named.isEmpty() && trials.isPresent()) {
            server = MailServer.of(trials.get().banner(), machine);
        }
        configuration(server, config, place.port(), daemon);
        print();
        return findings.isEmpty() ? 0 : TROUBLE;
    }

    private Endpoint place() {
        try {
            return Endpoint.parse(smtp, SMTP_PORT);
        } catch (MistakeException e) {
            throw control.wrong(e.at("--smtp").inOneLine());
        }
    }

    private Optional<MailServer> named() {
        if (mailServer == null) {
            return Optional.empty();
        }
        return Optional.of(
                MailServer.named(mailServer)
                        .orElseThrow(() ->
                                control.wrong(
                                        "--mail-server: '"
                                                + mailServer
                                                + "' is none; give postfix, exim, sendmail,"
                                                + " opensmtpd or qmail")));
    }

    private Optional<ControlClient.Line> status() {
        try (ControlClient client = control.connect()) {
            client.send(ControlOptions.request("status").toString());
            client.end();
            return Optional.of(client.last());
        } catch (NoAnswerException e) {
            String[] parts = String.valueOf(e.getMessage()).split("; ", 2);
            findings.add(
                    new Finding(
                            "greydaemon: " + parts[0],
                            parts.length > 1 ? parts[1] : "start it, and ask again"));
            return Optional.empty();
        }
    }

    private Optional<Login> login() {
        String name = user;
        Path file = passwordFile;
        if (name == null && file == null) {
            return Optional.empty();
        }
        if (name == null || file == null) {
            throw control.wrong("--auth and --password-file belong together; say both or neither");
        }
        String[] lines = machine.read(file).orElse("").split("\\R", 2);
        if (lines[0].isEmpty()) {
            throw control.wrong(
                    "--password-file: "
                            + file
                            + " has no password in its first line, or this user may not read it");
        }
        return Optional.of(new Login(name, lines[0]));
    }

    private Trials trials(Endpoint place, String whom, Optional<Login> login, DoctorWatch watch)
            throws MistakeException {
        Trials trials =
                Trials.of(place.address().toString(), place.port(), whom, login, watch.tag());
        say("mail server", smtp + ": " + trials.banner());
        if (!trials.tls().isEmpty()) {
            say("STARTTLS", "is wanted before any mail, and was spoken: " + trials.tls());
        }
        watch.await();
        who("a stranger", trials.stranger(), watch.decision("stranger"), "");
        who(
                "a local client",
                trials.local(),
                watch.decision("local"),
                "list your own hosts before the call, or in the white list");
        // Where every mailbox exists this waits as any other: what is wrong the configuration says.
        who("nobody's mailbox", trials.unknown(), watch.decision("unknown"), "");
        who("a bounce", trials.bounce(), watch.bounce(), "");
        if (trials.user().isEmpty()) {
            say("a user", "was not played: " + trials.noUser());
        } else {
            who(
                    "a user",
                    trials.user(),
                    watch.decision("user"),
                    "list authenticated users before the call, or have the mail server tell who"
                            + " they are");
        }
        stranger(trials, watch.decision("stranger"), watch.isThere());
        if (watch.remembersLoopback()) {
            findings.add(
                    new Finding(
                            "the daemon remembers mail of this host's own address, 127.0.0.1 or"
                                    + " ::1: a proxy or filter before the mail server hides the"
                                    + " clients",
                            "ask where mail comes in first, or let the proxy tell the client"
                                    + " (XCLIENT, PROXY protocol, smtpd_upstream_proxy_protocol)"));
        }
        return trials;
    }

    private void say(String what, String words) {
        report.add("%-17s %s".formatted(what, words));
    }

    /// What somebody hears, and what the daemon has to do with it.
    ///
    /// @param remedy what to do if it waits and should not; empty if it may wait
    private void who(
            String name, String reply, Optional<ControlClient.Line> decision, String remedy) {
        if (reply.isEmpty()) {
            say(name, "was not played: the mail server lets nobody be another client (XCLIENT)");
            return;
        }
        String asked =
                decision.map(line ->
                                "the daemon was asked over %s about %s: %s"
                                                .formatted(
                                                        line.text("proto"),
                                                        line.text("client"),
                                                        line.text("reason"))
                                        + (line.text("by").isEmpty()
                                                ? ""
                                                : ", by " + line.text("by"))
                                        + (line.text("observed").isEmpty() ? "" : ", in a trial"))
                        .orElse("the daemon was not asked");
        say(name, "hears '" + reply + "'; " + asked);
        if (!remedy.isEmpty() && reply.startsWith("4") && decision.isPresent()) {
            findings.add(new Finding("mail of " + name + " is greylisted", remedy));
        }
    }

    private void stranger(
            Trials trials, Optional<ControlClient.Line> decision, boolean isDaemonThere) {
        if (trials.stranger().isEmpty() || !isDaemonThere) {
            return;
        }
        if (decision.isEmpty() && trials.stranger().startsWith("2")) {
            findings.add(
                    new Finding(
                            "mail of a stranger passes, and the daemon was not asked about it",
                            "see below what the configuration lacks"));
        }
        decision.map(line -> line.text("client"))
                .filter(client -> !client.equals(Trials.STRANGER))
                .ifPresent(client ->
                        findings.add(
                                new Finding(
                                        "the daemon was asked about "
                                                + client
                                                + " in place of the"
                                                + " client "
                                                + Trials.STRANGER,
                                        "have the mail server tell the client's own address")));
    }

    private void configuration(
            Optional<MailServer> server, Optional<Path> config, int port, Daemon daemon) {
        if (server.isEmpty()) {
            findings.add(
                    new Finding(
                            "nobody knows which mail server that is",
                            "name it with --mail-server, and its configuration with"
                                    + " --mail-config"));
            return;
        }
        say("configuration", server.get().title() + "'s");
        findings.addAll(server.get().findings(config, port, daemon, machine));
    }

    private void print() {
        if (control.json()) {
            for (Finding finding : findings) {
                control.out()
                        .println(
                                new JsonLine()
                                        .put("problem", finding.what())
                                        .put("remedy", finding.remedy()));
            }
            control.out().println(new JsonLine().put("ok", findings.isEmpty()));
            return;
        }
        report.forEach(control.out()::println);
        findings.forEach(finding -> control.out().println("PROBLEM " + finding));
        if (findings.isEmpty()) {
            control.out().println("all is well");
        }
    }
}
