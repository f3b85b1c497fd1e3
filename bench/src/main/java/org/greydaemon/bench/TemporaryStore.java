package org.greydaemon.bench;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.store.memory.Fsync;
import org.greydaemon.store.memory.MemoryStore;
import org.greydaemon.store.memory.StoreListener;
import org.greydaemon.store.memory.StoreSettings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;

/// An embedded store in a folder that goes with it.
final class TemporaryStore implements AutoCloseable {
    private static final Lifetimes LIFETIMES = new Lifetimes(43_200, 648_000, 604_800, 900);

    private final Path folder;
    private final MemoryStore store;

    TemporaryStore(long now) {
        this(now, Integer.MAX_VALUE);
    }

    TemporaryStore(long now, long entriesMax) {
        try {
            folder = Files.createTempDirectory("greydaemon-bench");
            store =
                    new MemoryStore(
                            new StoreSettings(
                                    folder.resolve("save"), Fsync.NEVER, entriesMax, LIFETIMES),
                            new Silence(),
                            new Random(1),
                            now,
                            () -> 0,
                            false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    MemoryStore store() {
        return store;
    }

    @Override
    public void close() {
        store.close();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Trouble ends the benchmark, all else is of no interest here.
    private static final class Silence implements StoreListener {
        @Override
        public void strangeLine(Path file, long lineNumber, String line) {}

        @Override
        public void loaded(Key key, long time) {}

        @Override
        public void full(long entriesMax) {}

        @Override
        public void kept(Path file, Path asItWas) {}

        @Override
        public void rewritten(Path file) {}

        @Override
        public void rescued(Path file) {}

        @Override
        public void saved(Path file, long entries) {}

        @Override
        public void inTrouble(Path file, IOException cause, boolean isJournaled) {
            failed(file, cause);
        }

        @Override
        public void failed(Path file, IOException cause) {
            throw new UncheckedIOException(cause);
        }
    }
}
