package org.greydaemon.decision;

import org.greydaemon.net.AddressWriter;
import org.greydaemon.net.IpAddress;

import java.util.function.LongSupplier;

/// Networks that have finished each other's triplets, and so count as one for triplets
/// (docs/rules.md). Immutable.
///
/// Two networks are a pool when mail of {@link #SENDERS_MIN} different senders has begun in one of
/// them and come again from the other. A pool has a number, the mark of its networks' entries: that
/// of one of its networks. Pools that turn out to be one take the smaller number, so the order in
/// which that is found out does not matter.
///
/// Two pools may have the same number (two of a thousand with a chance of one in eight). That does
/// no harm: each could still finish only what the other has begun, after the whole wait.
final class LearnedPools {
    /// Of so many senders mail must have come again from the other network.
    static final int SENDERS_MIN = 2;

    /// The most networks of all pools together.
    static final int NETWORKS_MAX = 4096;

    private static final int NUMBERS = 1 << 22;
    private static final byte[] IPV4_LENGTH = {'/', '2', '4'};
    private static final byte[] IPV6_LENGTH = {'/', '4', '8'};

    /// The most octets of a network's text.
    static final int TEXT_MAX = AddressWriter.BYTES_MAX + 3;

    private final Retention retention;
    private final Rule serve;

    /// @param retention how long a pool is known that nobody has used
    LearnedPools(Retention retention) {
        this.retention = retention;
        serve = (seen, now) -> isKnown(seen, now) ? Entry.of(now, Entry.mark(seen)) : seen;
    }

    private boolean isKnown(long entry, long now) {
        return retention.isKnown(entry, now);
    }

    /// The number of the pool that a network belongs to; 0 if to none. Using it keeps it.
    int numberOf(IdentityKeys keys, Memory memory, long now) {
        long entry = memory.step(keys.poolNetwork(), serve, now);
        return isKnown(entry, now) ? Entry.mark(entry) : 0;
    }

    /// Notes that mail has begun in one network and come again from another in time.
    ///
    /// @param first the network where it began, as the key of its entry
    /// @param second the other one
    /// @param sender the fingerprint of its sender, see {@link SenderMarks}
    /// @param networks counts the networks of all pools
    /// @return whether they would be a pool now, but there are too many
    boolean finished(
            Key first, Key second, int sender, Memory memory, long now, LongSupplier networks) {
        long one = memory.step(first, serve, now);
        long other = memory.step(second, serve, now);
        boolean areMembers = isKnown(one, now) && isKnown(other, now);
        if (areMembers && Entry.mark(one) == Entry.mark(other)) {
            return false;
        }
        long before =
                memory.step(link(first, second), (seen, at) -> withSender(seen, at, sender), now);
        int mark = isKnown(before, now) ? Entry.mark(before) : 0;
        if (SenderMarks.count(mark, sender) < SENDERS_MIN) {
            return false;
        }
        if (!areMembers && networks.getAsLong() > NETWORKS_MAX - 2) {
            return true;
        }
        int number = Math.min(number(first, one, now), number(second, other, now));
        memory.step(first, (seen, at) -> joined(seen, at, number), now);
        memory.step(second, (seen, at) -> joined(seen, at, number), now);
        return false;
    }

    private long withSender(long seen, long now, int sender) {
        int mark = isKnown(seen, now) ? Entry.mark(seen) : 0;
        return Entry.of(now, SenderMarks.with(mark, sender));
    }

    private long joined(long seen, long now, int number) {
        return Entry.of(now, isKnown(seen, now) ? Math.min(Entry.mark(seen), number) : number);
    }

    private int number(Key network, long entry, long now) {
        return isKnown(entry, now)
                ? Entry.mark(entry)
                : ownNumber(network.networkHigh(), network.networkLow());
    }

    private static int ownNumber(long high, long low) {
        long spread = IdentityKeys.mix(high ^ IdentityKeys.mix(low));
        return 1 + (int) Long.remainderUnsigned(spread, NUMBERS - 1);
    }

    /// Makes a key that of a network's entry, whose maker is the network itself.
    ///
    /// @param high the first 64 bits of its address
    /// @param low the last 64 bits
    /// @param text has room for {@link #TEXT_MAX} octets
    static void name(Key key, long high, long low, byte[] text) {
        int end = AddressWriter.write(high, low, text, 0);
        byte[] length = IpAddress.isIpv4(high, low) ? IPV4_LENGTH : IPV6_LENGTH;
        System.arraycopy(length, 0, text, end, length.length);
        key.network(high, low);
        key.named(Key.Kind.POOL_NETWORK, text, 0, end + length.length);
    }

    /// The key of what two networks have finished of each other; its maker is the second one.
    private static Key link(Key first, Key second) {
        boolean inOrder = compare(first, second) < 0;
        Key smaller = inOrder ? first : second;
        Key larger = inOrder ? second : first;
        Key link = new Key();
        link.network(second.networkHigh(), second.networkLow());
        link.named(Key.Kind.POOL_LINK, smaller.bytes(), 0, smaller.length());
        link.withSender(Key.Kind.POOL_LINK, larger.bytes(), 0, larger.length());
        return link;
    }

    private static int compare(Key first, Key second) {
        int order = Long.compareUnsigned(first.networkHigh(), second.networkHigh());
        return order != 0 ? order : Long.compareUnsigned(first.networkLow(), second.networkLow());
    }
}
