package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.greydaemon.store.memory.Site.START;

import static java.util.stream.Collectors.toSet;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// Several threads at once, on the same keys, while saves run. A deadlock ends at the time limit.
@Timeout(120)
final class ConcurrencyTest {
    private static final int THREADS = 4;
    private static final int STEPS = Boolean.getBoolean("soak") ? 300_000 : 15_000;
    private static final int NAMES = 300;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicLong running = new AtomicLong(THREADS);
    private Site site;
    private MemoryStore store;

    @TempDir Path root;

    @BeforeEach
    void openStore() throws IOException {
        site = new Site(Files.createDirectory(root.resolve("site")));
        // Nothing expires: time is only a number here, a new one for each step.
        site.lifetimes = new Lifetimes(1L << 32, 1L << 32, 1L << 32, 0);
        store = site.open(START);
    }

    @AfterEach
    void closeStore() {
        threads.shutdownNow();
        store.close();
    }

    private static Name name(int i) {
        // Many of one network, so that threads meet in one shard, and many of others.
        String client = i % 2 == 0 ? "192.0.2." + i % 250 : "10." + i + ".0.1";
        return i % 5 == 0 ? Name.client(client + i) : Name.triplet(client, "a" + i + "@b", "d@e");
    }

    /// Runs the work on all threads, and saves and synchronises until it is done.
    private void together(IntConsumer work) throws Exception {
        List<Future<?>> done = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            done.add(
                    threads.submit(() -> {
                        try {
                            work.accept(thread);
                        } finally {
                            running.decrementAndGet();
                        }
                    }));
        }
        done.add(threads.submit(() -> repeat(() -> assertThat(store.save(START)).isTrue())));
        done.add(threads.submit(() -> repeat(store::synchronise)));
        done.add(threads.submit(() -> repeat(store::wantsSave)));
        for (Future<?> future : done) {
            try {
                future.get();
            } catch (ExecutionException e) {
                throw new AssertionError("in a thread", e.getCause());
            }
        }
        assertThat(site.failed).isEmpty();
    }

    private void repeat(Runnable action) {
        do {
            action.run();
        } while (running.get() > 0);
    }

    /// What one step of a name heard of the time before and left behind.
    private record Step(int name, long before, long time) {}

    /// Every step gives its name a time of its own and hears of the one before. If steps are
    /// atomic, the times of a name are one chain: each was followed by exactly one other, but for
    /// the last, which memory and files agree on.
    @Test
    void stepsOfANameAreOneChainThatEndsInMemoryAndInTheFiles() throws Exception {
        AtomicLong clock = new AtomicLong(START);
        List<Step> steps = Collections.synchronizedList(new ArrayList<>());
        together(thread -> {
            Random random = new Random(thread);
            for (int i = 0; i < STEPS; i++) {
                int n = random.nextInt(NAMES);
                long now = clock.incrementAndGet();
                steps.add(new Step(n, store.step(name(n).key(), (s, t) -> t, now), now));
                if (i % 10 == 0) {
                    store.commit();
                }
            }
        });
        store.commit();
        for (int n = 0; n < NAMES; n++) {
            assertChain(n, steps);
        }
        try (MemoryStore after = site.killed(root.resolve("killed")).open(START)) {
            assertThat(after.entries()).isEqualTo(NAMES);
            for (int n = 0; n < NAMES; n++) {
                long late = name(n).isTriplet() ? 0 : Shard.REFRESH_SECONDS - 1L;
                assertThat(Site.time(after, name(n)))
                        .isCloseTo(Site.time(store, name(n)), within(late));
            }
        }
    }

    private void assertChain(int name, List<Step> steps) {
        List<Step> chain = steps.stream().filter(step -> step.name == name).toList();
        Set<Long> times = chain.stream().map(Step::time).collect(toSet());
        times.add(Memory.NEVER); // Where the chain begins.
        assertThat(times.remove(Site.time(store, name(name)))).isTrue(); // Where it ends.
        assertThat(chain.stream().map(Step::before)).containsExactlyInAnyOrderElementsOf(times);
    }

    @Tag("long")
    @Test
    void fullStoreStaysWithinItsBoundAndInOrder() throws Exception {
        store.close();
        site.entriesMax = 500;
        store = site.open(START);
        together(thread -> {
            Random random = new Random(thread);
            for (int i = 0; i < STEPS; i++) {
                Site.remember(store, name(random.nextInt(5_000)), START);
                // Each thread may be between its insertion and the eviction for it.
                assertThat(store.entries()).isLessThanOrEqualTo(500 + THREADS);
            }
        });
        assertThat(store.entries()).isLessThanOrEqualTo(500);
        long known = IntStream.range(0, 5_000).filter(i -> Site.knows(store, name(i))).count();
        assertThat(known).isEqualTo(store.entries());
        assertThat(site.full.get()).isOne();
        assertThat(store.save(START)).isTrue();
        assertThat(FileContents.ofSaveFile(site.saveFile).entries).hasSize((int) known);
    }

    @Test
    void savesGoOnWhileAllThreadsWantOneShard() throws Exception {
        Name name = Name.triplet("192.0.2.1", "a@b.c", "d@e.f");
        together(thread -> {
            Key key = name.key();
            for (int i = 0; i < 20 * STEPS; i++) {
                store.step(key, (seen, now) -> seen, START);
            }
        });
        assertThat(site.saved).isNotEmpty();
    }
}
