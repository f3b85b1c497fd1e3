package org.greydaemon.share;

import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.exempt.AllowedLines;
import org.greydaemon.exempt.AllowedWord;
import org.greydaemon.exempt.SharedAllowed;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// A host that allows nobody and whose clock stands still, and how it is told of an engine.
final class LoneHost {
    /// The time, by all clocks.
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

    static OurSide side(ShareSettings settings, Remembered store, Path folder) {
        Host host =
                new Host(
                        "mx",
                        "1",
                        store,
                        NOBODY,
                        () -> LIFETIMES,
                        () -> NOW,
                        () -> 0,
                        () -> NOW * 1000,
                        folder.resolve("save"),
                        (_, _) -> {},
                        (_, _) -> {});
        return OurSide.of(settings, host, new Figures());
    }
}
