package org.greydaemon.e2e.mta;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Ports;
import org.greydaemon.e2e.Tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// An OpenSMTPD of its own on loopback: takes mail for example.net and keeps it in its queue. Its
/// package would put an installed Postfix away, so it runs from where `check --install` unpacks it,
/// and sees folders, users and name services of its own: its paths are compiled in.
final class OpenSmtpd implements AutoCloseable {
    private static final String OVER_IPV6 = "listen on ::1 port @P@ filter \"greylist\"\n";
    private static final String REST =
            """
            action "keep" relay host smtp://127.0.0.1:9
            match from any for domain "example.net" action "keep"
            """;
    private static final String START =
            """
            for folder in /run /var/lib /var/spool /usr/libexec; do
              mount -t tmpfs tmpfs $folder || exit 1
            done
            mkdir -p /var/lib/opensmtpd/empty /usr/libexec/opensmtpd
            mkdir -m 711 /var/spool/smtpd
            cp @FILTER@ /usr/libexec/opensmtpd/
            for file in passwd group resolv.conf; do
              mount --bind @D@/$file /etc/$file || exit 1
            done
            hostname mx.example.net
            exec @B@ -d -f @D@/smtpd.conf
            """;

    private final Path folder;
    private final int port = Ports.free();
    private final Process process;

    /// Starts it, with the filter of packaging/opensmtpd where the document has it copied to.
    ///
    /// @param folder its own
    /// @param configuration what of smtpd.conf is under test
    OpenSmtpd(Path folder, String configuration) {
        this(folder, configuration, OVER_IPV6);
    }

    /// The same with another line for those who come over IPv6.
    OpenSmtpd(Path folder, String configuration, String overIpv6) {
        Tools.requireRoot();
        Tools.requireIpv6();
        Tools.require("perl", "perl");
        Path program = Tools.requireUnpacked("opensmtpd", "usr/sbin/smtpd");
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            write(
                    "smtpd.conf",
                    configuration.replace("eth0", "127.0.0.1 port @P@") + overIpv6 + REST);
            write("passwd", Host.read(Path.of("/etc/passwd")) + user("d", 901) + user("q", 902));
            write(
                    "group",
                    Host.read(Path.of("/etc/group")) + "opensmtpd:x:901:\nopensmtpq:x:902:\n");
            write("resolv.conf", "lookup file\n");
            write(
                    "start",
                    START.replace("@B@", program.toString())
                            .replace(
                                    "@FILTER@",
                                    Daemon.root()
                                            .resolve("packaging/opensmtpd/filter-greydaemon")
                                            .toString()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        process =
                Host.process(
                        folder.resolve("log"),
                        List.of(
                                "unshare",
                                "--mount",
                                "--uts",
                                "sh",
                                folder.resolve("start").toString()));
        Host.await("start of OpenSMTPD", () -> Host.listens("::1", port) || !process.isAlive());
        if (!process.isAlive()) {
            throw new AssertionError("OpenSMTPD said: " + log());
        }
    }

    private static String user(String letter, int number) {
        return "opensmtp%s:x:%d:%d::/nonexistent:/bin/false\n".formatted(letter, number, number);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(
                folder.resolve(name),
                text.replace("@D@", folder.toString()).replace("@P@", "" + port));
    }

    /// The port of 127.0.0.1 that it listens on.
    int port() {
        return port;
    }

    /// Its configuration.
    Path configuration() {
        return folder.resolve("smtpd.conf");
    }

    /// A session of the client at this address: `::1`, or one of 127.0.0.0/8.
    Smtp session(String client) {
        return new Smtp(client, port);
    }

    /// What it has logged, with what the filter says to standard error.
    String log() {
        return Host.read(folder.resolve("log"));
    }

    @Override
    public void close() {
        process.destroy();
        Host.await("end of OpenSMTPD", () -> !process.isAlive());
    }
}
