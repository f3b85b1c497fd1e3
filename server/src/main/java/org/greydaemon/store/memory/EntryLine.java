package org.greydaemon.store.memory;

import org.greydaemon.decision.Key;
import org.greydaemon.mail.Decimal;
import org.greydaemon.mail.EscapedText;
import org.greydaemon.net.AddressParser;
import org.greydaemon.net.AddressWriter;
import org.greydaemon.net.ClientNetwork;

/// One entry as a line of the original's save file, which the journal uses too:
///
/// ```
/// I <seconds> <client>                            a proven client and when it was last seen
/// G <seconds> <client> <sender> <recipient>       a triplet and when it was first seen
/// ```
///
/// Fields are parted by one blank and escaped by {@link EscapedText#writeField}. What follows the
/// last field is ignored, as the original does. Confined to one thread.
final class EntryLine {
    /// The most octets of a line, without its end.
    static final int LENGTH_MAX =
            2
                    + Decimal.LENGTH_MAX
                    + 3
                    + EscapedText.EXPANSION_MAX * (Key.CLIENT_MAX + 2 * Key.ADDRESS_MAX);

    /// What {@link #parse} returns for a line that is no entry.
    static final long STRANGE = -1;

    private final AddressParser address = new AddressParser();
    private final byte[] canonical = new byte[AddressWriter.BYTES_MAX];

    /// Writes an entry.
    ///
    /// @param time in seconds; before 1970, where only a clock that was set can lead, it becomes 0
    /// @param to must have room for {@link #LENGTH_MAX} octets from `at` on
    /// @return the index behind the last octet written
    static int write(Key key, long time, byte[] to, int at) {
        int out = at;
        to[out++] = (byte) (key.isTriplet() ? 'G' : 'I');
        to[out++] = ' ';
        out = Decimal.write(Math.max(0, time), to, out);
        to[out++] = ' ';
        byte[] text = key.bytes();
        int sender = key.clientLength();
        out = EscapedText.writeField(text, 0, sender, to, out);
        if (key.isTriplet()) {
            int recipient = sender + key.senderLength();
            to[out++] = ' ';
            out = EscapedText.writeField(text, sender, recipient, to, out);
            to[out++] = ' ';
            out = EscapedText.writeField(text, recipient, key.length(), to, out);
        }
        return out;
    }

    /// Reads an entry. The line's octets are changed where they were escaped.
    ///
    /// @return the entry's time in seconds, or {@link #STRANGE}
    long parse(byte[] line, int from, int to, Key key) {
        if (to - from < 4 || line[from + 1] != ' ' || (line[from] != 'I' && line[from] != 'G')) {
            return STRANGE;
        }
        int timeTo = fieldEnd(line, from + 2, to);
        long time = seconds(line, from + 2, timeTo);
        int client = timeTo + 1;
        if (time == STRANGE || client > to || line[timeTo] != ' ') {
            return STRANGE;
        }
        int clientTo = fieldEnd(line, client, to);
        if (line[from] == 'I') {
            // An empty client is written so; two blanks are a strange line to the original too.
            return (clientTo == client && clientTo != to) || !client(line, client, clientTo, key)
                    ? STRANGE
                    : time;
        }
        int sender = clientTo + 1;
        int senderTo = fieldEnd(line, sender, to);
        int recipient = senderTo + 1;
        if (recipient > to
                || line[clientTo] != ' '
                || line[senderTo] != ' '
                || sender == senderTo) {
            return STRANGE;
        }
        int recipientTo = fieldEnd(line, recipient, to);
        return client(line, client, clientTo, key)
                        && triplet(line, sender, senderTo, recipient, recipientTo, key)
                ? time
                : STRANGE;
    }

    private boolean client(byte[] line, int from, int to, Key key) {
        int end = EscapedText.unescape(line, from, to);
        if (end - from > Key.CLIENT_MAX) {
            return false;
        }
        if (address.parse(line, from, end)) {
            key.client(
                    canonical, 0, AddressWriter.write(address.high(), address.low(), canonical, 0));
            key.network(
                    ClientNetwork.high(address.high(), address.low()),
                    ClientNetwork.low(address.high(), address.low()));
        } else {
            key.client(line, from, end);
        }
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

    /// The end of a field: the next white space, the original's `\S+`.
    private static int fieldEnd(byte[] line, int from, int to) {
        int i = Math.min(from, to);
        while (i < to && line[i] != ' ' && (line[i] < '\t' || line[i] > '\r')) {
            i++;
        }
        return i;
    }

    /// A number of any length; beyond the time that a record can hold it is that time.
    private static long seconds(byte[] line, int from, int to) {
        long seconds = from < to ? 0 : STRANGE;
        for (int i = from; i < to; i++) {
            int digit = line[i] - '0';
            if (digit < 0 || digit > 9) {
                return STRANGE;
            }
            seconds = Math.min(seconds * 10 + digit, Records.TIME_MAX);
        }
        return seconds;
    }
}
