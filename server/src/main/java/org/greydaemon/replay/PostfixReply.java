package org.greydaemon.replay;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A reply and the envelope that it is about, as smtpd logs them:
///
/// ```
/// 450 4.7.1 <b@example.net>: Recipient address rejected: Greylisted; from=<a@example.org> to=<b@example.net> proto=ESMTP
///     helo=<mx.example.org>
/// ```
///
/// @param text with its code
/// @param helo empty if there is none
/// @param authenticated whether somebody has shown who he is
record PostfixReply(
        String text, String sender, String recipient, String helo, boolean authenticated) {
    /// What Postfix itself says when it defers (smtpd_check.c, milter8.c), and no greylister does.
    private static final List<String> OTHERS =
            List.of(
                    "client host rejected",
                    "helo command rejected",
                    "sender address rejected",
                    "relay access denied",
                    "user unknown",
                    "unverified",
                    "undeliverable",
                    "domain not found",
                    "mailbox full",
                    "insufficient system storage",
                    "server configuration",
                    "service unavailable - try again later",
                    "queue file write error",
                    "too many",
                    "lookup failure",
                    "blocked using",
                    "tls");

    private static final String FROM = "; from=<";
    private static final String TO = "> to=<";

    /// Reads one; empty if it names no sender or no recipient.
    ///
    /// @param from where the text begins
    static Optional<PostfixReply> of(String line, int from) {
        int sender = line.lastIndexOf(FROM);
        int recipient = line.indexOf(TO, sender);
        if (sender < from || recipient < 0) {
            return Optional.empty();
        }
        int protocol = line.indexOf("> proto=", recipient);
        int helo = line.indexOf(" helo=<", recipient);
        int to = recipient + TO.length();
        return Optional.of(
                new PostfixReply(
                        line.substring(from, sender),
                        line.substring(sender + FROM.length(), recipient),
                        protocol < to ? bracketed(line, to) : line.substring(to, protocol),
                        helo < 0 ? "" : bracketed(line, helo + " helo=<".length()),
                        line.indexOf("> sasl_", Math.max(helo, to)) >= 0));
    }

    /// What stands before the next `>` that ends a field.
    static String bracketed(String line, int from) {
        int end = line.indexOf(">,", from);
        end = end < 0 ? line.indexOf("> ", from) : end;
        end = end < 0 ? line.lastIndexOf('>') : end;
        return end < from ? line.substring(from) : line.substring(from, end);
    }

    /// Whether a greylister has deferred it: that says so, or it is nothing else.
    boolean isGreylisting() {
        return isDeferral() && (saysSo() || OTHERS.stream().noneMatch(words()::contains));
    }

    /// Whether it says that a greylister has deferred it.
    boolean isGreylistingBySaying() {
        return isDeferral() && saysSo();
    }

    private boolean isDeferral() {
        return text.startsWith("4");
    }

    private boolean saysSo() {
        String words = words();
        return words.contains("greylist") || words.contains("graylist");
    }

    /// Without the addresses, which may have any words in them. By hand: a regular expression took
    /// an eighth of the time of whoever reads.
    private String words() {
        StringBuilder words = new StringBuilder(text.length());
        int from = 0;
        int address = text.indexOf('<');
        int to = text.indexOf('>', address);
        while (address >= 0 && to >= 0) {
            words.append(text, from, address);
            from = to + 1;
            address = text.indexOf('<', from);
            to = text.indexOf('>', address);
        }
        return words.append(text, from, text.length()).toString().toLowerCase(Locale.ROOT);
    }
}
