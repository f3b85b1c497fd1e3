package org.greydaemon.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.decision.Key;
import org.greydaemon.gate.Ledger;
import org.greydaemon.json.JsonLine;
import org.greydaemon.mail.EscapedText;
import org.greydaemon.mail.Octets;
import org.greydaemon.net.AddressParser;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.IpAddress;
import org.greydaemon.net.TranslatedAddress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;

/// Looks through all entries for a client, a sender or a recipient. Bounded in time and in what it
/// finds, and makes an object only of what it shows: of a million entries that do not fit nothing
/// is left to the garbage collector. Confined to one thread.
final class EntrySearch {
    /// The most entries that are shown.
    static final int SHOWN_MAX = 100;

    /// The most octets of what is looked for: RFC 5321 4.5.3.1.3 has no longer path.
    static final int TEXT_MAX = 256;

    /// How long it looks at most, in nanoseconds.
    private static final long PATIENCE_NANOS = 2_000_000_000L;

    /// How many entries it looks at between two looks at the clock.
    private static final int BETWEEN_LOOKS = 4_096;

    /// The time is over; never leaves this class.
    private static final class Over extends RuntimeException {
        private static final long serialVersionUID = 1;

        Over() {
            super("", null, false, false);
        }
    }

    private final byte[] text;
    private final Optional<MeantClients> clients;
    private final LongSupplier nanos;
    private final AddressParser parser = new AddressParser();
    private final List<JsonLine> found = new ArrayList<>();
    private long looked;
    private long fits;

    /// @param wanted an address or a network of clients, or a part of a client, sender or recipient
    ///   as they are shown
    /// @param nanos a clock that only moves forward
    /// @throws RequestException if that is nothing, or too long
    EntrySearch(String wanted, LongSupplier nanos) throws RequestException {
        String lower = Octets.lower(wanted.strip());
        byte[] shown = lower.getBytes(UTF_8);
        if (shown.length == 0) {
            throw new RequestException(
                    "text: nothing is looked for; write a client's address, or a part of a sender"
                            + " or recipient");
        }
        if (shown.length > TEXT_MAX) {
            throw new RequestException(
                    "text: more than " + TEXT_MAX + " octets are looked for; write a part of them");
        }
        text = Arrays.copyOf(shown, EscapedText.unescape(shown, 0, shown.length));
        clients = block(lower).map(List::of).map(MeantClients::new);
        this.nanos = nanos;
    }

    /// An address, or a network as `192.0.2.0/24`.
    private static Optional<CidrBlock> block(String text) {
        int slash = text.indexOf('/');
        String length = text.substring(slash + 1);
        Optional<IpAddress> address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        if (slash < 0 || address.isEmpty()) {
            return address.map(TranslatedAddress::client).map(CidrBlock::of);
        }
        return length.matches("[0-9]{1,3}")
                        && Integer.parseInt(length) <= CidrBlock.addressBits(address.get())
                ? Optional.of(CidrBlock.around(address.get(), Integer.parseInt(length)))
                : Optional.empty();
    }

    /// Looks at all entries, those found as `shown` writes them, and returns `lines` with what was
    /// found, `fits`, how many there are, `looked`, how many entries were looked at, and `all`,
    /// whether those are all.
    JsonLine in(Ledger ledger, BiFunction<Key, Long, JsonLine> shown, long now) {
        long end = nanos.getAsLong() + PATIENCE_NANOS;
        boolean all = true;
        try {
            ledger.visit(now, (key, entry) -> look(key, entry, shown, end));
        } catch (Over e) {
            all = false;
        }
        JsonLine line = new JsonLine().put("ok", true).putLines("lines", found);
        return line.put("fits", fits).put("looked", looked).put("all", all);
    }

    private void look(Key key, long entry, BiFunction<Key, Long, JsonLine> shown, long end) {
        if (++looked % BETWEEN_LOOKS == 0 && nanos.getAsLong() - end > 0) {
            throw new Over();
        }
        if (Entries.isShown(key) && fits(key)) {
            fits++;
            if (found.size() < SHOWN_MAX) {
                found.add(shown.apply(key, entry));
            }
        }
    }

    private boolean fits(Key key) {
        if (clients.isEmpty()) {
            return contains(key.bytes(), key.length());
        }
        return clients.get().hold(key.bytes(), key.clientLength(), parser);
    }

    private boolean contains(byte[] octets, int length) {
        for (int at = 0; at <= length - text.length; at++) {
            int i = 0;
            while (i < text.length && Octets.lower(octets[at + i]) == text[i]) {
                i++;
            }
            if (i == text.length) {
                return true;
            }
        }
        return false;
    }
}
