package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Memory;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What files say meets what a shard remembers.
final class ShardLoadTest {
    private static final Name TRIPLET = Name.triplet("192.0.2.1", "a@b.c", "d@e.f");

    private final OneShard one = new OneShard();

    @AfterEach
    void close() {
        one.close();
    }

    private int mark() {
        return Entry.mark(one.entry(TRIPLET));
    }

    @Test
    void aLaterLineReplacesWhatIsRememberedWhateverItsTime() {
        one.load(TRIPLET, START, 1, true);
        one.load(TRIPLET, START - 9, 2, true);
        assertThat(one.entry(TRIPLET)).isEqualTo(Entry.of(START - 9, 2));
    }

    @Test
    void anotherFilesLineOnlyReplacesWhatIsOlder() {
        one.load(TRIPLET, START, 1, false);
        one.load(TRIPLET, START - 1, 2, false);
        assertThat(mark()).isEqualTo(1);
        one.load(TRIPLET, START, 3, false);
        assertThat(mark()).isEqualTo(1);
        one.load(TRIPLET, START + 1, 4, false);
        assertThat(one.entry(TRIPLET)).isEqualTo(Entry.of(START + 1, 4));
    }

    @Test
    void aLineThatReplacesAnotherIsCountedByWhatItSays() {
        one.load(TRIPLET, START, 0, true);
        assertThat(one.weight(Standing.UNRETRIED, TRIPLET)).isOne();
        one.load(TRIPLET, START, Entry.PROVEN, true);
        assertThat(one.weight(Standing.UNRETRIED, TRIPLET)).isZero();
        assertThat(one.weight(Standing.PROVEN, TRIPLET)).isOne();
        assertThat(one.shares.entries()).isOne();
    }

    @Test
    void whatIsForgottenBeforeATimeStaysIfItIsAsLate() {
        one.load(TRIPLET, START, 0, true);
        one.shard.unload(TRIPLET.key(), one.tag(TRIPLET), START);
        assertThat(one.entry(TRIPLET)).isEqualTo(START);
        one.shard.unload(TRIPLET.key(), one.tag(TRIPLET), START + 1);
        assertThat(one.entry(TRIPLET)).isEqualTo(Memory.NEVER);
        one.shard.unload(TRIPLET.key(), one.tag(TRIPLET), START + 1);
        assertThat(one.shares.weight()).isZero();
        assertThat(one.journaled()).isEmpty();
    }

    @Test
    void roomIsMadeForWhatIsExpectedAndNoMoreThanForWhatHasCome() {
        long empty = one.shard.bytes();
        one.shard.expect(10_000);
        assertThat(one.shard.bytes() - empty).isGreaterThan(10_000 * 8);
        one.load(TRIPLET, START, 0, true);
        one.shard.loaded();
        assertThat(one.shard.bytes()).isEqualTo(empty);
    }

    @Test
    void aClosedShardHasGivenAllBack() {
        OneShard closed = new OneShard();
        for (int i = 0; i < 10_000; i++) {
            closed.load(OneShard.name(i), START, 0, true);
        }
        closed.shard.close();
        assertThat(closed.pages.taken()).isZero();
        closed.pages.close();
    }

    @Test
    void placeOfAnEntryIsFetchedWithoutALook() {
        one.load(TRIPLET, START, 0, true);
        assertThat((int) (one.shard.peek(one.tag(TRIPLET)) >>> 32)).isEqualTo(one.tag(TRIPLET));
    }

    /// Else two hosts that tell each other would keep what nobody asked for again.
    @Test
    void whatOthersTellOnceMoreIsNoRetry() {
        one.load(TRIPLET, START, 0, true);
        long _ = one.step(TRIPLET, (seen, _) -> seen, Origin.OTHERS);
        assertThat(one.weight(Standing.UNRETRIED, TRIPLET)).isOne();
        long _ = one.step(TRIPLET, (seen, _) -> Entry.of(seen, 1), Origin.OTHERS);
        assertThat(mark()).isOne();
        assertThat(one.weight(Standing.RETRIED, TRIPLET)).isOne();
    }
}
