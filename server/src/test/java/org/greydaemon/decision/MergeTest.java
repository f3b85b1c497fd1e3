package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Rules.Lifetimes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Two hosts that have heard the same accounts remember the same.
final class MergeTest {
    private static final long NOW = 1_000_000;
    private static final long WINDOW = 86_400;
    private static final long RETENTION = 600_000;
    private static final Lifetimes LIFETIMES = new Lifetimes(WINDOW, 2 * WINDOW, RETENTION, 900);
    private static final int ROUNDS = 20_000;

    private final Random random = new Random(20_261_128);

    /// Few values, so that many are equal, at the ends of the lifetimes too.
    private long entry(Key.Kind kind) {
        if (random.nextInt(8) == 0) {
            return Memory.NEVER;
        }
        long[] ages = {-5, 0, 1, 2, 600, WINDOW - 1, WINDOW, WINDOW + 1, RETENTION - 1, RETENTION};
        int[] marks =
                kind.isTriplet()
                        ? new int[] {0, 1, 3, Entry.SUSPECT, Entry.SUSPECT | 2, Entry.PROVEN}
                        : new int[] {0, 1, 2, 3, 2 | 5 << 11, 5 | 2 << 11, 3 | 9 << 11, 4_000_000};
        return Entry.of(
                NOW - ages[random.nextInt(ages.length)], marks[random.nextInt(marks.length)]);
    }

    private static long merged(Key.Kind kind, long one, long other) {
        return Merge.merged(kind, one, other, LIFETIMES, NOW);
    }

    @ParameterizedTest
    @EnumSource(Key.Kind.class)
    void theOrderAndTheNumberOfAccountsDoNotMatter(Key.Kind kind) {
        for (int round = 0; round < ROUNDS; round++) {
            List<Long> accounts = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                accounts.add(entry(kind));
            }
            long inOrder = all(kind, accounts);
            String what = "round " + round + ": " + accounts;
            long[] a = accounts.stream().mapToLong(Long::longValue).toArray();
            assertThat(merged(kind, a[0], a[1])).as(what).isEqualTo(merged(kind, a[1], a[0]));
            assertThat(merged(kind, a[0], merged(kind, a[1], a[2]))).as(what).isEqualTo(inOrder);
            accounts.addAll(accounts.subList(0, 1 + random.nextInt(3)));
            Collections.shuffle(accounts, random);
            assertThat(all(kind, accounts)).as(what).isEqualTo(inOrder);
            assertThat(merged(kind, inOrder, inOrder)).as(what).isEqualTo(inOrder);
        }
    }

    private static long all(Key.Kind kind, List<Long> accounts) {
        long merged = Memory.NEVER;
        for (long account : accounts) {
            merged = merged(kind, merged, account);
        }
        return merged;
    }

    @Test
    void aTripletsClockRunsSinceTheEarlierAttempt() {
        long earlier = Entry.of(NOW - 300, 4);
        long later = Entry.of(NOW - 20, 0);
        assertThat(merged(Key.Kind.TRIPLET, later, earlier)).isEqualTo(earlier);
    }

    @Test
    void anAttemptBeforeTheWindowStartsNoClock() {
        long late = Entry.of(NOW - WINDOW, 0);
        long later = Entry.of(NOW - 20, 0);
        assertThat(merged(Key.Kind.TRIPLET, later, late)).isEqualTo(later);
        assertThat(merged(Key.Kind.TRIPLET, late, late)).isEqualTo(Memory.NEVER);
    }

    @Test
    void whatHasProvenItselfHasServedLast() {
        long before = Entry.of(NOW - 300, 0);
        long last = Entry.of(NOW - 20, 0);
        assertThat(merged(Key.Kind.CLIENT, before, last)).isEqualTo(last);
        long over = Entry.of(NOW - RETENTION, 0);
        assertThat(merged(Key.Kind.CLIENT, over, Memory.NEVER)).isEqualTo(Memory.NEVER);
    }

    @Test
    void aTripletThatHasPassedBeatsOneThatWaits() {
        long passed = Entry.of(NOW - 2 * WINDOW, Entry.PROVEN);
        long waiting = Entry.of(NOW - 20, 0);
        assertThat(merged(Key.Kind.TRIPLET, waiting, passed)).isEqualTo(passed);
    }

    /// To either host: else the other one's answer could let it pass before its time.
    @Test
    void aTripletOfTheSameSecondIsOfASuspectIfItIsToEither() {
        long ours = Entry.of(NOW - 20, Entry.SUSPECT | 2);
        long theirs = Entry.of(NOW - 20, Entry.CAME_BACK | 5);
        assertThat(merged(Key.Kind.TRIPLET, ours, theirs))
                .isEqualTo(Entry.of(NOW - 20, Entry.SUSPECT | Entry.CAME_BACK | 5));
    }

    @Test
    void sendersOfASuspectAreThoseOfBothHosts() {
        int one = SenderMarks.fingerprint(new byte[] {'a'}, 0, 1);
        int other = SenderMarks.fingerprint(new byte[] {'b'}, 0, 1);
        long both = merged(Key.Kind.SUSPECT, Entry.of(NOW - 9, one), Entry.of(NOW - 20, other));
        assertThat(Entry.time(both)).isEqualTo(NOW - 9);
        assertThat(SenderMarks.count(Entry.mark(both), one)).isEqualTo(2);
        assertThat(SenderMarks.count(Entry.mark(both), other)).isEqualTo(2);
        int inOtherOrder = SenderMarks.with(SenderMarks.with(0, other), one);
        assertThat(Entry.mark(both)).isEqualTo(inOtherOrder);
    }
}
