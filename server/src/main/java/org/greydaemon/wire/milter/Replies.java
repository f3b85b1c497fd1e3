package org.greydaemon.wire.milter;

/// What we answer. Each answer is one array, so that it leaves in one write: in two, the second
/// would wait for the mail server's delayed acknowledgement of the first.
final class Replies {
    /// The name of the header that tells of the delay.
    static final String HEADER = "X-Greylist";

    private Replies() {}

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

    /// At the end of a message: adds a header and goes on.
    static byte[] addHeader(String value) {
        return new Frame('h').text(HEADER).text(value).and('c').octets();
    }
}
