package org.greydaemon.e2e.mta;

import org.greydaemon.e2e.Ports;
import org.greydaemon.e2e.Tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A Postfix of its own on loopback: takes mail for example.net, throws it away, lets nothing out.
/// It needs neither DNS nor syslog. Any session may play any client with XCLIENT.
final class Postfix implements AutoCloseable {
    private static final String MAIN =
            """
            compatibility_level = 3.6
            queue_directory = @D@/spool
            data_directory = @D@/data
            maillog_file = @D@/maillog
            maillog_file_prefixes = /var, /dev/stdout, @D@
            syslog_name = postfix-test
            myhostname = mx.example.net
            mydestination = example.net
            mynetworks = 127.0.0.2/32
            inet_interfaces = 127.0.0.1
            inet_protocols = all
            local_recipient_maps =
            alias_maps =
            alias_database =
            local_transport = discard:
            default_transport = error:5.1.2 no outbound mail here
            relay_transport = error:5.1.2 no outbound mail here
            disable_dns_lookups = yes
            smtp_host_lookup = native
            smtpd_peername_lookup = no
            smtpd_authorized_xclient_hosts = 127.0.0.0/8
            smtpd_error_sleep_time = 0
            smtpd_soft_error_limit = 1000
            smtpd_hard_error_limit = 1000
            smtpd_client_connection_rate_limit = 0
            header_checks = regexp:{ { /^X-Greylist:/ INFO } }
            """;
    private static final String MASTER =
            """
            127.0.0.1:@P@ inet n - @CHROOT@ - 30 smtpd
            cleanup unix n - n - 0 cleanup
            qmgr    unix n - n 300 1 qmgr
            rewrite unix - - n - - trivial-rewrite
            bounce  unix - - n - 0 bounce
            defer   unix - - n - 0 bounce
            trace   unix - - n - 0 bounce
            error   unix - - n - - error
            retry   unix - - n - - error
            discard unix - - n - - discard
            proxymap unix - - n - - proxymap
            tlsmgr unix - - n 1000? 1 tlsmgr
            anvil   unix - - n - 1 anvil
            postlog unix-dgram n - n - 1 postlogd
            """;

    private final Path folder;
    private final int port;

    /// Starts it.
    ///
    /// @param folder its own, below folders that every user may look into
    /// @param restrictions what of main.cf is under test
    /// @param chroot whether smtpd sees nothing but the queue directory
    Postfix(Path folder, String restrictions, boolean chroot) {
        Tools.requireRoot();
        Tools.require("postfix", "postfix");
        this.folder = folder;
        port = Ports.free();
        try {
            Files.createDirectories(folder.resolve("etc"));
            Files.createDirectories(folder.resolve("spool"));
            Files.createDirectories(folder.resolve("data"));
            Host.open(folder);
            write("etc/main.cf", MAIN + restrictions);
            write(
                    "etc/master.cf",
                    MASTER.replace("@P@", "" + port).replace("@CHROOT@", chroot ? "y" : "n"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        start();
        Host.await("start of Postfix", () -> log().contains("daemon started"));
    }

    /// What `postfix start` comes to: its checks of an installation take two seconds of a
    /// processor.
    private void start() {
        shell(
                """
                cd "$0/spool" && chown postfix "$0/data" && install -d pid &&
                install -d -o postfix -m 700 active bounce corrupt defer deferred flush hold incoming \\
                  private saved trace &&
                install -d -o postfix -g postdrop -m 2710 public &&
                install -d -o postfix -g postdrop -m 1730 maildrop &&
                MAIL_CONFIG=$0/etc POSTLOG_SERVICE=$0/spool/public/postlog \\
                  POSTLOG_HOSTNAME=mx.example.net exec "$master" -c "$0/etc" -w\
                """);
    }

    /// Runs lines of a shell, for which `$0` is its folder and `$master` Postfix' first process.
    private void shell(String lines) {
        String master = "master=$(postconf -c \"$0/etc\" -h daemon_directory)/master\n";
        Host.run(folder.resolve("output"), List.of("sh", "-c", master + lines, folder.toString()));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text.replace("@D@", folder.toString()));
    }

    /// Changes its configuration, and returns when it is in force: what `postfix reload` comes to
    /// without its checks.
    void configure(String... parameters) {
        List<String> command = new ArrayList<>(List.of("postconf", "-c", etc().toString(), "-e"));
        command.addAll(List.of(parameters));
        Host.run(folder.resolve("output"), command);
        long before = logged("reload -- version");
        List<ProcessHandle> old = started("smtpd");
        shell("kill -HUP $(cat \"$0/spool/pid/master.pid\")");
        // It is said at its beginning; those that listen until its end go on as before.
        Host.await(
                "reload of Postfix",
                () ->
                        logged("reload -- version") > before
                                && old.stream().noneMatch(ProcessHandle::isAlive));
    }

    /// The processes that it has started and that run now.
    ///
    /// @param program the end of their name; empty for all
    private List<ProcessHandle> started(String program) {
        long master = Long.parseLong(Host.read(folder.resolve("spool/pid/master.pid")).strip());
        return ProcessHandle.of(master).stream()
                .flatMap(ProcessHandle::descendants)
                .filter(one -> one.info().command().orElse("").endsWith(program))
                .toList();
    }

    /// The folder of its configuration.
    Path etc() {
        return folder.resolve("etc");
    }

    /// The port of 127.0.0.1 that it listens on.
    int port() {
        return port;
    }

    /// Its queue directory.
    Path spool() {
        return folder.resolve("spool");
    }

    /// What it has logged.
    String log() {
        return Host.read(folder.resolve("maillog"));
    }

    /// How often a text stands in what it has logged.
    long logged(String text) {
        return log().lines().filter(line -> line.contains(text)).count();
    }

    /// A session in which this client speaks; `IPV6:` stands before an IPv6 address.
    Smtp session(String client) {
        return new Smtp("127.0.0.1", port).as("ADDR=" + client);
    }

    /// Ends it and all that it has started: some of them write into its folder, which is deleted
    /// next.
    @Override
    public void close() {
        List<ProcessHandle> started = started("");
        // As `postfix stop`, which looks again after a second at the earliest.
        shell(
                """
                kill $(cat "$0/spool/pid/master.pid") &&
                for i in $(seq 600); do "$master" -c "$0/etc" -t 2>/dev/null && exit; sleep 0.05; done
                exit 1\
                """);
        Host.await("end of Postfix", () -> started.stream().noneMatch(ProcessHandle::isAlive));
    }
}
