package org.greydaemon.e2e.mta;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.e2e.Ports;
import org.greydaemon.e2e.Tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A Sendmail of its own on loopback: takes mail for example.net and keeps it in its queue. Its
/// package would put an installed Postfix away, so it runs from where `check --install` unpacks it,
/// and sees hosts and name services of its own: at its start it asks the DNS for everything.
final class Sendmail implements AutoCloseable {
    private static final String MC =
            """
            divert(0)dnl
            OSTYPE(`linux')dnl
            define(`confDOMAIN_NAME', `mx.example.net')dnl
            define(`confPID_FILE', `@D@/sendmail.pid')dnl
            define(`QUEUE_DIR', `@D@/mqueue')dnl
            define(`STATUS_FILE', `@D@/statistics')dnl
            define(`ALIAS_FILE', `')dnl
            define(`confCW_FILE', `-o @D@/none')dnl
            define(`confSERVICE_SWITCH_FILE', `@D@/service.switch')dnl
            define(`confHOSTS_FILE', `@D@/hosts')dnl
            define(`confDONT_PROBE_INTERFACES', `True')dnl
            define(`confTO_IDENT', `0')dnl
            define(`confDELIVERY_MODE', `queueonly')dnl
            define(`SMART_HOST', `[127.0.0.1]')dnl
            FEATURE(`accept_unresolvable_domains')dnl
            FEATURE(`no_default_msa')dnl
            RELAY_DOMAIN(`example.net')dnl
            DAEMON_OPTIONS(`Name=MTA, Addr=127.0.0.1, Port=@P@')dnl
            DAEMON_OPTIONS(`Name=MTA6, Family=inet6, Addr=::1, Port=@P@')dnl
            @FILTER@
            MAILER(`smtp')dnl
            """;
    private static final String START =
            """
            mount --bind @D@/nsswitch.conf /etc/nsswitch.conf || exit 1
            mount --bind @D@/hosts /etc/hosts || exit 1
            mount --bind @D@/resolv.conf /etc/resolv.conf || exit 1
            mount -t tmpfs -o mode=755 tmpfs /run && mkdir /run/greydaemon || exit 1
            mount --bind @D@/socket /run/greydaemon || exit 1
            hostname mx.example.net
            exec @B@ -C@D@/sendmail.cf -bD -X@D@/traffic
            """;

    /// The name of the host at 127.0.0.9; the others of its clients have none.
    static final String NAMED = "mail.sender.example";

    private final Path folder;
    private final int port = Ports.free();
    private final Process process;

    /// Starts it.
    ///
    /// @param folder its own
    /// @param filter what of sendmail.mc is under test
    Sendmail(Path folder, String filter) {
        this(folder, filter, "files");
    }

    /// @param services where it looks hosts up: `files`, its own hosts; `files dns`, also in a DNS
    ///   that does not answer
    Sendmail(Path folder, String filter, String services) {
        Tools.requireRoot();
        Tools.requireIpv6();
        this.folder = folder;
        Path m4 = Tools.require("m4", "m4");
        String macroFile = "usr/share/sendmail/cf/m4/cf.m4";
        Path macros = Tools.requireUnpacked("sendmail-cf", macroFile).resolve("../..").normalize();
        Path program = Tools.requireUnpacked("sendmail-bin", "usr/libexec/sendmail/sendmail");
        try {
            Files.createDirectories(folder.resolve("mqueue"));
            Files.createDirectories(socketFolder());
            write("hosts", "127.0.0.1 mx.example.net mx localhost\n127.0.0.9 " + NAMED + "\n");
            write("resolv.conf", "nameserver 127.0.0.254\noptions timeout:1 attempts:1\n");
            write(
                    "nsswitch.conf",
                    "passwd: files\ngroup: files\nhosts: " + services + "\nservices: files\n");
            write("service.switch", "hosts " + services + "\naliases files\npasswd files\n");
            write("sendmail.mc", MC.replace("@P@", "" + port).replace("@FILTER@\n", filter));
            write("start", START.replace("@B@", program.toString()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        Host.run(
                folder.resolve("sendmail.cf"),
                List.of(
                        m4.toString(),
                        "-D_CF_DIR_=" + macros + "/",
                        macros.resolve("m4/cf.m4").toString(),
                        folder.resolve("sendmail.mc").toString()));
        process =
                Host.process(
                        folder.resolve("output"),
                        List.of(
                                "unshare",
                                "--mount",
                                "--uts",
                                "sh",
                                folder.resolve("start").toString()));
        Host.await(
                "start of Sendmail (" + folder.resolve("output") + ")",
                () -> Files.exists(folder.resolve("sendmail.pid")) || !process.isAlive());
        if (!process.isAlive()) {
            throw new AssertionError("Sendmail said: " + Host.read(folder.resolve("output")));
        }
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text.replace("@D@", folder.toString()));
    }

    /// The folder that it sees as /run/greydaemon; where tests have theirs it trusts no socket.
    Path socketFolder() {
        return folder.resolve("socket");
    }

    /// The port of 127.0.0.1 that it listens on.
    int port() {
        return port;
    }

    /// Its configuration.
    Path configuration() {
        return folder.resolve("sendmail.cf");
    }

    /// A session of the client at this address: `::1`, or one of 127.0.0.0/8.
    Smtp session(String client) {
        return new Smtp(client, port);
    }

    /// The header lines of all messages that it has taken.
    List<String> headers() {
        try (Stream<Path> queue = Files.list(folder.resolve("mqueue"))) {
            return queue.filter(file -> file.getFileName().toString().startsWith("qf"))
                    .flatMap(Sendmail::lines)
                    .filter(line -> line.startsWith("H"))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Control characters of the queue's own format are no UTF-8.
    private static Stream<String> lines(Path file) {
        try {
            return Files.readString(file, ISO_8859_1).lines();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        Host.await("end of Sendmail", () -> !process.isAlive());
    }
}
