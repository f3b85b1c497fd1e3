package org.greydaemon.share;

import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.exempt.AllowedLines;
import org.greydaemon.exempt.AllowedWord;
import org.greydaemon.exempt.SharedAllowed;
import org.greydaemon.log.Lines;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// A host that allows nobody and whose clocks stand still, and how it is told of an engine.
final class LoneHost {
    /// The time at first, by all clocks but the steady one.
    static final long NOW = 1_800_000_000;

    static final Lifetimes LIFETIMES = new Lifetimes(86_400, 172_800, 3_024_000, 900);

    /// Allows nobody, whatever is heard.
    static final SharedAllowed NOBODY =
            new SharedAllowed() {
                @Override
                public AllowedLines allowed() {
                    return AllowedLines.NONE;
                }

                @Override
                public Taken take(Collection<AllowedWord> words) {
                    return new Taken(AllowedLines.NONE, AllowedLines.NONE);
                }
            };

    private LoneHost() {}

    /// An engine of this host without any secret.
    static ShareSettings settings(int port) {
        return new ShareSettings(
                List.of("127.0.0.1:" + port),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "test");
    }

    /// Its clocks, which move as they are told.
    static final class Clocks {
        final AtomicLong now = new AtomicLong(NOW);
        final AtomicLong wallOffset = new AtomicLong();
        final AtomicLong wallMillis = new AtomicLong(NOW * 1000);
        final AtomicLong steadyMillis = new AtomicLong(5_000);

        /// So much time passes.
        void pass(long seconds) {
            steadyMillis.addAndGet(1000 * seconds);
            wallMillis.addAndGet(1000 * seconds);
            now.addAndGet(seconds);
        }

        /// Somebody sets the wall clock, and that is noticed.
        void set(long seconds) {
            wallMillis.addAndGet(1000 * seconds);
            wallOffset.addAndGet(seconds);
        }
    }

    static OurSide side(ShareSettings settings, Remembered store, Path folder) {
        return side(settings, store, folder, new Clocks());
    }

    static OurSide side(ShareSettings settings, Remembered store, Path folder, Clocks clocks) {
        return OurSide.of(settings, host(store, folder, clocks, (_, _) -> {}), new Figures());
    }

    static Host host(Remembered store, Path folder, Clocks clocks, Lines log) {
        return new Host(
                "mx",
                "1",
                store,
                NOBODY,
                () -> LIFETIMES,
                clocks.now::get,
                clocks.wallOffset::get,
                clocks.wallMillis::get,
                clocks.steadyMillis::get,
                folder.resolve("save"),
                log,
                (_, _) -> {});
    }
}
