package org.greydaemon.wire.milter;

import org.greydaemon.mail.DelayHeader;

/// What we answer. Each answer is one array, so that it leaves in one write: in two, the second
/// would wait for the mail server's delayed acknowledgement of the first.
final class MilterReplies {
    private MilterReplies() {}

    /// No answer.
    static byte[] none() {
        return new byte[0];
    }

    /// Go on.
    static byte[] goOn() {
        return new Frame('c').octets();
    }

    /// The rest of this message is of no interest; the next one is.
    static byte[] accept() {
        return new Frame('a').octets();
    }

    /// An SMTP reply of our own. A `%` is doubled, because both mail servers take the text as a
    /// format.
    ///
    /// @param text one line with its code, `451 4.7.1 ...`
    static byte[] reply(String text) {
        return new Frame('y').text(text.replace("%", "%%")).octets();
    }

    /// At the end of a message: adds the header that tells of the delay, and goes on.
    static byte[] addHeader(String value) {
        return new Frame('h').text(DelayHeader.NAME).text(value).and('c').octets();
    }
}
