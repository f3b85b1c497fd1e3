package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.decision.IdentityScene.Client.named;
import static org.greydaemon.decision.IdentityScene.Client.unknown;
import static org.greydaemon.decision.IdentityScene.DELAY;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the triplets of a message remember beside their time: whether anybody came back, and how
/// often too early.
final class TripletMarksTest {
    private static final long T0 = 1_700_000_000;
    private static final String ALICE = "alice@sender.example";
    private static final String BOB = "bob@example.net";
    private static final String CAROL = "carol@example.net";
    private static final IdentityScene.Client HOST = named("192.0.2.1", "mx1.host.example");

    private final IdentityScene scene = new IdentityScene();

    /// The widest one hears of a retry from another host too.
    @Test
    void theTripletOfTheWidestIdentityTellsWhetherSomebodyCameBack() {
        scene.judge(T0, unknown("192.0.2.1"), ALICE, BOB);
        assertThat(scene.memory().withMark(Entry.FIRST)).isEqualTo("N");
        scene.judge(T0, named("198.51.100.1", "mx1.host.example"), ALICE, CAROL);
        assertThat(scene.memory().withMark(Entry.FIRST)).isEqualTo("HN");
        Scene plain = new Scene(new ModernRules(new RetryWindow(DELAY, 9000), new Retention(9000)));
        plain.judge(T0, "192.0.2.1 a@example.org b@example.net");
        assertThat(plain.memory().withMark(Entry.FIRST)).isEqualTo("G");
    }

    @Test
    void aNewTripletOfASecondHostDoesNotCountAgain() {
        scene.judge(T0, HOST, ALICE, BOB);
        scene.judge(T0 + 10, named("198.51.100.1", "mx2.host.example"), ALICE, BOB);
        assertThat(scene.memory().withMark(Entry.FIRST)).isEqualTo("H");
        assertThat(scene.memory().withMark(Entry.CAME_BACK)).isEqualTo("H");
    }

    @Test
    void oneRecipientThatIsNewStandsForTheMessage() {
        scene.judge(T0, HOST, ALICE, BOB, CAROL);
        assertThat(scene.memory().withMark(Entry.FIRST)).isEqualTo("HH");
        assertThat(scene.memory().withMark(Entry.MESSAGE)).isEqualTo("H");
        scene.judge(T0 + 10, HOST, ALICE, BOB, "new@example.net", "newer@example.net");
        assertThat(scene.memory().withMark(Entry.MESSAGE)).isEqualTo("HH");
    }

    /// Postfix and qmail's clients ask once more when an answer is late: no retry of the sender's.
    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "3, 0", "4, 1", "239, 1", "240, 0", "1000, 0"})
    void onlyARetryComesBackTooEarly(long after, int tooEarly) {
        IdentityScene.Client nameless = named("192.0.2.77"); // Waits half an hour.
        scene.judge(T0, nameless, ALICE, BOB);
        scene.judge(T0 + after, nameless, ALICE, BOB);
        assertThat(scene.memory().times().values())
                .allMatch(entry -> Entry.earlyRetries(entry) == tooEarly)
                .allMatch(entry -> Entry.time(entry) == T0);
        assertThat(scene.memory().withMark(Entry.CAME_BACK)).isEqualTo(after > 3 ? "N" : "");
        assertThat(scene.memory().withMark(Entry.SUSPECT)).isEqualTo("GN");
    }

    @Test
    void aRetryThatPassesCameBack() {
        scene.judge(T0, HOST, ALICE, BOB);
        scene.judge(T0 + DELAY, HOST, ALICE, BOB);
        assertThat(scene.memory().withMark(Entry.CAME_BACK)).isEqualTo("H");
        assertThat(scene.memory().withMark(Entry.FIRST)).isEqualTo("H");
    }

    /// However often it comes: the count has room in the mark.
    @Test
    void whoHammersIsCountedNoFurtherThanMatters() {
        scene.judge(T0, HOST, ALICE, BOB);
        for (int i = 10; i < 60; i++) {
            scene.judge(T0 + i, HOST, ALICE, BOB);
        }
        assertThat(scene.memory().times().values())
                .allMatch(
                        entry -> Entry.earlyRetries(entry) == IdentityScene.SUSPECTS.hammer() + 1);
    }

    @Test
    void anEntryTakesTheTimesItHasRoomFor() {
        assertThat(Entry.time(Entry.of(-5, 7))).isZero();
        assertThat(Entry.time(Entry.of(Entry.TIME_MAX + 1, Entry.MARK_MAX)))
                .isEqualTo(Entry.TIME_MAX);
        assertThat(Entry.mark(Entry.of(Entry.TIME_MAX, Entry.MARK_MAX))).isEqualTo(Entry.MARK_MAX);
        assertThat(Entry.mark(Memory.NEVER)).isZero();
        assertThat(Entry.time(Memory.NEVER)).isEqualTo(Memory.NEVER);
    }

    /// Who was first there is counted there; who came back there counts here too.
    @Test
    void whatAnotherHostCountsIsNotCountedHere() {
        int counted = Entry.FIRST | Entry.MESSAGE;
        long theirs = Entry.of(T0, counted | Entry.CAME_BACK | 3);
        assertThat(Entry.ofOtherHost(Key.Kind.TRIPLET, theirs))
                .isEqualTo(Entry.of(T0, Entry.CAME_BACK | 3));
        assertThat(Entry.ofOtherHost(Key.Kind.SUSPECT, theirs)).isEqualTo(theirs);
        assertThat(Entry.ofOtherHost(Key.Kind.TRIPLET, Memory.NEVER)).isEqualTo(Memory.NEVER);
        assertThat(Entry.neverCameBack(Entry.of(T0, Entry.FIRST | Entry.SUSPECT | 9))).isTrue();
        assertThat(Entry.neverCameBack(theirs)).isFalse();
        assertThat(Entry.neverCameBack(Entry.of(T0, Entry.FIRST | Entry.PROVEN))).isFalse();
        assertThat(Entry.neverCameBack(Entry.of(T0, 0))).isFalse();
    }
}
