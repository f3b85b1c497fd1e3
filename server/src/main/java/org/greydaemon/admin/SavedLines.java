package org.greydaemon.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Rules;
import org.greydaemon.json.JsonLine;
import org.greydaemon.mistake.Mistake;
import org.greydaemon.net.IpAddress;
import org.greydaemon.store.memory.EntryLine;

import java.util.Optional;

/// Entries as the lines of a save file ({@link EntryLine}), for an export and an import. Confined
/// to one thread.
final class SavedLines {
    private final EntryLine lines = new EntryLine();
    private final Key key = new Key();
    private final byte[] octets = new byte[EntryLine.LENGTH_MAX];

    /// What a line says.
    ///
    /// @param key only lent, until the next line is read
    /// @param entry its {@link org.greydaemon.decision.Entry}, with the time of the wall clock
    /// @param isOfUse whether the rules that judge here ever ask for such a key
    record SavedEntry(Key key, long entry, boolean isOfUse) {}

    /// An entry for {@link #read}.
    ///
    /// @param wallOffsetSeconds what to add to an entry's time to get the time of the wall clock
    JsonLine line(Key remembered, long entry, long wallOffsetSeconds) {
        int length = EntryLine.write(remembered, entry, wallOffsetSeconds, octets, 0);
        return new JsonLine().put("line", new String(octets, 0, length, UTF_8));
    }

    /// Reads a line. Clients and the senders of triplets become what these rules know them by, as
    /// other rules may have written it.
    ///
    /// @throws RequestException if it is none
    SavedEntry read(String text, Rules rules) throws RequestException {
        byte[] line = text.getBytes(UTF_8);
        long entry =
                line.length > EntryLine.LENGTH_MAX
                        ? EntryLine.STRANGE
                        : lines.parse(line, 0, line.length, key);
        if (entry == EntryLine.STRANGE || entry == Memory.NEVER) {
            throw new RequestException(
                    "line: " + Mistake.quoted(text) + " is no line of a save file; leave it out");
        }
        return switch (key.kind()) {
            case CLIENT, TRIPLET -> known(key.kind(), entry, rules);
            case SUSPECT -> {
                key.named(Key.Kind.CLIENT, key.bytes(), 0, key.clientLength());
                SavedEntry client = known(Key.Kind.CLIENT, entry, rules);
                Key its = client.key();
                suspect(its);
                yield new SavedEntry(its, entry, client.isOfUse() && isModern(rules));
            }
            case NETWORK_TRIPLET,
                    HOST_TRIPLET,
                    SPF_TRIPLET,
                    HOST_SENDER,
                    POOL,
                    SPF_DOMAIN,
                    POOL_NETWORK,
                    POOL_LINK ->
                    new SavedEntry(key, entry, isModern(rules));
        };
    }

    /// Whether these rules know the client by the network that it was called.
    static boolean isOfUse(String client, Key known) {
        return !ShownClient.isHome(client)
                || client.equals(new String(known.bytes(), 0, known.clientLength(), UTF_8));
    }

    /// Makes the client's key that of the client as a suspect.
    static void suspect(Key client) {
        client.named(Key.Kind.SUSPECT, client.bytes(), 0, client.clientLength());
    }

    /// The original's rules know addresses only.
    static boolean isModern(Rules rules) {
        return switch (rules) {
            case OriginalRules _ -> false;
            case ModernRules _ -> true;
        };
    }

    /// The client, or the triplet, that was read, by the key that these rules have for it. A
    /// network is of no use to rules that know its clients by their addresses.
    ///
    /// @throws RequestException if they know no such client
    private SavedEntry known(Key.Kind kind, long entry, Rules rules) throws RequestException {
        EntryText names = EntryText.of(key);
        String client = names.client();
        Optional<IpAddress> address = ShownClient.address(client);
        if (address.isEmpty() && !isModern(rules)) {
            return new SavedEntry(key, entry, true); // They know whoever asks by any text.
        }
        if (address.isEmpty()) {
            throw new RequestException(
                    "line: the client "
                            + Mistake.quoted(client)
                            + " is no IP address; leave it out");
        }
        Attempt attempt = Request.clientAttempt(address.get());
        Key known = rules.clientKey(attempt);
        if (kind == Key.Kind.TRIPLET) {
            int sender = key.clientLength();
            int recipient = sender + key.senderLength();
            attempt.sender(key.bytes(), sender, names.sender().isEmpty() ? sender : recipient);
            attempt.recipient(key.bytes(), recipient, key.length());
            known = rules.tripletKey(attempt, 0);
        }
        return new SavedEntry(known, entry, isOfUse(client, known));
    }
}
