package org.greydaemon.replay;

import org.greydaemon.decision.Evidence.Spf;
import org.greydaemon.mail.SmtpPath;

import java.util.List;
import java.util.Optional;

/// A client as Postfix logs it, `name[address]` or `name[address]:port`. Immutable.
///
/// @param name what DNS has confirmed; `unknown` if there is none
/// @param authenticated whether somebody has shown there who he is
record PostfixClient(String name, String address, boolean authenticated) {
    /// Reads it; empty if there is no address.
    static Optional<PostfixClient> of(String text) {
        int bracket = text.indexOf('[');
        int end = text.indexOf(']', bracket);
        return bracket < 0 || end < 0
                ? Optional.empty()
                : Optional.of(
                        new PostfixClient(
                                text.substring(0, bracket),
                                text.substring(bracket + 1, end),
                                text.contains(", sasl_username=")));
    }

    /// The same, known by what stands behind a reply.
    PostfixClient authenticated(boolean since) {
        return since ? new PostfixClient(name, address, true) : this;
    }

    boolean isThisHost() {
        return address.startsWith("127.") || address.equals("::1");
    }

    /// An attempt of it. Postfix 3.5 and later log addresses as SMTP has them, in quotes
    /// (`info_log_address_format`).
    ///
    /// @param helo what it calls itself; empty if that is not known
    Recorded recorded(
            long time,
            String helo,
            String sender,
            String recipient,
            boolean accepted,
            HostLists hosts) {
        return new Recorded(
                time,
                new Envelope(
                        address,
                        hosts.of(name),
                        helo,
                        SmtpPath.unquoted(sender),
                        List.of(SmtpPath.unquoted(recipient)),
                        authenticated,
                        Spf.UNKNOWN),
                1,
                accepted);
    }
}
