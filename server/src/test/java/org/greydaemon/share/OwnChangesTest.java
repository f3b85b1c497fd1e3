package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Memory;
import org.greydaemon.store.ChangeFeed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/// What is changed here is sent if others learn anything from it.
final class OwnChangesTest {
    private static final long NOW = LoneHost.NOW;
    private static final String TRIPLET = " 192.0.2.1 a@example.org b@example.net ";

    private final ChangeFeed feed = new ChangeFeed(1 << 20, () -> 5_000);

    @TempDir Path folder;

    private OurSide side() {
        return LoneHost.side(LoneHost.settings(1), new Remembered(), folder);
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

    /// It waited in the feed while a host was heard that had it forgotten.
    @Test
    void whatIsOlderThanItsForgettingTakesNoTombstoneAway() {
        OurSide side = side();
        OwnChanges changes = new OwnChanges(side, feed);
        String name = "F I 192.0.2.9";
        side.tombstones().add(name, NOW * 1000 + 1);
        imported(NOW);
        changes.take(true);
        assertThat(side.tombstones().of(name)).hasValue(NOW * 1000 + 1);
        assertThat(side.tombstones().revived(name)).isEmpty();
        side.tombstones().remove(name, 0);
        side.tombstones().add(name, NOW * 1000 - 1);
        imported(NOW);
        changes.take(true);
        assertThat(side.tombstones().of(name)).isEmpty();
        assertThat(side.tombstones().revived(name)).hasValue(NOW * 1000);
    }
}
