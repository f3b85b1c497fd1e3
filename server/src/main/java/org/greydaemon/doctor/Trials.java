package org.greydaemon.doctor;

import java.io.IOException;
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
    /// The stranger's address.
    public static final String STRANGER = "192.0.2.1";

    /// Holds the sessions.
    ///
    /// @param login of a user; empty if there is none, and one is played if the mail server lets
    ///   this host say so
    /// @param tag tells the senders of this run from others
    /// @throws IOException if nobody takes mail there; the message is for the operator
    public static Trials of(
            String host, int port, String recipient, Optional<Login> login, String tag)
            throws IOException {
        String domain = recipient.substring(recipient.lastIndexOf('@') + 1);
        String nobody = "no-such-user-" + tag + (recipient.contains("@") ? "@" + domain : "");
        String banner;
        String tls;
        String local;
        String stranger = "";
        String unknown;
        String bounce;
        try (SmtpSession session = new SmtpSession(host, port)) {
            banner = session.banner();
            local = session.recipient("local-" + tag + "@example.org", recipient);
            tls = session.tls();
        }
        try (SmtpSession session = new SmtpSession(host, port)) {
            boolean isStranger = session.as(STRANGER);
            if (isStranger) {
                stranger = session.recipient("stranger-" + tag + "@example.org", recipient);
            }
            unknown = session.recipient("unknown-" + tag + "@example.org", nobody);
            bounce = session.bounce(recipient);
        }
        String user = "";
        String noUser;
        try (SmtpSession session = new SmtpSession(host, port)) {
            noUser = notLoggedIn(session, login).orElse("");
            if (noUser.isEmpty()) {
                user = session.recipient("user-" + tag + "@example.org", recipient);
            }
        }
        return new Trials(banner, tls, stranger, local, unknown, bounce, user, noUser);
    }

    private static Optional<String> notLoggedIn(SmtpSession session, Optional<Login> login)
            throws IOException {
        if (login.isPresent()) {
            return session.login(login.get().user(), login.get().password());
        }
        return session.as(STRANGER, "doctor")
                ? Optional.empty()
                : Optional.of(
                        "the mail server lets nobody be another user (XCLIENT LOGIN); name one with"
                                + " --auth and --password-file");
    }
}
