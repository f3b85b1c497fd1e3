package org.greydaemon.decision;

/// The senders whose mail has passed from a suspect client, as the mark of its {@link Entry}: two
/// fingerprints of 11 bits.
///
/// ```
///   22 21      11 10       0
///  +--+----------+----------+
///  |  |  second  |  first   |      0: none yet
///  +--+----------+----------+
/// ```
///
/// Two senders with the same fingerprint (one in 2047) count as one, so the client waits longer.
final class SenderMarks {
    /// How many fingerprints fit into a mark.
    static final int COUNT = 2;

    private static final int BITS = 11;
    private static final int MASK = (1 << BITS) - 1;

    private SenderMarks() {}

    /// The fingerprint of a sender, never 0.
    static int fingerprint(byte[] text, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + text[i];
        }
        return Integer.remainderUnsigned((hash * 0x9e3779b9) >>> 8, MASK) + 1;
    }

    /// How many different senders there are with this one.
    static int count(int mark, int fingerprint) {
        int first = mark & MASK;
        int second = mark >> BITS & MASK;
        int others = (first == 0 ? 0 : 1) + (second == 0 ? 0 : 1);
        return first == fingerprint || second == fingerprint ? others : others + 1;
    }

    /// The mark with this sender, if there is room for it.
    static int with(int mark, int fingerprint) {
        int first = mark & MASK;
        if (first == 0) {
            return fingerprint;
        }
        boolean isNew = first != fingerprint && mark >> BITS == 0;
        return isNew ? of(Math.min(first, fingerprint), Math.max(first, fingerprint)) : mark;
    }

    /// The mark with the senders of two marks. If there are more than fit, the smaller fingerprints
    /// stay, so that the order in which many are merged does not matter.
    static int both(int one, int other) {
        int smallest = next(one, other, 0);
        return of(smallest, next(one, other, smallest));
    }

    /// The smallest fingerprint of two marks that is larger than one; 0 if there is none.
    private static int next(int one, int other, int after) {
        int least = Integer.MAX_VALUE;
        for (int found :
                new int[] {one & MASK, one >> BITS & MASK, other & MASK, other >> BITS & MASK}) {
            least = found > after ? Math.min(least, found) : least;
        }
        return least == Integer.MAX_VALUE ? 0 : least;
    }

    private static int of(int first, int second) {
        return first | second << BITS;
    }
}
