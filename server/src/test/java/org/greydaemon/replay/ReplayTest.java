package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Evidence.Spf;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.exempt.AllowedLines;
import org.greydaemon.exempt.ClientList;
import org.greydaemon.exempt.ExemptionFile;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

/// What becomes of the mail of a log under rules that are not those of its time.
final class ReplayTest {
    private static final long BEGIN = 1_795_800_000;

    private final Replay.Side side = side(300);
    private final Replay replay = new Replay(List.of(side), Optional.empty());

    private static Replay.Side side(long delay) {
        return new Replay.Side(
                "delay " + delay,
                new TrialDaemon(
                        new OriginalRules(new RetryWindow(delay, 43_200), new Retention(604_800)),
                        Exemptions.NONE,
                        1_000_000));
    }

    private static MessageAttempt at(long seconds, String client, String sender, boolean accepted) {
        Envelope envelope =
                new Envelope(
                        client,
                        Optional.empty(),
                        "",
                        sender,
                        List.of("b@example.net"),
                        false,
                        Spf.UNKNOWN);
        return new MessageNames(List.of())
                .of(new Recorded(BEGIN + seconds, envelope, 1, accepted), true);
    }

    @Test
    void aMessageThatComesBackWaitsAsLongAsTheRulesLetIt() {
        replay.play(at(0, "192.0.2.1", "a@x", false));
        replay.play(at(60, "192.0.2.1", "a@x", false));
        replay.play(at(400, "192.0.2.1", "a@x", true));
        replay.end();
        assertThat(side.outcomes().good()).isEqualTo(1);
        assertThat(side.outcomes().delayed()).isEqualTo(1);
        assertThat(side.outcomes().waited()).isEqualTo(400);
        assertThat(side.madeUp()).isZero();
    }

    @Test
    void whatIsAcceptedEarlierIsNotTriedAgain() {
        replay.play(at(0, "192.0.2.1", "a@x", false));
        replay.play(at(400, "192.0.2.1", "a@x", false));
        replay.play(at(900, "192.0.2.1", "a@x", true));
        replay.end();
        assertThat(side.outcomes().waited()).isEqualTo(400);
        assertThat(side.earlier()).isEqualTo(1);
        assertThat(side.daemon().attempts()).isEqualTo(2);
    }

    @Test
    void whatWasAcceptedThenAndIsDeferredNowComesAsPostfixMailDoes() {
        replay.play(at(0, "192.0.2.1", "a@x", true));
        replay.end();
        assertThat(side.outcomes().good()).isEqualTo(1);
        assertThat(side.outcomes().waited()).isEqualTo(450);
        assertThat(side.madeUp()).isEqualTo(1);
    }

    @Test
    void aMessageIsTheSameWhateverItsSenderWritesAnewAtEachTry() {
        replay.play(at(0, "192.0.2.1", "prvs=4711abcdef=A@X", false));
        replay.play(at(400, "192.0.2.1", "prvs=4712ffffff=a@x", true));
        replay.end();
        assertThat(side.outcomes().good()).isEqualTo(1);
        assertThat(side.outcomes().others()).isZero();
    }

    @Test
    void whatNeverCameBackIsStopped() {
        replay.play(at(0, "192.0.2.1", "bot@x", false));
        replay.play(at(10, "192.0.2.1", "bot@x", false));
        replay.end();
        assertThat(side.outcomes().good()).isZero();
        assertThat(side.outcomes().others()).isEqualTo(1);
        assertThat(side.outcomes().othersStopped()).isEqualTo(1);
    }

    @Test
    void aMessageIsOverWhenNothingWasHeardOfItForADay() {
        replay.play(at(0, "192.0.2.1", "a@x", false));
        replay.play(at(90_000, "192.0.2.2", "a@x", false));
        replay.end();
        assertThat(side.outcomes().others()).isEqualTo(2);
    }

    @Test
    void anotherClientOfTheSameMessageIsTheSameMessage() {
        replay.play(at(0, "192.0.2.1", "a@x", false));
        replay.play(at(600, "198.51.100.1", "A@x", false));
        replay.play(at(1200, "192.0.2.1", "a@x", true));
        replay.end();
        assertThat(side.outcomes().good()).isEqualTo(1);
        assertThat(side.outcomes().waited()).isEqualTo(1200);
    }

    @Test
    void aFileSaysWhatIsGoodWhateverCameBack() throws MistakeException {
        Exemptions good =
                Exemptions.of(
                        new ExemptionLists(
                                ClientList.EMPTY,
                                List.of(ExemptionFile.parse("good", List.of("sender @x"))),
                                false),
                        AllowedLines.NONE,
                        0);
        Replay listed = new Replay(List.of(side), Optional.of(good));
        listed.play(at(0, "192.0.2.1", "a@x", false));
        listed.play(at(100_000, "192.0.2.9", "spam@y", false));
        listed.play(at(100_400, "192.0.2.9", "spam@y", true));
        listed.play(at(200_000, "192.0.2.3", "late@x", false));
        listed.end();
        assertThat(side.outcomes().good()).isEqualTo(1);
        assertThat(side.outcomes().lost()).isEqualTo(1);
        assertThat(side.outcomes().others()).isEqualTo(1);
        assertThat(side.outcomes().othersStopped()).isZero();
        assertThat(side.waiting()).isEqualTo(1);
    }

    @Test
    void severalSetsOfRulesJudgeTheSameMailEachForItself() {
        Replay.Side slow = side(1000);
        Replay both = new Replay(List.of(side, slow), Optional.empty());
        both.play(at(0, "192.0.2.1", "a@x", false));
        both.play(at(400, "192.0.2.1", "a@x", true));
        both.end();
        assertThat(side.outcomes().waited()).isEqualTo(400);
        // After 450 s behind the last attempt it is still early: 850 s. The next one is after 1050.
        assertThat(slow.outcomes().waited()).isEqualTo(1450);
    }
}
