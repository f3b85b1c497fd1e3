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

    /// Whether a recipient is one of them.
    static boolean isOne(Attempt attempt, int recipient) {
        int from = attempt.recipientFrom(recipient);
        int to = attempt.recipientFrom(recipient + 1);
        return hasLocalPart(POSTMASTER, attempt.text(), from, to)
                || Arrays.equals(attempt.text(), from, to, POSTMASTER, 0, POSTMASTER.length)
                || hasLocalPart(ABUSE, attempt.text(), from, to);
    }

    private static boolean hasLocalPart(byte[] local, byte[] text, int from, int to) {
        int at = from + local.length;
        if (at >= to || text[at] != '@' || !Arrays.equals(text, from, at, local, 0, local.length)) {
            return false;
        }
        for (int i = at + 1; i < to; i++) {
            if (text[i] == '@') {
                return false; // The one before it is in the local part.
            }
        }
        return true;
    }
}
