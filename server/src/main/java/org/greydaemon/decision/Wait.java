package org.greydaemon.decision;

import java.util.Set;

/// How long mail waits, where the operator says so for some of it (docs/terms.md). Immutable.
///
/// @param delaySeconds how long a triplet waits, suspect or not; {@link #AS_USUAL} for as long as
///   others
/// @param windowSeconds when a retry is late; {@link #AS_USUAL} for when others are
public record Wait(long delaySeconds, long windowSeconds) {
    /// As the rules say.
    public static final long AS_USUAL = -1;

    /// In everything as the rules say.
    public static final Wait USUAL = new Wait(AS_USUAL, AS_USUAL);

    /// Whether nothing is said.
    public boolean isUsual() {
        return delaySeconds == AS_USUAL && windowSeconds == AS_USUAL;
    }

    /// Whether a delay is said.
    boolean hasDelay() {
        return delaySeconds != AS_USUAL;
    }

    /// When a retry counts.
    ///
    /// @param usual when it does where nothing is said
    RetryWindow window(RetryWindow usual) {
        long min = hasDelay() ? delaySeconds : usual.minSeconds();
        long max = windowSeconds == AS_USUAL ? usual.maxSeconds() : windowSeconds;
        return new RetryWindow(min < max ? min : max / 2, max);
    }

    /// Whether mail could pass.
    ///
    /// @param usual when a retry counts where nothing is said
    public boolean isOpen(RetryWindow usual) {
        return window(usual).minSeconds() == (hasDelay() ? delaySeconds : usual.minSeconds());
    }

    /// A wait with the longest delay and the longest window of all.
    static Wait longest(Set<Wait> all) {
        long delay = AS_USUAL;
        long window = AS_USUAL;
        for (Wait wait : all) {
            delay = Math.max(delay, wait.delaySeconds);
            window = Math.max(window, wait.windowSeconds);
        }
        return new Wait(delay, window);
    }
}
