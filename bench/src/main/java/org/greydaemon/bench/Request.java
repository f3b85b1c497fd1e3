package org.greydaemon.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

/// A request whose triplet has 60 octets of text, and which can be turned into that of another
/// client and sender in place, so that making requests allocates nothing.
public final class Request {
    private static final int CLIENT = 2;
    private static final int SENDER = 16;
    private static final int SENDER_DIGITS = 8;

    private final byte[] octets =
            "I100.100.100.1\0F00000000@sender.example\0Trecipient@of-us.example\0"
                    .getBytes(US_ASCII);

    /// Makes this the request number `n`; the first million have clients in networks of their own.
    public Request number(int n) {
        int rest = n;
        for (int part = 0; part < 3; part++) {
            octets[CLIENT + 4 * part] = (byte) ('0' + rest / 10 % 10);
            octets[CLIENT + 4 * part + 1] = (byte) ('0' + rest % 10);
            rest /= 100;
        }
        rest = n;
        for (int i = SENDER + SENDER_DIGITS - 1; i >= SENDER; i--) {
            octets[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return this;
    }

    /// The request's octets. Not a copy.
    public byte[] octets() {
        return octets;
    }

    /// How many octets there are.
    public int length() {
        return octets.length;
    }
}
