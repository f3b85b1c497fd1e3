package org.greydaemon.e2e.mta;

import org.greydaemon.e2e.Daemon;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The two ways in which Postfix asks, each with the configuration of its document.
enum PostfixAsks {
    POLICY("postfix.md", "postfix-tcp", "postfix-unix", "10023", "private/greydaemon"),
    MILTER(
            "milter.md",
            "postfix-milter",
            "postfix-milter-unix",
            "10030",
            "private/greydaemon-milter");

    private final String document;
    private final String overTcp;
    private final String overUnix;
    private final String port;
    private final String socket;

    PostfixAsks(String document, String overTcp, String overUnix, String port, String socket) {
        this.document = document;
        this.overTcp = overTcp;
        this.overUnix = overUnix;
        this.port = port;
        this.socket = socket;
    }

    /// The word for it in the daemon's switches and log.
    String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /// A daemon that answers it, at a port of 127.0.0.1 or `unix:/path`.
    Daemon daemon(Path folder, String place, String... more) {
        List<String> options = new ArrayList<>(List.of("--" + word() + "=" + place));
        options.addAll(List.of(more));
        return Daemon.start(folder, options.toArray(String[]::new));
    }

    /// The configuration of the document, for a daemon at this port.
    String overTcp(int daemonPort) {
        return Document.block(document, overTcp).replace(port, "" + daemonPort) + SHOW_HEADER;
    }

    /// The configuration of the document, for a daemon at a unix socket.
    String overUnix() {
        return Document.block(document, overUnix) + SHOW_HEADER;
    }

    /// Where the document has the daemon put the unix socket.
    String socket(Postfix postfix) {
        return "unix:" + postfix.spool().resolve(socket);
    }

    /// The same configuration, but mail is deferred when the daemon does not answer.
    static String failingClosed(String configuration) {
        return configuration
                .replace("default_action=DUNNO", "{ default_action = 451 4.3.5 try later }")
                .replace("default_action=accept", "default_action=tempfail");
    }

    /// What a client hears at RCPT that is deferred with this text, a pattern: Postfix puts its own
    /// code and words around a policy's answer.
    String atRcpt(String text) {
        return switch (this) {
            case POLICY -> "450 4\\.2\\.0 <bob@example\\.net>: Recipient address rejected: " + text;
            case MILTER -> "451 4\\.\\d\\.\\d " + text;
        };
    }

    /// What it hears at DATA.
    String atData(String text) {
        return switch (this) {
            case POLICY -> "450 4\\.2\\.0 <DATA>: Data command rejected: " + text;
            case MILTER -> atRcpt(text);
        };
    }

    private static final String SHOW_HEADER =
            "milter_header_checks = regexp:{ { /^X-Greylist:/ INFO } }\n";
}
