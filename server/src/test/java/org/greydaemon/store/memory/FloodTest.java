package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.net.AddressWriter;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;

/// Floods against a small store in virtual time: the good mail of others still gets through. A
/// thousand senders, each of a network of its own, begin while the flood lasts or within an hour of
/// it and retry as real ones do; what counts is how many find their triplet again when they come
/// back. Prints the table of docs/performance.md.
final class FloodTest {
    private static final int ENTRIES_MAX = 16_000; // So few that a share is still a sixteenth.
    private static final int SENDERS = 1_000;
    private static final int ENOUGH = 980;
    private static final int DELAY = 300;
    private static final int HOUR = 3_600;
    private static final int DAY = 24 * HOUR;

    /// Of `-m 5 -g 24 -t 30`.
    private static final Lifetimes LIFETIMES =
            new Lifetimes(DAY, 31 * DAY, 30 * DAY, DELAY + Lifetimes.GRACE);

    /// After how many seconds senders try again: Postfix, Exim, Exchange, Sendmail, and a slow one.
    private static final int[][] SCHEDULES = {
        {300, 900, 1_800}, {900, 1_800}, {630, 1_260}, {1_800, HOUR}, {HOUR, 2 * HOUR}
    };

    /// Who floods: how many times the size of the store, in how many seconds, how often each
    /// message is tried, and from which networks.
    enum Flood {
        SLASH_32_BURST("one IPv6 /32, in 30 s", 1.3, 30, 1, false),
        SLASH_32_LARGE("one IPv6 /32, in 30 s", 3.3, 30, 1, false),
        SLASH_32_HOUR("one IPv6 /32, in an hour", 3.3, HOUR, 1, false),
        SLASH_32_TWICE("one IPv6 /32 that asks twice, in an hour", 1.3, HOUR, 2, false),
        ZIPF("300,000 IPv4 /24s by Zipf's law, in an hour", 1.85, HOUR, 1, true),
        ZIPF_LARGE("300,000 IPv4 /24s by Zipf's law, in six hours", 3, 6 * HOUR, 1, true),
        ZIPF_TWICE("the same that ask twice, in six hours", 1.85, 6 * HOUR, 2, true),
        MONTH("300,000 IPv4 /24s by Zipf's law, in 31 days", 1, 31 * DAY, 1, true);

        private final String name;
        private final double times;
        private final int seconds;
        private final int tries;
        private final boolean zipf;

        Flood(String name, double times, int seconds, int tries, boolean zipf) {
            this.name = name;
            this.times = times;
            this.seconds = seconds;
            this.tries = tries;
            this.zipf = zipf;
        }

        IpAddress network(Random random) {
            return zipf ? zipf(random) : slash32(random);
        }

        private static IpAddress slash32(Random random) {
            return new IpAddress(0x2001_0db8_0000_0000L | (long) random.nextInt(1 << 16) << 16, 0);
        }

        /// At random places; the n-th sends an n-th of what the first sends.
        private static IpAddress zipf(Random random) {
            long rank = (long) Math.pow(300_000, random.nextDouble());
            return new IpAddress(0, ipv4((rank * 0x9e37_79b1L) >>> 3));
        }
    }

    /// One try of one message.
    ///
    /// @param sender the number of a good sender; -1 if it is the flood's
    private record Try(long at, long number, IpAddress network, int sender) {}

    @TempDir Path folder;

    private final Random random = new Random(7);
    private final Key key = new Key();
    private final byte[] sender = new byte[16];
    private final byte[] client = new byte[AddressWriter.BYTES_MAX];
    private final PriorityQueue<Try> tries = new PriorityQueue<>(Comparator.comparingLong(Try::at));

    private static long ipv4(long number) {
        return 0xffff_0000_0000L + ((number & 0xff_ffff) << 8);
    }

    /// Asks for a triplet; remembers it if it is new.
    ///
    /// @return when it was first seen, or {@link Memory#NEVER}
    private long ask(MemoryStore store, Try message) {
        long high = message.network.high();
        long low = message.network.low();
        key.client(client, 0, AddressWriter.write(high, low | 1, client, 0));
        key.network(high, low);
        for (int i = 0; i < sender.length; i++) {
            sender[i] = (byte) Character.forDigit((int) (message.number >>> (4 * i)) & 0xf, 16);
        }
        key.triplet(sender, 0, sender.length, 0, 0);
        return store.step(
                key, (seen, now) -> seen == Memory.NEVER ? Entry.of(now, 0) : seen, message.at);
    }

    private void prepare(Flood flood) {
        for (int i = 0; i < SENDERS; i++) {
            long begin = Site.START + random.nextInt(flood.seconds + HOUR);
            IpAddress network = new IpAddress(0, ipv4(0xc0_0000L + i * 37L));
            tries.add(new Try(begin, i, network, i));
            for (int retry : SCHEDULES[i % SCHEDULES.length]) {
                tries.add(new Try(begin + retry, i, network, i));
            }
        }
        int messages = (int) (flood.times * ENTRIES_MAX);
        for (int i = 0; i < messages; i++) {
            long at = Site.START + (long) i * flood.seconds / messages;
            IpAddress network = flood.network(random);
            for (int number = 0; number < flood.tries; number++) {
                tries.add(new Try(at + 60L * number, (1L << 60) + i, network, -1));
            }
        }
    }

    private int passed(MemoryStore store) {
        boolean[] passed = new boolean[SENDERS];
        int count = 0;
        while (!tries.isEmpty()) {
            Try next = tries.remove();
            long seen = ask(store, next);
            if (next.sender >= 0
                    && seen != Memory.NEVER
                    && next.at - seen >= DELAY
                    && !passed[next.sender]) {
                passed[next.sender] = true;
                count++;
            }
        }
        return count;
    }

    private Site site() throws IOException {
        Site site = new Site(Files.createDirectories(folder.resolve("site")));
        site.entriesMax = ENTRIES_MAX;
        site.lifetimes = LIFETIMES;
        return site;
    }

    @ParameterizedTest
    @EnumSource(Flood.class)
    void goodMailOfOthersGetsThrough(Flood flood) throws IOException {
        try (MemoryStore store = site().open(Site.START)) {
            prepare(flood);
            int passed = passed(store);
            System.out.printf(
                    "| %s | %.2f | %.1f %% | %d | %d |%n",
                    flood.name,
                    flood.times,
                    passed * 100.0 / SENDERS,
                    store.evicted(),
                    store.evictedFresh());
            assertThat(passed).as(flood.name).isGreaterThanOrEqualTo(ENOUGH);
            assertThat(store.entries()).isLessThanOrEqualTo(ENTRIES_MAX);
        }
    }

    /// What made room must not come back when the process dies: else it pushes out others.
    @Test
    void killOfAFullStoreLosesNobody() throws IOException {
        Site site = site();
        try (MemoryStore store = site.open(Site.START)) {
            prepare(Flood.ZIPF);
            tries.removeIf(next -> next.at > Site.START + HOUR);
            passed(store);
            store.commit();
            long now = Site.START + HOUR;
            try (MemoryStore after = site.killed(folder.resolve("killed")).open(now)) {
                assertThat(after.entries()).isEqualTo(store.entries());
                store.visit((name, entry) ->
                        assertThat(after.step(name, (seen, _) -> seen, now)).isEqualTo(entry));
            }
        }
    }
}
