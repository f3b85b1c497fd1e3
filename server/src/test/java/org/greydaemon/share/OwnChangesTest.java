package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.exempt.AllowedLines;
import org.greydaemon.exempt.AllowedWord;
import org.greydaemon.exempt.SharedAllowed;
import org.greydaemon.store.ChangeFeed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// What is changed here is sent if others learn anything from it.
final class OwnChangesTest {
    private static final long NOW = 1_800_000_000;
    private static final String TRIPLET = " 192.0.2.1 a@example.org b@example.net ";

    private static final SharedAllowed NOBODY =
            new SharedAllowed() {
                @Override
                public AllowedLines allowed() {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Taken take(Collection<AllowedWord> words) {
                    throw new UnsupportedOperationException();
                }
            };

    private final ChangeFeed feed = new ChangeFeed(1 << 20, () -> NOW * 1000);

    @TempDir Path folder;

    private OurSide side() {
        ShareSettings settings =
                new ShareSettings(
                        List.of("127.0.0.1:1"),
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        "test");
        Host host =
                new Host(
                        "mx",
                        "1",
                        new Remembered(),
                        NOBODY,
                        () -> new Lifetimes(86_400, 172_800, 3_024_000, 900),
                        () -> NOW,
                        () -> 0,
                        () -> NOW * 1000,
                        folder.resolve("save"),
                        (_, _) -> {},
                        (_, _) -> {});
        return OurSide.of(settings, host, new Figures());
    }

    private void changed(OwnChanges changes, long before, int mark) {
        byte[] line = ("G " + NOW + TRIPLET + mark).getBytes(ISO_8859_1);
        feed.add(before, line, 0, line.length);
        changes.take(true);
    }

    @Test
    void whoCountsWhetherSomebodyComesBackConcernsNobodyElse() {
        OurSide side = side();
        OwnChanges changes = new OwnChanges(side, feed);
        changed(changes, Memory.NEVER, Entry.FIRST | Entry.MESSAGE);
        assertThat(side.outbox().count()).as("it is new").isEqualTo(1);
        changed(changes, NOW, 0); // SPF's triplet counts it from now on.
        assertThat(side.outbox().count()).isEqualTo(1);
        changed(changes, NOW, 1);
        assertThat(side.outbox().count()).as("it came too early").isEqualTo(2);
        changed(changes, NOW - 90_000, 0);
        assertThat(side.outbox().count()).as("its clock starts over").isEqualTo(3);
    }

    private void imported(long time) {
        byte[] line = ("I " + time + " 192.0.2.9").getBytes(ISO_8859_1);
        feed.add(Memory.NEVER, line, 0, line.length);
    }

    /// An import brings in clients that have last served long ago.
    @Test
    void whatFindsNoRoomIsOwedFromItsOwnTimeOn() {
        OurSide side = side();
        OwnChanges changes = new OwnChanges(side, feed);
        long _ = side.progress().takeOwed();
        imported(NOW - 1_000_000);
        for (int i = 0; i < 30_000; i++) {
            imported(NOW - 2_000_000);
        }
        assertThat(feed.dropped()).isPositive();
        changes.take(true);
        assertThat(side.progress().takeOwed())
                .isEqualTo(NOW - 2_000_000 - ShareProgress.AGAIN_SECONDS);
        imported(NOW);
        changes.take(true);
        assertThat(side.progress().isOwing()).isFalse();
    }

    @Test
    void whatTheOutboxHasNoRoomForIsOwedFromItsOwnTimeOn() {
        OurSide side = side();
        OwnChanges changes = new OwnChanges(side, feed);
        long _ = side.progress().takeOwed();
        while (!side.progress().isOwing()) {
            imported(NOW - 2_000_000);
            changes.take(true);
        }
        assertThat(side.progress().takeOwed())
                .isEqualTo(NOW - 2_000_000 - ShareProgress.AGAIN_SECONDS);
    }

    @Test
    void whatIsOlderThanItsChangeOutlivesTheProcess() {
        OurSide side = side();
        OwnChanges changes = new OwnChanges(side, feed);
        side.progress().isWhole(NOW);
        imported(NOW);
        changes.take(true);
        assertThat(changes.mustOutlive()).isFalse();
        imported(NOW - 2_000_000);
        changes.take(true);
        assertThat(changes.mustOutlive()).isTrue();
        assertThat(changes.mustOutlive()).isFalse();
    }
}
