package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.store.Name;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/// With `--fsync always` nobody is answered before what he has changed is on the disk, whoever
/// writes it.
@Timeout(60)
final class ForcedTest {
    private static final Name TRIPLET = Name.triplet("192.0.2.1", "a@b.c", "d@e.f");

    @TempDir Path folder;

    /// A save tells the journal which file it belongs to, and takes along what waits.
    @Test
    void whatASaveHasWrittenAlongIsForcedBeforeTheAnswer() throws Exception {
        Disk disk = new Disk(folder);
        Site site = new Site(disk.path(folder));
        site.fsync = Fsync.ALWAYS;
        try (MemoryStore store = site.open(START)) {
            AtomicBoolean isChanged = new AtomicBoolean();
            AtomicReference<Thread.State> answering = new AtomicReference<>();
            disk.watcher =
                    (what, file, to) -> {
                        if (what.equals("force") && file.equals("save.new")) {
                            Site.remember(store, TRIPLET, START);
                            isChanged.set(true);
                        } else if (what.equals("force")
                                && isChanged.get()
                                && answering.get() == null) {
                            answering.set(stateOf(Thread.ofPlatform().start(store::commit)));
                        }
                    };
            assertThat(store.save(START)).isTrue();
            disk.watcher = (_, _, _) -> {};
            assertThat(answering.get())
                    .as("who asks for a commit while the journal is being forced")
                    .isEqualTo(Thread.State.WAITING);
        }
    }

    /// What a thread does in the end: it waits for somebody, or it is done.
    private static Thread.State stateOf(Thread thread) {
        Thread.State state = thread.getState();
        while (state != Thread.State.WAITING && state != Thread.State.TERMINATED) {
            Thread.onSpinWait();
            state = thread.getState();
        }
        return state;
    }
}
