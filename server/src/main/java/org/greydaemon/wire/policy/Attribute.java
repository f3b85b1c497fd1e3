package org.greydaemon.wire.policy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/// The attributes of a request that matter here; others are ignored, as the protocol demands.
enum Attribute {
    /// When Postfix asks: `RCPT`, `DATA`, `END-OF-MESSAGE` and others.
    PROTOCOL_STATE,
    /// The client's address.
    CLIENT_ADDRESS,
    /// The name of the client's host, which Postfix has looked up and confirmed; `unknown` if there
    /// is none, its DNS did not answer, or Postfix does not look. `reverse_client_name`, the name
    /// that need not lead back, does not tell these apart either.
    CLIENT_NAME,
    /// What the client calls itself.
    HELO_NAME,
    /// The sender; empty for the null sender.
    SENDER,
    /// The recipient; at DATA and later only if there is exactly one.
    RECIPIENT,
    /// How many recipients were accepted; 0 at RCPT.
    RECIPIENT_COUNT,
    /// The same for all requests about one message.
    INSTANCE,
    /// The name that the client has given by SMTP AUTH; empty without.
    SASL_USERNAME,
    /// The name in the client's certificate; empty unless Postfix trusts who signed it. The
    /// fingerprints say less: any certificate has one.
    CCERT_SUBJECT,
    /// The version of TLS that the client speaks, `TLSv1.3`; empty without. Postfix 2.3 and later
    /// tell it.
    ENCRYPTION_PROTOCOL;

    private static final int LENGTH_MAX = 19; // That of the longest, {@link #ENCRYPTION_PROTOCOL}.

    // By the length of the name.
    private static final Name[][] OF_LENGTH =
            IntStream.range(0, LENGTH_MAX + 1).mapToObj(Name::ofLength).toArray(Name[][]::new);

    private final String sent = name().toLowerCase(Locale.ROOT);

    /// The name as it is sent.
    String sent() {
        return sent;
    }

    /// A name in octets.
    private static final class Name {
        private final Attribute attribute;
        private final byte[] octets;

        private Name(Attribute attribute) {
            this.attribute = attribute;
            octets = attribute.sent.getBytes(ISO_8859_1);
        }

        private static Name[] ofLength(int length) {
            return Arrays.stream(values())
                    .filter(one -> one.sent.length() == length)
                    .map(Name::new)
                    .toArray(Name[]::new);
        }
    }

    /// The attribute of which `text[from..to)` is the name; null if it matters to nobody. Of the
    /// thirty that Postfix sends, hardly two are as long.
    static @Nullable Attribute named(byte[] text, int from, int to) {
        if (to - from <= LENGTH_MAX) {
            for (Name one : OF_LENGTH[to - from]) {
                if (Arrays.equals(text, from, to, one.octets, 0, one.octets.length)) {
                    return one.attribute;
                }
            }
        }
        return null;
    }
}
