package org.greydaemon.store.memory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Identification;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.mail.Decimal;
import org.greydaemon.mail.EscapedText;
import org.greydaemon.net.AddressParser;
import org.greydaemon.net.AddressWriter;
import org.greydaemon.net.ClientNetwork;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.HexFormat;

/// One entry as a line of the original's save file, which the journal uses too:
///
/// ```
/// I <seconds> <client>                            a proven client and when it was last seen
/// G <seconds> <client> <sender> <recipient>       a triplet and when it was first seen
/// ```
///
/// and further kinds, which the original reports as strange and skips:
///
/// ```
/// U <seconds> <client>                            a suspect
/// N|H|D <seconds> <digest in hex> <network>       a triplet of a network, host or SPF domain
/// O|S <seconds> <domain> <network>                a proven pool or SPF domain
/// P <seconds> <domain> <sender's domain> <network>
/// M <seconds> <network> <network>                 a network of a learned pool
/// L <seconds> <network> <network> <network>       two networks that finish each other's triplets
/// ```
///
/// The network is the one of the client that made the entry, as its first address, or `-` if that
/// client is no address. A mark that is not 0 follows the last field. The journal also has
///
/// ```
/// F <letter> <field>...                           forgotten
/// ```
///
/// Fields are separated by one blank and escaped by {@link EscapedText#writeField}. What follows is
/// ignored, as the original does. Confined to one thread.
public final class EntryLine {
    /// The most octets of a line, without its end.
    public static final int LENGTH_MAX =
            2
                    + Decimal.LENGTH_MAX
                    + 3
                    + EscapedText.EXPANSION_MAX * (Key.CLIENT_MAX + 2 * Key.ADDRESS_MAX)
                    + 1
                    + AddressWriter.BYTES_MAX
                    + 1
                    + Decimal.LENGTH_MAX;

    /// What {@link #parse} returns for a line that is no entry.
    public static final long STRANGE = -1;

    /// Digits by a table: there are forty in a change, and `Character.forDigit` looks at each
    /// twice.
    static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);

    private static final byte FORGOTTEN = 'F';
    private static final byte NO_NETWORK = '-';
    private static final Key.@Nullable Kind[] BY_LETTER = new Key.Kind[128];

    static {
        for (Key.Kind kind : Key.Kind.values()) {
            BY_LETTER[kind.letter()] = kind;
        }
    }

    private final AddressParser address = new AddressParser();
    private final byte[] canonical = new byte[AddressWriter.BYTES_MAX];
    private final byte[] digest = new byte[Key.DIGEST_LENGTH];

    /// Where the last field ends that was read.
    private int end;

    /// Writes an entry.
    ///
    /// @param wallOffset what to add to the entry's time, in seconds; before 1970, where only a
    ///   clock that was set can lead, the time becomes 0
    /// @param to must have room for {@link #LENGTH_MAX} octets from `at` on
    /// @return the index after the last octet written
    public static int write(Key key, long entry, long wallOffset, byte[] to, int at) {
        int out = at;
        to[out++] = (byte) key.kind().letter();
        to[out++] = ' ';
        out = Decimal.write(Math.max(0, Entry.time(entry) + wallOffset), to, out);
        out = writeName(key, to, out);
        if (!isMakerInName(key.kind())) {
            out = writeNetwork(key, to, out);
        }
        if (Entry.mark(entry) != 0) {
            to[out++] = ' ';
            out = Decimal.write(Entry.mark(entry), to, out);
        }
        return out;
    }

    /// Writes that a key is forgotten; as {@link #write}.
    public static int writeForgotten(Key key, byte[] to, int at) {
        to[at] = FORGOTTEN;
        to[at + 1] = ' ';
        to[at + 2] = (byte) key.kind().letter();
        return writeName(key, to, at + 3);
    }

    private static int writeName(Key key, byte[] to, int at) {
        byte[] text = key.bytes();
        int sender = key.clientLength();
        int recipient = sender + key.senderLength();
        int out = at;
        to[out++] = ' ';
        switch (key.kind().fields()) {
            case 0 -> {
                for (int i = 0; i < Key.DIGEST_LENGTH; i++) {
                    to[out++] = HEX[text[i] >> 4 & 0xf];
                    to[out++] = HEX[text[i] & 0xf];
                }
            }
            case 1 -> out = EscapedText.writeField(text, 0, sender, to, out);
            case 2 -> {
                out = EscapedText.writeField(text, 0, sender, to, out);
                to[out++] = ' ';
                out = EscapedText.writeField(text, sender, recipient, to, out);
            }
            default -> {
                out = EscapedText.writeField(text, 0, sender, to, out);
                to[out++] = ' ';
                out = EscapedText.writeField(text, sender, recipient, to, out);
                to[out++] = ' ';
                out = EscapedText.writeField(text, recipient, key.length(), to, out);
            }
        }
        return out;
    }

    private static int writeNetwork(Key key, byte[] to, int at) {
        int out = at;
        to[out++] = ' ';
        if (MakerNetwork.of(key.networkHigh(), key.networkLow()) == MakerNetwork.NONE) {
            to[out++] = NO_NETWORK;
            return out;
        }
        return AddressWriter.write(key.networkHigh(), key.networkLow(), to, out);
    }

    /// Whether the network of the client that made the entry is known from the key's name.
    private static boolean isMakerInName(Key.Kind kind) {
        return kind == Key.Kind.CLIENT || kind == Key.Kind.TRIPLET || kind == Key.Kind.SUSPECT;
    }

    /// Reads an entry. The line's octets are changed where they were escaped.
    ///
    /// @return the {@link Entry}, {@link Memory#NEVER} if it is forgotten, or {@link #STRANGE}
    public long parse(byte[] line, int from, int to, Key key) {
        if (to - from < 4 || line[from + 1] != ' ') {
            return STRANGE;
        }
        if (line[from] == FORGOTTEN) {
            Key.Kind kind = kind(line[from + 2]);
            return kind != null && line[from + 3] == ' ' && name(kind, line, from + 4, to, key)
                    ? Memory.NEVER
                    : STRANGE;
        }
        Key.Kind kind = kind(line[from]);
        int timeTo = fieldEnd(line, from + 2, to);
        long time = seconds(line, from + 2, timeTo);
        if (kind == null
                || time == STRANGE
                || timeTo == to
                || line[timeTo] != ' '
                || !name(kind, line, timeTo + 1, to, key)
                || (!isMakerInName(kind) && !network(line, to, key))) {
            return STRANGE;
        }
        int mark = mark(line, end, to);
        if (kind == Key.Kind.CLIENT && key.length() == 0 && end < to && mark == 0) {
            return STRANGE; // Two blanks are a strange line to the original, too.
        }
        return Entry.of(time, mark);
    }

    private static Key.@Nullable Kind kind(byte letter) {
        return letter < 0 ? null : BY_LETTER[letter];
    }

    /// Reads what names an entry.
    ///
    /// @return whether it is there
    private boolean name(Key.Kind kind, byte[] line, int from, int to, Key key) {
        end = fieldEnd(line, from, to);
        int first = from;
        int firstTo = end;
        if (kind.fields() == 0) {
            return digest(kind, line, from, key);
        }
        if (kind.fields() == 1) {
            return first(kind, line, first, firstTo, key);
        }
        int sender = end + 1;
        int senderTo = nextField(line, to);
        if (senderTo < 0) {
            return false;
        }
        if (kind.fields() == 2) {
            return first(kind, line, first, firstTo, key)
                    && sender(kind, line, sender, senderTo, key);
        }
        int recipient = end + 1;
        int recipientTo = nextField(line, to);
        return recipientTo >= 0
                && sender < senderTo
                && first(kind, line, first, firstTo, key)
                && triplet(line, sender, senderTo, recipient, recipientTo, key);
    }

    /// Goes on to the field after the last one.
    ///
    /// @return where it ends, or -1 if there is none
    private int nextField(byte[] line, int to) {
        if (end == to || line[end] != ' ') {
            return -1;
        }
        end = fieldEnd(line, end + 1, to);
        return end;
    }

    private boolean digest(Key.Kind kind, byte[] line, int from, Key key) {
        if (end - from != 2 * Key.DIGEST_LENGTH) {
            return false;
        }
        for (int i = 0; i < Key.DIGEST_LENGTH; i++) {
            int high = line[from + 2 * i];
            int low = line[from + 2 * i + 1];
            if (!HexFormat.isHexDigit(high) || !HexFormat.isHexDigit(low)) {
                return false;
            }
            digest[i] = (byte) (HexFormat.fromHexDigit(high) << 4 | HexFormat.fromHexDigit(low));
        }
        key.digest(kind, digest, 0);
        return true;
    }

    private boolean first(Key.Kind kind, byte[] line, int from, int to, Key key) {
        int textTo = EscapedText.unescape(line, from, to);
        if (textTo - from > Key.CLIENT_MAX) {
            return false;
        }
        key.client(line, from, textTo);
        if (isMakerInName(kind) && address.parse(line, from, textTo)) {
            int length = AddressWriter.write(address.high(), address.low(), canonical, 0);
            key.named(kind, canonical, 0, length);
            key.maker(address.high(), address.low());
        } else {
            key.named(kind, line, from, textTo);
            if (isMakerInName(kind) && isHome(line, from, textTo)) {
                key.maker(address.high(), address.low());
            }
        }
        return true;
    }

    /// Whether it is the /64 by which the modern rules know an IPv6 client, as they write it.
    private boolean isHome(byte[] text, int from, int to) {
        int addressTo = Identification.addressTo(text, from, to);
        if (addressTo == to || !address.parse(text, from, addressTo) || address.low() != 0) {
            return false;
        }
        int length = AddressWriter.write(address.high(), address.low(), canonical, 0);
        return Arrays.equals(text, from, addressTo, canonical, 0, length);
    }

    private static boolean sender(Key.Kind kind, byte[] line, int from, int to, Key key) {
        int textTo = EscapedText.unescape(line, from, to);
        if (textTo - from > Key.ADDRESS_MAX) {
            return false;
        }
        key.withSender(kind, line, from, textTo);
        return true;
    }

    private static boolean triplet(
            byte[] line, int sender, int senderTo, int recipient, int recipientTo, Key key) {
        int senderEnd = EscapedText.unescape(line, sender, senderTo);
        int recipientEnd = EscapedText.unescape(line, recipient, recipientTo);
        if (senderEnd - sender > Key.ADDRESS_MAX || recipientEnd - recipient > Key.ADDRESS_MAX) {
            return false;
        }
        key.triplet(line, sender, senderEnd, recipient, recipientEnd);
        return true;
    }

    private boolean network(byte[] line, int to, Key key) {
        int from = end + 1;
        if (nextField(line, to) < 0) {
            return false;
        }
        if (address.parse(line, from, end)) {
            key.network(
                    ClientNetwork.high(address.high(), address.low()),
                    ClientNetwork.low(address.high(), address.low()));
            return true;
        }
        key.network(MakerNetwork.high(MakerNetwork.NONE), MakerNetwork.low(MakerNetwork.NONE));
        return end == from + 1 && line[from] == NO_NETWORK;
    }

    /// The number behind the last field, if it can be a mark, else 0.
    private static int mark(byte[] line, int at, int to) {
        if (at == to || line[at] != ' ') {
            return 0;
        }
        long mark = seconds(line, at + 1, fieldEnd(line, at + 1, to));
        return mark < 0 || mark > Entry.MARK_MAX ? 0 : (int) mark;
    }

    /// The end of a field: the next white space, the original's `\S+`.
    private static int fieldEnd(byte[] line, int from, int to) {
        int i = Math.min(from, to);
        while (i < to && line[i] != ' ' && (line[i] < '\t' || line[i] > '\r')) {
            i++;
        }
        return i;
    }

    /// A number of any length; beyond the time that an entry can hold it is that time.
    private static long seconds(byte[] line, int from, int to) {
        long seconds = from < to ? 0 : STRANGE;
        for (int i = from; i < to; i++) {
            int digit = line[i] - '0';
            if (digit < 0 || digit > 9) {
                return STRANGE;
            }
            seconds = Math.min(seconds * 10 + digit, Entry.TIME_MAX);
        }
        return seconds;
    }
}
