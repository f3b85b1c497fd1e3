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

import java.nio.charset.StandardCharsets;
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
    private Daemon daemon = Daemon.UNHEARD;

    @Override
    public Integer call() {
        Endpoint place = place();
        Optional<Login> login = login();
        Optional<MailServer> named = named();
        Optional<ControlClient.Line> status = status();
        daemon = status.map(line -> Daemon.of(line.texts("listening"))).orElse(Daemon.UNHEARD);
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
        try (DoctorWatch watch = new DoctorWatch(control, status.isPresent(), whom)) {
            daemon = daemon.havingWait(watch.namelessWait());
            Trials trials = trials(place, whom, login, watch);
            if (named.isEmpty()) {
                server = MailServer.of(trials.banner(), machine);
            }
            DoctorHearing hearing = new DoctorHearing(trials, watch, server, whom);
            findings.addAll(hearing.judge(this::say));
            configuration(server, config, place.port(), Optional.of(hearing));
        } catch (MistakeException e) {
            e.mistakes()
                    .forEach(one ->
                            findings.add(new Finding(smtp + ": " + one.problem(), one.remedy())));
            configuration(server, config, place.port(), Optional.empty());
        }
        print();
        return isWell() ? 0 : TROUBLE;
    }

    private boolean isWell() {
        return findings.stream().noneMatch(Finding::isProblem);
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
            findings.add(
                    Finding.unjudged(
                            "whether the mail server asks the daemon, and who else greylists there"
                                    + " could not be looked at",
                            "name the daemon's socket with --socket, and ask again"));
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
        String password = firstLine(machine.read(file).orElse(""));
        if (password.isEmpty()) {
            throw control.wrong(
                    "--password-file: "
                            + file
                            + " has no password in its first line, or this user may not read it");
        }
        return Optional.of(new Login(name, password));
    }

    /// @param octets each as a character; the line is UTF-8, in which only a line feed ends it
    private static String firstLine(String octets) {
        String line = octets.split("\r?\n", 2)[0];
        return new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private Trials trials(Endpoint place, String whom, Optional<Login> login, DoctorWatch watch)
            throws MistakeException {
        Trials trials =
                Trials.of(
                        place.address().toString(),
                        place.port(),
                        watch.stranger(),
                        whom,
                        login,
                        watch.tag());
        say("mail server", smtp + ": " + trials.banner());
        if (!trials.tls().isEmpty()) {
            say("STARTTLS", "is wanted before any mail, and was spoken: " + trials.tls());
        }
        watch.await();
        return trials;
    }

    private void say(String what, String words) {
        report.add("%-17s %s".formatted(what, words));
    }

    private void configuration(
            Optional<MailServer> server,
            Optional<Path> config,
            int port,
            Optional<DoctorHearing> hearing) {
        if (server.isEmpty()) {
            findings.add(
                    new Finding(
                            "nobody knows which mail server that is",
                            "name it with --mail-server, and its configuration with"
                                    + " --mail-config"));
            return;
        }
        MailServer known = server.get();
        say("configuration", known.title() + "'s");
        List<Finding> its = known.findings(config, port, daemon, machine);
        boolean asksAboutLoopback = known.asksAboutLoopback(config, machine);
        hearing.flatMap(heard -> heard.unasked(known, asksAboutLoopback, its.size()))
                .ifPresent(findings::add);
        findings.addAll(its);
    }

    private void print() {
        if (control.json()) {
            for (Finding finding : findings) {
                control.out()
                        .println(
                                new JsonLine()
                                        .put(
                                                finding.isProblem() ? "problem" : "unjudged",
                                                finding.what())
                                        .put("remedy", finding.remedy()));
            }
            control.out().println(new JsonLine().put("ok", isWell()));
            return;
        }
        report.forEach(control.out()::println);
        findings.forEach(finding ->
                control.out().println((finding.isProblem() ? "PROBLEM " : "UNJUDGED ") + finding));
        if (isWell()) {
            control.out()
                    .println(
                            findings.isEmpty()
                                    ? "all is well"
                                    : "all is well as far as it could be judged");
        }
    }
}
