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

    /// SPF's triplet takes the mark over from the one that has told it so far.
    @Test
    void theOnlyRecipientStandsForTheMessageWhoeverTellsIt() {
        scene.judge(T0, HOST, ALICE, BOB);
        assertThat(scene.memory().withMark(Entry.MESSAGE)).isEqualTo("H");
        scene.spfPassed(T0, false);
        assertThat(scene.memory().withMark(Entry.MESSAGE)).isEqualTo("D");
        assertThat(scene.memory().withMark(Entry.FIRST)).isEqualTo("D");
    }

    /// Whose first recipient was tried before it has none that is new.
    @Test
    void aRecipientThatCameBackDoesNotStandForTheMessageBySpf() {
        scene.judge(T0, HOST, ALICE, BOB);
        scene.judge(T0 + 10, HOST, ALICE, BOB);
        scene.spfPassed(T0 + 10, false);
        assertThat(scene.memory().withMark(Entry.MESSAGE)).isEqualTo("H");
    }

    /// Postfix and qmail's clients ask once more when an answer is late: no retry of the sender's.
    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "3, 0", "4, 1", "239, 1", "240, 0", "1000, 0"})
    void onlyARetryComesBackTooEarly(long after, int tooEarly) {
        IdentityScene.Client nameless = named("192.0.2.77"); // Waits half an hour.
        scene.judge(T0, nameless, ALICE, BOB);
        scene.judge(T0 + after, nameless, ALICE, BOB);
        assertThat(scene.memory().times().values()).allMatch(entry -> Entry.time(entry) == T0);
        assertThat(scene.memory().earlyRetries("GN")).containsExactly(tooEarly, 0);
        assertThat(scene.memory().withMark(Entry.CAME_BACK)).isEqualTo(after > 3 ? "N" : "");
        assertThat(scene.memory().withMark(Entry.SUSPECT)).isEqualTo("GN");
    }

    /// How many recipients nobody came back for.
    private long neverCameBack() {
        return scene.memory().times().values().stream().filter(Entry::neverCameBack).count();
    }

    /// Nothing but SPF says that the two hosts are one client.
    @ParameterizedTest
    @CsvSource({"false, 10", "false, 240", "true, 10", "true, 1800", "true, 240"})
    void aRetryThatSpfAloneKnowsCameBack(boolean isNameless, long after) {
        IdentityScene.Client retry = isNameless ? named("198.51.100.7") : unknown("198.51.100.7");
        scene.judge(T0, isNameless ? named("192.0.2.1") : unknown("192.0.2.1"), ALICE, BOB, CAROL);
        assertThat(neverCameBack()).isEqualTo(2);
        scene.spfPassed(T0, false);
        assertThat(neverCameBack()).as("as many as before").isEqualTo(2);
        assertThat(scene.memory().withMark(Entry.FIRST)).isEqualTo("DD");
        assertThat(scene.memory().withMark(Entry.MESSAGE)).isEqualTo("D");
        scene.judge(T0 + after, retry.withSpf(), ALICE, BOB, CAROL);
        assertThat(neverCameBack()).isZero();
    }

    @Test
    void aRetryBeforeSpfHasSaidItCameBackWhenItHas() {
        scene.judge(T0, unknown("192.0.2.1"), ALICE, BOB);
        scene.spfPassed(T0, false);
        scene.judge(T0 + 10, unknown("198.51.100.7"), ALICE, BOB);
        assertThat(neverCameBack()).isEqualTo(2);
        scene.spfPassed(T0 + 10, false);
        assertThat(neverCameBack()).isZero();
    }

    /// SPF is not asked about it.
    @ParameterizedTest
    @CsvSource({"3, 1", "4, 0", "10, 0", "240, 0"})
    void aRetryFromTheSameHostCameBackWhateverSpfHasSaidBefore(long after, long left) {
        scene.judge(T0, unknown("192.0.2.1"), ALICE, BOB);
        scene.spfPassed(T0, false);
        scene.judge(T0 + after, unknown("192.0.2.1"), ALICE, BOB);
        assertThat(neverCameBack()).isEqualTo(left);
    }

    @Test
    void aRetryOfADomainThatIsKnownByThenCameBack() {
        scene.judge(T0, unknown("192.0.2.1"), ALICE, BOB);
        scene.spfPassed(T0, false);
        scene.judge(T0, unknown("192.0.2.1"), ALICE, CAROL);
        scene.spfPassed(T0, false);
        scene.judge(T0 + DELAY, unknown("198.51.100.7").withSpf(), ALICE, CAROL);
        assertThat(neverCameBack()).isEqualTo(1);
        assertThat(scene.judge(T0 + DELAY, unknown("203.0.113.9").withSpf(), ALICE, BOB))
                .isEqualTo(Reason.KNOWN);
        assertThat(neverCameBack()).isZero();
    }

    @Test
    void aMailThatNobodySendsAgainNeverCameBackWhateverSpfSays() {
        scene.judge(T0, HOST, ALICE, BOB);
        scene.spfPassed(T0, false);
        scene.judge(T0, named("198.51.100.7").withSpf(), "other@second.example", BOB);
        scene.judge(T0 + DELAY, unknown("203.0.113.9"), "third@sender.example", BOB);
        assertThat(neverCameBack()).isEqualTo(3);
    }

    @Test
    void aRetryThatPassesCameBack() {
        scene.judge(T0, HOST, ALICE, BOB);
        scene.judge(T0 + DELAY, HOST, ALICE, BOB);
        assertThat(scene.memory().withMark(Entry.CAME_BACK)).isEqualTo("H");
        assertThat(scene.memory().withMark(Entry.FIRST)).isEqualTo("H");
    }

    /// However often it comes: the count has room in the mark. It stands with the address alone,
    /// for the others are strangers' too.
    @Test
    void whoHammersIsCountedNoFurtherThanMatters() {
        scene.judge(T0, HOST, ALICE, BOB);
        for (int i = 10; i < 60; i++) {
            scene.judge(T0 + i, HOST, ALICE, BOB);
        }
        assertThat(scene.memory().earlyRetries("GNH"))
                .containsExactly(IdentityScene.SUSPECTS.hammer() + 1, 0, 0);
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
