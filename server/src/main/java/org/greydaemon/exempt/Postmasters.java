package org.greydaemon.exempt;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.decision.Attempt;

import java.util.Arrays;

/// Whom people write to when mail does not come: postmaster, with and without a domain (RFC 5321
/// 4.5.1), and abuse (RFC 2142 4). Stateless; looks at octets, as every attempt passes here with
/// the modern rules.
final class Postmasters {
    private static final byte[] POSTMASTER = "postmaster".getBytes(US_ASCII);
    private static final byte[] ABUSE = "abuse".getBytes(US_ASCII);

    private Postmasters() {}

    /// Their exemption.
    static Exemption exemption() {
        return new Exemption(
                "postmaster", 0, "recipient postmaster@, abuse@", "", Exemption.FOREVER);
    }

    /// Whether a recipient is one of them; quotes around the local part mean nothing (RFC 5321
    /// 4.1.2).
    static boolean isOne(Attempt attempt, int recipient) {
        byte[] text = attempt.text();
        int from = attempt.recipientFrom(recipient);
        int to = attempt.recipientFrom(recipient + 1);
        return hasLocalPart(POSTMASTER, text, from, to)
                || Arrays.equals(text, from, to, POSTMASTER, 0, POSTMASTER.length)
                || hasLocalPart(ABUSE, text, from, to);
    }

    private static boolean hasLocalPart(byte[] local, byte[] text, int from, int to) {
        boolean isQuoted = from < to && text[from] == '"';
        int begin = isQuoted ? from + 1 : from;
        int end = begin + local.length;
        int at = isQuoted ? end + 1 : end;
        return at < to
                && text[at] == '@'
                && (!isQuoted || text[end] == '"')
                && Arrays.equals(text, begin, end, local, 0, local.length)
                && !hasAt(text, at + 1, to); // Else the one before is in the local part.
    }

    private static boolean hasAt(byte[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text[i] == '@') {
                return true;
            }
        }
        return false;
    }
}
