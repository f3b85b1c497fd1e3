package org.greydaemon.e2e.mta;

import org.greydaemon.e2e.Certificate;
import org.greydaemon.e2e.Ports;
import org.greydaemon.e2e.Tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// An Exim of its own on loopback: takes mail for example.net and throws it away.
final class Exim implements AutoCloseable {
    private static final String CONFIGURATION =
            """
            exim_path = @PROGRAM@
            primary_hostname = mx.example.net
            qualify_domain = example.net
            spool_directory = @D@/spool
            log_file_path = @D@/log/%slog
            timezone = UTC
            keep_environment =
            local_interfaces = 127.0.0.1
            host_lookup =
            rfc1413_query_timeout = 0s
            @TLS@
            domainlist local_domains = example.net
            hostlist relay_from_hosts = @RELAYS@
            acl_smtp_rcpt = acl_rcpt
            acl_smtp_data = acl_data
            begin acl
            acl_rcpt:
              deny   message = relay not permitted
                     !domains = +local_domains
            @RCPT@
              accept
            acl_data:
            @DATA@
              accept
            begin routers
            sink:
              driver = redirect
              data = :blackhole:
            """;
    private static final String USERS =
            """
            begin authenticators
            plain:
              driver = plaintext
              public_name = PLAIN
              server_prompts = :
              server_advertise_condition = ${if def:tls_in_cipher}
              server_condition = ${if and{{eq{$auth2}{bob}}{eq{$auth3}{let me in}}}}
              server_set_id = $auth2
            """;

    /// Nobody's address: no client of a test may relay.
    private static final String RELAYS = "127.0.0.9";

    private final Path folder;
    private final Path program;
    private final int port;
    private final String configuration;

    /// Starts it.
    ///
    /// @param folder its own, below folders that every user may look into
    /// @param rcpt the statements under test in the ACL of RCPT
    /// @param data those in the ACL of DATA
    Exim(Path folder, String rcpt, String data) {
        this(folder, rcpt, data, CONFIGURATION.replace("@TLS@", "tls_advertise_hosts ="));
    }

    /// Starts one that over TLS knows a user, `bob`, whose password is `let me in`.
    static Exim withUsers(Path folder, String rcpt, String data, Certificate its) {
        String tls =
                "tls_advertise_hosts = *\ntls_certificate = %s\ntls_privatekey = %s"
                        .formatted(its.chain(), its.key());
        return new Exim(folder, rcpt, data, CONFIGURATION.replace("@TLS@", tls) + USERS);
    }

    private Exim(Path folder, String rcpt, String data, String configuration) {
        this.configuration = configuration;
        Tools.requireRoot();
        program = Tools.requireUnpacked("exim4-daemon-light", "usr/sbin/exim4");
        this.folder = folder;
        port = Ports.free();
        Path output = folder.resolve("output");
        try {
            Files.createDirectories(folder.resolve("spool"));
            Files.createDirectories(folder.resolve("log"));
            Host.open(folder);
            write(RELAYS, rcpt, data);
            for (String name : List.of("spool", "log")) {
                Host.run(output, List.of("chown", "Debian-exim", folder.resolve(name).toString()));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        Host.run(
                output,
                List.of(
                        program.toString(),
                        "-C",
                        folder.resolve("exim.conf").toString(),
                        "-bd",
                        "-oX",
                        "127.0.0.1:" + port,
                        "-oP",
                        pidFile().toString()));
        Host.await("start of Exim", () -> !Host.read(pidFile()).isBlank());
    }

    private void write(String relays, String rcpt, String data) throws IOException {
        Files.writeString(
                folder.resolve("exim.conf"),
                configuration
                        .replace("@RCPT@", rcpt)
                        .replace("@DATA@", data)
                        .replace("@RELAYS@", relays)
                        .replace("@PROGRAM@", program.toString())
                        .replace("@D@", folder.toString()));
    }

    /// Changes its configuration, and returns when it is in force.
    ///
    /// @param relays the hosts that may relay
    void configure(String relays, String rcpt, String data) throws IOException {
        write(relays, rcpt, data);
        long before = starts();
        Host.run(folder.resolve("output"), List.of("kill", "-HUP", Host.read(pidFile()).strip()));
        Host.await("reload of Exim", () -> starts() > before && Host.listens("127.0.0.1", port));
    }

    private long starts() {
        return Host.read(folder.resolve("log/mainlog"))
                .lines()
                .filter(line -> line.contains("daemon started"))
                .count();
    }

    private Path pidFile() {
        return folder.resolve("exim.pid");
    }

    /// The port of 127.0.0.1 that it listens on.
    int port() {
        return port;
    }

    /// Its configuration.
    Path configuration() {
        return folder.resolve("exim.conf");
    }

    /// A session from a local address in 127.0.0.0/8.
    Smtp session(String client) {
        return new Smtp(client, port);
    }

    /// Ends it and who delivers what it has taken: they write into its folder, which is deleted
    /// next.
    @Override
    public void close() {
        Host.run(folder.resolve("output"), List.of("kill", Host.read(pidFile()).strip()));
        String its = configuration().toString();
        Host.await(
                "end of Exim",
                () ->
                        ProcessHandle.allProcesses()
                                .noneMatch(
                                        one -> one.info().commandLine().orElse("").contains(its)));
    }
}
