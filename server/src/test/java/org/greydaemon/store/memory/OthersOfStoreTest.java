package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import static java.util.concurrent.TimeUnit.SECONDS;

import org.greydaemon.store.Name;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// {@link OthersTest} for the whole store: whatever one thread has called, others save and answer.
final class OthersOfStoreTest {
    @TempDir Path folder;

    private boolean isFull;

    enum StoreCall {
        STEP(test -> Site.remember(test.store, Name.client("c"), START)),
        COMMIT(test -> test.store.commit()),
        SYNCHRONISE(test -> test.store.synchronise()),
        SAVE(test -> assertThat(test.store.save(START)).isTrue()),
        SAVE_THAT_FAILS(test -> {
            test.isFull = true;
            assertThat(test.store.save(START)).isFalse();
            test.isFull = false;
        }),
        SAVE_THAT_IS_HELD(test -> {
            test.store.holdSaves(true);
            assertThat(test.store.save(START)).isFalse();
            test.store.holdSaves(false);
        }),
        RESCUE(test -> assertThat(test.store.rescue(START)).isTrue()),
        RESCUE_THAT_FAILS(test -> {
            test.isFull = true;
            assertThat(test.store.rescue(START)).isFalse();
            test.isFull = false;
        }),
        CLOSE_HOLES(test -> test.store.closeHoles()),
        LOOK(test -> assertThat(test.store.wantsSave()).isFalse());

        @SuppressWarnings("ImmutableEnumChecker")
        private final Consumer<OthersOfStoreTest> made;

        StoreCall(Consumer<OthersOfStoreTest> made) {
            this.made = made;
        }
    }

    @SuppressWarnings("NullAway.Init") // Made by each test before it is needed.
    private MemoryStore store;

    @ParameterizedTest
    @EnumSource
    void goOnAfter(StoreCall call) throws IOException {
        Disk disk = new Disk(folder);
        disk.watcher =
                (what, file, to) -> {
                    if (isFull) {
                        throw new FileSystemException(file, null, "No space left on device");
                    }
                };
        Site site = new Site(disk.path(folder));
        site.rescue = Optional.of(disk.path(folder).resolve("rescued"));
        site.fsync = Fsync.EVERYSEC;
        store = site.open(START);
        Site.remember(store, Name.client("192.0.2.1"), START);
        call.made.accept(this);
        goOn(() -> Site.remember(store, Name.client("192.0.2.2"), START));
        goOn(store::commit);
        goOn(() -> assertThat(store.save(START)).isTrue());
        goOn(store::close);
        goOn(store::close);
    }

    private static void goOn(Runnable other) {
        assertThat(CompletableFuture.runAsync(other)).succeedsWithin(30, SECONDS);
    }
}
