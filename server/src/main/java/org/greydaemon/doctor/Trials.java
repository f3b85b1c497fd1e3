package org.greydaemon.doctor;

import org.greydaemon.mistake.MistakeException;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What a mail server says to mail that is never sent, in a few sessions over loopback. The senders
/// and clients are of RFC 2606 and RFC 5737.
///
/// @param banner what the mail server says of itself
/// @param tls the version of TLS that it wants before mail; empty if it wants none
/// @param stranger the reply to a stranger's recipient; empty if nobody could play one
/// @param local the reply to a local client's recipient
/// @param unknown the reply to a recipient that does not exist
/// @param bounce the reply to DATA of a bounce
/// @param user the reply to the recipient of a user who has shown who it is; empty if none could be
///   played
/// @param noUser why none could be
public record Trials(
        String banner,
        String tls,
        String stranger,
        String local,
        String unknown,
        String bounce,
        String user,
        String noUser) {
    /// How long all sessions together may take. A mail server that asks a greylister that does not
    /// answer needs longer than that for each recipient, and then that is what is wrong.
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /// Addresses that nobody has (RFC 5737), for the stranger: documents and tests use the first
    /// ones, so the daemon may know these.
    public static final List<String> STRANGERS =
            List.of(
                    "192.0.2.1",
                    "198.51.100.1",
                    "203.0.113.1",
                    "192.0.2.113",
                    "198.51.100.113",
                    "203.0.113.113",
                    "192.0.2.229",
                    "198.51.100.229",
                    "203.0.113.229");

    /// Holds the sessions.
    ///
    /// @param client the stranger's address
    /// @param login of a user; empty if there is none, and one is played if the mail server lets
    ///   this host say so
    /// @param tag tells the senders of this run from others
    /// @throws MistakeException if nobody takes mail there, or too slowly
    public static Trials of(
            String host,
            int port,
            String client,
            String recipient,
            Optional<Login> login,
            String tag)
            throws MistakeException {
        return of(host, port, client, recipient, login, tag, LIMIT, Thread::sleep);
    }

    /// The same, with a limit of its own, and who says when it is reached.
    static Trials of(
            String host,
            int port,
            String client,
            String recipient,
            Optional<Login> login,
            String tag,
            Duration limit,
            Deadline.Pause pause)
            throws MistakeException {
        try (Deadline deadline = new Deadline(limit, pause)) {
            try {
                return of(host, port, client, recipient, login, tag, deadline);
            } catch (IOException e) {
                String missed = deadline.missed();
                if (missed.isEmpty()) {
                    throw new MistakeException(
                            "the mail server takes no mail there: " + e.getMessage(),
                            "start it, or name its address with --smtp");
                }
                throw new MistakeException(
                        "the mail server is too slow: after %d s %s was not there"
                                .formatted(limit.toSeconds(), missed),
                        "its log may say what it waits for: a greylister or a DNS server that does"
                                + " not answer, or too many connections");
            }
        }
    }

    private static Trials of(
            String host,
            int port,
            String client,
            String recipient,
            Optional<Login> login,
            String tag,
            Deadline deadline)
            throws IOException {
        String domain = recipient.substring(recipient.lastIndexOf('@') + 1);
        String nobody = "no-such-user-" + tag + (recipient.contains("@") ? "@" + domain : "");
        String banner;
        String tls;
        String local;
        try (SmtpSession session = new SmtpSession(host, port, deadline)) {
            banner = session.banner();
            local = session.recipient("local-" + tag + "@example.org", recipient);
            tls = session.tls();
        }
        // One each: some hang up behind a refusal.
        String stranger = "";
        try (SmtpSession session = new SmtpSession(host, port, deadline)) {
            if (session.as(client)) {
                stranger = session.recipient("stranger-" + tag + "@example.org", recipient);
            }
        }
        String unknown;
        try (SmtpSession session = new SmtpSession(host, port, deadline)) {
            boolean _ = session.as(client);
            unknown = session.recipient("unknown-" + tag + "@example.org", nobody);
        }
        String bounce;
        try (SmtpSession session = new SmtpSession(host, port, deadline)) {
            boolean _ = session.as(client);
            bounce = session.bounce(recipient);
        }
        String user = "";
        String noUser;
        try (SmtpSession session = new SmtpSession(host, port, deadline)) {
            noUser = notLoggedIn(session, client, login).orElse("");
            if (noUser.isEmpty()) {
                user = session.recipient("user-" + tag + "@example.org", recipient);
            }
        }
        return new Trials(banner, tls, stranger, local, unknown, bounce, user, noUser);
    }

    private static Optional<String> notLoggedIn(
            SmtpSession session, String client, Optional<Login> login) throws IOException {
        if (login.isPresent()) {
            return session.login(login.get().user(), login.get().password());
        }
        return session.as(client, "doctor")
                ? Optional.empty()
                : Optional.of(
                        "the mail server lets nobody be another user (XCLIENT LOGIN); name one with"
                                + " --auth and --password-file");
    }
}
