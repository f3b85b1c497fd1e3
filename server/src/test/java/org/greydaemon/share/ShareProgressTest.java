package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/// A start goes on from where the daemon before it was, and never takes for heard what the others
/// may not have heard.
final class ShareProgressTest {
    private static final long NOW = 1_800_000_000;

    @TempDir Path folder;
    private ShareProgress progress;
    private boolean isKept = true;

    @BeforeEach
    void first() {
        progress = next();
    }

    private ShareProgress next() {
        return next(true);
    }

    private ShareProgress next(boolean isAsLeft) {
        ShareProgress its =
                new ShareProgress(
                        folder.resolve("save.share"),
                        "site",
                        new Tombstones(),
                        (_, _) -> {},
                        () -> isKept);
        its.goOn(isAsLeft);
        return its;
    }

    private static Engine.StreamEntry at(String id) {
        return new Engine.StreamEntry(id, "other", ByteBuffer.wrap("".getBytes(ISO_8859_1)));
    }

    @Test
    void aHostThatNobodyKnowsOwesEverything() {
        assertThat(progress.isOwing()).isTrue();
        assertThat(progress.takeOwed()).isNegative();
        assertThat(progress.isOwing()).isFalse();
    }

    @Test
    void whoIsLeftWhileItReadsDoesNotSaveThatItHas() throws Exception {
        progress.read(3, at("1000000-0"));
        progress.mark(3, "mark");
        progress.save();
        progress.read(3, at("2000000-0"));
        progress.leave();
        progress.save();
        assertThat(next().place(3).id()).isEqualTo("1000000-0");
    }

    /// The store has it in memory only, as the disk is full, and the process is killed.
    @Test
    void whatIsInNoFileYetIsReadAgain() {
        progress.read(3, at("1000000-0"));
        progress.mark(3, "mark");
        progress.save();
        isKept = false;
        progress.read(3, at("2000000-0"));
        progress.save();
        assertThat(next().place(3).id()).isEqualTo("1000000-0");
        isKept = true;
        progress.save();
        assertThat(next().place(3).id()).isEqualTo("2000000-0");
    }

    @Test
    void whoHasSentEverythingButWasNeverWholeOwesEverythingAgain() {
        assertThat(progress.takeOwed()).isNegative();
        progress.save();
        assertThat(next().takeOwed()).isNegative();
        progress.owe();
        assertThat(progress.takeOwed()).isNegative();
    }

    @Test
    void whoWasWholeOwesWhatCameSinceAndAMinute() {
        long _ = progress.takeOwed();
        progress.isWhole(NOW);
        progress.save();
        assertThat(next().takeOwed()).isEqualTo(NOW - ShareProgress.AGAIN_SECONDS);
    }

    @Test
    void whatTheEngineHasLostIsOwedUntilAllIsSentAgain() {
        progress.isWhole(NOW);
        progress.startOver(3);
        long _ = progress.takeOwed();
        progress.save();
        assertThat(next().takeOwed()).isNegative();
    }

    @Test
    void whatFoundNoRoomIsOwedByTheNextStart() {
        long _ = progress.takeOwed();
        progress.isWhole(NOW);
        progress.owe(NOW - 500);
        progress.owe(NOW - 100);
        progress.save();
        assertThat(next().takeOwed()).isEqualTo(NOW - 500 - ShareProgress.AGAIN_SECONDS);
    }

    @Test
    void whatWaitsAndIsOlderThanItsChangeIsOwedByTheNextStartUntilAllIsSent() {
        long _ = progress.takeOwed();
        progress.isWhole(NOW);
        assertThat(progress.waits(NOW + 5)).isFalse();
        assertThat(progress.waits(NOW - 90_000)).isTrue();
        assertThat(progress.waits(NOW - 80_000)).as("it is saved already").isFalse();
        progress.save();
        assertThat(next().takeOwed()).isEqualTo(NOW - 90_000 - ShareProgress.AGAIN_SECONDS);
        progress.isWhole(NOW + 10);
        progress.save();
        assertThat(next().takeOwed()).isEqualTo(NOW + 10 - ShareProgress.AGAIN_SECONDS);
    }

    @Test
    void theNextStartGoesOnInTheStreamsOfWhichItHasReadAllElse() {
        progress.mark(3, "abc");
        progress.read(3, at("1800000000000-7"));
        progress.read(4, at("1800000000000-8"));
        progress.save();
        ShareProgress after = next();
        assertThat(after.place(3)).isEqualTo(new Engine.StreamPlace("1800000000000-7", "abc"));
        assertThat(after.place(4).mark()).isEmpty();
        assertThat(after.isNews(3, NOW * 1000)).isFalse();
        assertThat(after.isNews(3, NOW * 1000 + 1)).isTrue();
        after.startOver(3);
        assertThat(after.place(3)).isEqualTo(Engine.StreamPlace.FIRST);
        assertThat(after.isNews(3, NOW * 1000)).isFalse();
    }

    /// A server took the place of the old one, and its clock is behind that one's.
    @Test
    void nothingWasHeardInTheFutureOfTheServer() {
        progress.read(3, at((NOW + 3_600) * 1000 + "-7"));
        progress.isAtEnd(4, (NOW + 3_600) * 1000);
        progress.compared(NOW * 1000);
        progress.startOver(3);
        assertThat(progress.isNews(3, NOW * 1000 + 1)).isTrue();
        assertThat(progress.isNews(3, NOW * 1000 - 60_000)).as("told before we came").isTrue();
        assertThat(progress.knownUntil(4)).isZero();
        assertThat(progress.isKnownUntil(NOW * 1000)).isFalse();
    }

    @Test
    void aClockThatIsAMomentBehindTakesNothingBackThatWasHeard() {
        progress.read(3, at(NOW * 1000 + "-7"));
        progress.compared(NOW * 1000 - 50);
        assertThat(progress.isNews(3, NOW * 1000 - 60_000)).isFalse();
        assertThat(progress.isNews(3, NOW * 1000)).isTrue();
    }

    /// Somebody has removed the save file, or put an older one back.
    @Test
    void whoseStoreIsNotAsItWasLeftReadsEverythingAndOwesNoMore() {
        long _ = progress.takeOwed();
        progress.isWhole(NOW);
        progress.mark(3, "abc");
        progress.read(3, at("1800000000000-7"));
        progress.save();
        ShareProgress after = next(false);
        assertThat(after.place(3)).isEqualTo(Engine.StreamPlace.FIRST);
        assertThat(after.isNews(3, NOW * 1000 - 1)).isTrue();
        assertThat(after.takeOwed()).isEqualTo(NOW - ShareProgress.AGAIN_SECONDS);
        assertThat(next().place(3)).as("it was killed").isEqualTo(Engine.StreamPlace.FIRST);
    }

    /// It was told in the second in which we read last, by a host whose clock is a little behind.
    @Test
    void whatWasToldJustAfterWeHadReadIsNewsByWholeSecondsToo() {
        progress.read(3, at("1800000000500-0"));
        assertThat(progress.isNews(3, new Timed("F I 192.0.2.2", NOW))).isTrue();
        assertThat(progress.isNews(3, new Timed("F I 192.0.2.2", NOW - 2))).isTrue();
        assertThat(progress.isNews(3, new Timed("F I 192.0.2.2", NOW - 3))).isFalse();
    }

    @Test
    void whoWasEndedBeforeAllElseWasReadHasNotHeardWhatIsForgotten() {
        progress.mark(3, "abc");
        progress.read(3, at("1800000000000-7"));
        progress.mark(3, "");
        progress.read(3, at("1800000000000-9"));
        progress.save();
        ShareProgress after = next();
        assertThat(after.place(3)).isEqualTo(Engine.StreamPlace.FIRST);
        assertThat(after.isNews(3, NOW * 1000 - 1)).isTrue();
    }
}
