package org.greydaemon.wire.milter;

import java.util.Map;

/// What a mail server tells, one frame each. Texts are as in SMTP, one char for each octet (ISO
/// 8859-1). The letters are those of libmilter's mfdef.h.
sealed interface Command {
    /// `O`: the first frame, what the mail server speaks and can leave out.
    ///
    /// @param actions {@link Negotiation}'s action bits
    /// @param steps {@link Negotiation}'s step bits
    record Negotiate(int version, int actions, int steps) implements Command {}

    /// `D`: macros for the command that follows. Gets no answer.
    ///
    /// @param stage the letter of that command
    /// @param values those of {@link Negotiation#MACROS}, by name
    record Macros(char stage, Map<String, String> values) implements Command {}

    /// `C`: a client has connected.
    ///
    /// @param host the name of its host, which the mail server has looked up; `unknown`, or an
    ///   address in brackets, if it has found none
    /// @param address its IP address as text; empty if it came over a unix socket, or from where
    ///   the mail server does not know
    record Connect(String host, String address) implements Command {}

    /// `H`: what the client calls itself.
    record Helo(String name) implements Command {}

    /// `M`: a message begins.
    ///
    /// @param path the sender's path as the client wrote it, without the parameters
    /// @param smtputf8 whether the client has said SMTPUTF8 behind it (RFC 6531)
    record Mail(String path, boolean smtputf8) implements Command {}

    /// `R`: one more recipient.
    ///
    /// @param path as in {@link Mail}
    record Recipient(String path) implements Command {}

    /// `T`: the recipients are complete.
    record Data() implements Command {}

    /// `E`: the message is complete; the last chance to change it.
    record EndOfMessage() implements Command {}

    /// `L`, `N`, `B`, `U`: headers, body, a command that SMTP does not know: nothing that
    /// greylisting looks at.
    ///
    /// @param noReply the step bit that says that it gets no answer
    record Passing(int noReply) implements Command {}

    /// `A`: the message is over, however it ended; the client stays. Gets no answer.
    record Abort() implements Command {}

    /// `K`: the client has gone, another comes on the same connection. Gets no answer.
    record NextClient() implements Command {}

    /// `Q`: the end. Gets no answer.
    record Quit() implements Command {}

    /// Nothing of the protocol.
    ///
    /// @param why what is wrong, for the log
    record Malformed(String why) implements Command {}
}
