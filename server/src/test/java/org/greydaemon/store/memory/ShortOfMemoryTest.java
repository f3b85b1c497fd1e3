package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.greydaemon.store.memory.Site.LIFETIMES;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.store.Name;
import org.greydaemon.system.PagePool;
import org.greydaemon.system.Pages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// The system has no more memory for entries: whoever meets it fails, and nothing else is changed.
final class ShortOfMemoryTest {
    /// What segments and tables of the pool take at least.
    private static final long PIECE = 8 << 10;

    private final KeyHash hash = new KeyHash(1, 2);
    private final Shares shares = new Shares(3);
    private final PagePool pages = new PagePool(this::zero);
    private final Shard shard =
            new Shard(hash, new JournalBuffer(() -> 0), shares, pages, new ReentrantLock());
    private final Deque<MemorySegment> pieces = new ArrayDeque<>();
    private final List<Name> remembered = new ArrayList<>();
    private boolean isShort;

    private MemorySegment zero(Arena arena, long size) {
        if (isShort) {
            throw new OutOfMemoryError("no " + size + " octets");
        }
        return Pages.zero(arena, size);
    }

    @AfterEach
    void freeMemory() {
        shard.close();
        pages.close();
    }

    /// From now on there are single pieces only, and only those that are given back.
    private void runShort() {
        isShort = true;
        List<MemorySegment> all = new ArrayList<>();
        assertThatThrownBy(
                        () -> {
                            while (true) {
                                all.add(pages.take(PIECE));
                            }
                        })
                .isInstanceOf(OutOfMemoryError.class);
        for (int i = 0; i < all.size(); i += 2) {
            pieces.add(all.get(i)); // No two of them are neighbours.
        }
    }

    private long step(Name name, long next) {
        Key key = name.key();
        return shard.step(key, (int) hash.hash(key), 1L << 48, (_, _) -> next, START, Origin.HERE);
    }

    private void remember(int i) {
        Name name = Name.client("client" + i);
        assertThat(step(name, START)).isEqualTo(Memory.NEVER);
        remembered.add(name);
    }

    private void forgetAll() {
        ShardWalks.Walk walk = shard.walks().walk();
        long later = START + LIFETIMES.client();
        while (walk.next(LIFETIMES, later, (_, _) -> {}, new Unreturned(shares, later))) {}
        assertThat(shares.entries()).isZero();
        for (Name name : remembered) {
            assertThat(step(name, Memory.NEVER)).isEqualTo(Memory.NEVER);
        }
    }

    /// There is a place for the record, and none for the larger table that it needs.
    @Test
    void whatHasNoPlaceInTheIndexIsNoRecord() {
        remember(0);
        runShort();
        int failures = 0;
        for (int i = 1; i < 2_000; i++) {
            try {
                remember(i);
            } catch (OutOfMemoryError e) {
                failures++;
                assertThat(shares.entries()).isEqualTo(remembered.size());
                pages.give(pieces.remove());
            }
        }
        assertThat(failures).as("neither a segment nor a table").isGreaterThan(100);
        for (Name name : remembered) {
            assertThat(step(name, START)).isEqualTo(START);
        }
        isShort = false;
        forgetAll();
    }

    /// A table that is too large does no harm, an entry that is half forgotten does.
    @Test
    void forgettingNeedsNoMemory() {
        for (int i = 0; i < 20_000; i++) {
            remember(i);
        }
        runShort();
        assertThatCode(() -> remembered.forEach(name -> step(name, Memory.NEVER)))
                .doesNotThrowAnyException();
        assertThat(shares.entries()).isZero();
        isShort = false;
        remember(1);
        forgetAll();
    }

    /// Holes are closed once there is memory for it.
    @Test
    void holesStayWhileThereIsNoMemory() {
        for (int i = 0; i < 20_000; i++) {
            remember(i);
        }
        for (int i = 0; i < 20_000; i++) {
            if (i % 4 != 0) {
                assertThat(step(remembered.get(i), Memory.NEVER)).isEqualTo(START);
            }
        }
        runShort();
        assertThatCode(shard.walks()::closeHoles).doesNotThrowAnyException();
        long before = shard.bytes();
        isShort = false;
        shard.walks().closeHoles();
        assertThat(shard.bytes()).isLessThan(before);
        for (int i = 0; i < 20_000; i += 4) {
            assertThat(step(remembered.get(i), START)).isEqualTo(START);
        }
    }
}
