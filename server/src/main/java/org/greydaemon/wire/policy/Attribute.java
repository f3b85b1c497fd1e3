package org.greydaemon.wire.policy;

import java.util.Locale;

/// The attributes of a request that matter here; others are ignored, as the protocol demands.
enum Attribute {
    /// When Postfix asks: `RCPT`, `DATA`, `END-OF-MESSAGE` and others.
    PROTOCOL_STATE,
    /// The client's address.
    CLIENT_ADDRESS,
    /// The name of the client's host, which Postfix has looked up and confirmed; `unknown` if there
    /// is none, or Postfix does not look.
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

    private final String sent = name().toLowerCase(Locale.ROOT);

    /// The name as it is sent.
    String sent() {
        return sent;
    }

    /// Whether `text[from..to)` is this attribute's name.
    boolean isNamed(byte[] text, int from, int to) {
        if (to - from != sent.length()) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (text[i] != sent.charAt(i - from)) {
                return false;
            }
        }
        return true;
    }
}
