package org.greydaemon.decision;

import java.util.Arrays;

/// Which triplets of clients' other identities the same attempts have made as some triplets of
/// their addresses: those of the same network and second whose digest is that of the same sender
/// and recipient. The triplet of a host's domain does not tell which domain it was; it is found by
/// network and second alone, and so are all under the original's rules, which know no digest.
/// Confined to one thread.
public final class Companions {
    private final Rules rules;
    private final Memory unchanged;
    private final Attempt attempt = new Attempt(Key.ADDRESS_MAX, 1);

    // 64 bits stand for each that would be one: a million triplets have four million.
    private long[] prints = new long[64];
    private int count;
    private boolean isSorted;

    /// @param unchanged what is remembered; is only looked at
    public Companions(Rules rules, Memory unchanged) {
        this.rules = rules;
        this.unchanged = unchanged;
    }

    /// Whether it is a triplet that a digest names.
    public static boolean isOne(Key key) {
        return key.isTriplet() && key.kind().fields() == 0;
    }

    /// Whether any may be remembered.
    public static boolean mayBeIn(Memory memory) {
        for (Key.Kind kind : Key.Kind.values()) {
            if (kind.isTriplet() && kind.fields() == 0 && memory.mayHold(kind)) {
                return true;
            }
        }
        return false;
    }

    /// One more triplet of a client's address.
    ///
    /// @param key only lent
    /// @param entry its {@link Entry}
    /// @param now the time in seconds
    public void add(Key key, long entry, long now) {
        long time = Entry.time(entry);
        put(print(key, false, time));
        if (rules instanceof ModernRules modern) {
            tell(key);
            modern.showCompanions(attempt, unchanged, now, its -> put(print(its, true, time)));
        }
    }

    /// Whether the same attempt has made it as one of the triplets.
    ///
    /// @param entry its {@link Entry}
    public boolean have(Key key, long entry) {
        if (!isOne(key)) {
            return false;
        }
        if (!isSorted) {
            Arrays.sort(prints, 0, count);
            isSorted = true;
        }
        boolean isTold = key.kind() != Key.Kind.HOST_TRIPLET && rules instanceof ModernRules;
        return Arrays.binarySearch(prints, 0, count, print(key, isTold, Entry.time(entry))) >= 0;
    }

    /// Makes it the attempt again that has made the triplet.
    private void tell(Key key) {
        attempt.start(new Source(Source.Protocol.WORDS)); // Nothing here is counted or logged.
        int client = key.clientLength();
        attempt.client(key.bytes(), 0, Identification.addressTo(key.bytes(), 0, client));
        attempt.sender(key.bytes(), client, client + key.senderLength());
        attempt.recipient(key.bytes(), client + key.senderLength(), key.length());
    }

    private void put(long print) {
        if (count == prints.length) {
            prints = Arrays.copyOf(prints, 2 * count);
        }
        prints[count++] = print;
        isSorted = false;
    }

    private static long print(Key key, boolean withDigest, long time) {
        long bits = IdentityKeys.mix(key.networkHigh() ^ IdentityKeys.mix(key.networkLow()));
        bits = IdentityKeys.mix(bits ^ time);
        for (int i = 0; withDigest && i < Key.DIGEST_LENGTH; i++) {
            bits = IdentityKeys.mix(bits ^ key.bytes()[i]);
        }
        return bits;
    }
}
