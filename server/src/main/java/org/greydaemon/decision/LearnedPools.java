package org.greydaemon.decision;

import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.net.AddressWriter;
import org.greydaemon.net.IpAddress;

import java.security.SecureRandom;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Networks that have finished each other's triplets, and so count as one for triplets
/// (docs/rules.md). Immutable.
///
/// Two networks are a pool when mail of {@link #SENDERS_MIN} different senders has begun in one of
/// them and come again from the other. A pool has a number, the mark of its networks' entries, that
/// nobody can choose: a hash with a secret of the process. A network that joins takes the number of
/// the pool. When two pools turn out to be one, the larger number leads to the smaller one from
/// then on, by an entry of its own (an alias), and each network takes that when it is looked at: so
/// none ever leaves its pool because another joins.
///
/// Two pools may have the same number (two of a thousand with a chance of one in eight). That does
/// no harm: each could still finish only what the other has begun, after the whole wait.
public final class LearnedPools {
    /// From how many senders mail must have come again from the other network.
    static final int SENDERS_MIN = 2;

    /// The most networks of all pools together.
    static final int NETWORKS_MAX = 4096;

    private static final int NUMBERS = 1 << 22;

    /// How many aliases are followed at most; each leads to a smaller number.
    private static final int ALIASES_MAX = 8;

    /// The aliases' networks: 0100::/8 is reserved (RFC 4291 2.4), so no host is in one.
    private static final long ALIASES_HIGH = 0x0100_0000_0000_0000L;

    private static final long SECRET = new SecureRandom().nextLong();

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
        return numberOf(keys::poolNetwork, keys::poolAlias, memory, now);
    }

    /// @param network the key of its entry, which may be the one that `aliases` makes others of
    int numberOf(Supplier<Key> network, IntFunction<Key> aliases, Memory memory, long now) {
        long entry = memory.step(network.get(), serve, now);
        int number = number(entry, aliases, memory, now);
        if (number != 0 && number != Entry.mark(entry)) {
            memory.step(network.get(), numbered(number), now);
        }
        return number;
    }

    /// The number of the pool of which a network's entry tells; 0 if of none.
    private int number(long entry, IntFunction<Key> aliases, Memory memory, long now) {
        int number = isKnown(entry, now) ? Entry.mark(entry) : 0;
        for (int i = 0; number != 0 && i < ALIASES_MAX; i++) {
            long alias = memory.step(aliases.apply(number), serve, now);
            if (!isKnown(alias, now) || Entry.mark(alias) >= number) {
                break;
            }
            number = Entry.mark(alias);
        }
        return number;
    }

    private static Rule numbered(int number) {
        return (_, at) -> Entry.of(at, number);
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
        int one = numberOf(() -> first, LearnedPools::alias, memory, now);
        int other = numberOf(() -> second, LearnedPools::alias, memory, now);
        if (one != 0 && one == other) {
            return false;
        }
        long before =
                memory.step(link(first, second), (seen, at) -> withSender(seen, at, sender), now);
        int mark = isKnown(before, now) ? Entry.mark(before) : 0;
        if (SenderMarks.count(mark, sender) < SENDERS_MIN) {
            return false;
        }
        if (networks.getAsLong() > NETWORKS_MAX - 2) {
            return true;
        }
        boolean areMembers = one != 0 && other != 0;
        int number = areMembers ? Math.min(one, other) : Math.max(one, other); // 0 if both are new.
        int its = number == 0 ? newNumber(first) : number;
        if (areMembers) {
            memory.step(alias(Math.max(one, other)), numbered(its), now);
        }
        memory.step(first, numbered(its), now);
        memory.step(second, numbered(its), now);
        return false;
    }

    /// Merges what is heard of a key with what is remembered.
    public interface Merging {
        /// Merges, and says what was remembered before, {@link Memory#NEVER} for nothing.
        long merge(Key key, long entry);
    }

    /// Two accounts of one network may name two pools, which thereby turn out to be one: the larger
    /// number then leads to the smaller one, as it does when {@link #finished} finds that.
    /// Otherwise the network would leave the others of its pool for the smaller number. The same
    /// goes for what that number has led to.
    ///
    /// @param seen the entry remembered of the network before both were merged, or {@link
    ///   Memory#NEVER}
    /// @param heard the other account
    /// @param now the time in seconds
    public static void unite(long seen, long heard, Lifetimes lifetimes, long now, Merging memory) {
        long one = seen;
        long other = heard;
        for (int i = 0; i < ALIASES_MAX; i++) {
            int smaller = Math.min(Entry.mark(one), Entry.mark(other));
            int larger = Math.max(Entry.mark(one), Entry.mark(other));
            if (!isSaved(one, lifetimes, now)
                    || !isSaved(other, lifetimes, now)
                    || smaller == larger
                    || smaller == 0) {
                return;
            }
            other = Entry.of(Math.max(Entry.time(one), Entry.time(other)), smaller);
            one = memory.merge(alias(larger), other);
        }
    }

    private static boolean isSaved(long entry, Lifetimes lifetimes, long now) {
        return entry != Memory.NEVER && lifetimes.isSaved(Key.Kind.POOL_NETWORK, entry, now);
    }

    private long withSender(long seen, long now, int sender) {
        int mark = isKnown(seen, now) ? Entry.mark(seen) : 0;
        return Entry.of(now, SenderMarks.with(mark, sender));
    }

    private static int newNumber(Key network) {
        long spread = IdentityKeys.mix(network.networkLow() ^ SECRET);
        spread = IdentityKeys.mix(network.networkHigh() ^ spread);
        return 1 + (int) Long.remainderUnsigned(spread, NUMBERS - 1);
    }

    /// Whether this is no real network but stands for a number that leads to a smaller one.
    ///
    /// @param high the first 64 bits of its address
    public static boolean isAlias(long high) {
        return high >>> 56 == ALIASES_HIGH >>> 56;
    }

    /// The number that an alias stands for.
    ///
    /// @param high the first 64 bits of its address
    public static int aliasOf(long high) {
        return (int) (high >>> 16) & (NUMBERS - 1);
    }

    /// The number that another one leads to.
    ///
    /// @param aliases the numbers that lead to a smaller one, and that
    public static int followed(int number, Map<Integer, Integer> aliases) {
        int at = number;
        for (int i = 0; i < ALIASES_MAX && aliases.getOrDefault(at, at) < at; i++) {
            at = aliases.getOrDefault(at, at);
        }
        return at;
    }

    static Key alias(int number) {
        Key key = new Key();
        nameAlias(key, number, new byte[TEXT_MAX]);
        return key;
    }

    /// Makes a key that of the entry by which a number leads to a smaller one.
    ///
    /// @param text has room for {@link #TEXT_MAX} octets
    static void nameAlias(Key key, int number, byte[] text) {
        name(key, ALIASES_HIGH | (long) number << 16, 0, text);
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
