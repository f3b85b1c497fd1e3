package org.greydaemon.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Source;

/// What a key names, as a value; one octet is one character. A client has no sender and no
/// recipient.
public record Name(Key.Kind kind, String client, String sender, String recipient) {
    /// The name of a client.
    public static Name client(String client) {
        return new Name(Key.Kind.CLIENT, client, "", "");
    }

    /// The name of a triplet.
    public static Name triplet(String client, String sender, String recipient) {
        return new Name(Key.Kind.TRIPLET, client, sender, recipient);
    }

    /// What a key names.
    public static Name of(Key key) {
        int sender = key.clientLength();
        int recipient = sender + key.senderLength();
        return new Name(
                key.kind(),
                text(key, 0, sender),
                text(key, sender, recipient),
                text(key, recipient, key.length()));
    }

    private static String text(Key key, int from, int to) {
        return new String(key.bytes(), from, to - from, ISO_8859_1);
    }

    /// Whether it names a triplet of any kind.
    public boolean isTriplet() {
        return kind.isTriplet();
    }

    /// A new key of this name.
    public Key key() {
        Attempt attempt = new Attempt(2 * Key.ADDRESS_MAX, 1);
        attempt.start(new Source(Source.Protocol.UDP));
        attempt.client(client.getBytes(ISO_8859_1), 0, client.length());
        attempt.sender(sender.getBytes(ISO_8859_1), 0, sender.length());
        attempt.recipient(recipient.getBytes(ISO_8859_1), 0, recipient.length());
        return kind == Key.Kind.TRIPLET ? attempt.tripletKey(0) : other(attempt.clientKey());
    }

    private Key other(Key key) {
        byte[] text = (client + sender).getBytes(ISO_8859_1);
        if (kind.fields() == 0) {
            key.digest(kind, text, 0);
        } else {
            key.named(kind, text, 0, client.length());
            if (kind.fields() == 2) {
                key.withSender(kind, text, client.length(), text.length);
            }
        }
        return key;
    }
}
