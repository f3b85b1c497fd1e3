package org.greydaemon.replay;

import org.jspecify.annotations.Nullable;

/// A message that was not accepted in the log yet. Mutable; confined to one thread.
final class OpenMessage {
    private final long high;
    private final long low;
    private final long began;
    private final boolean isListed;
    private final @Nullable Passed[] passed;
    private long heard;
    private int recipients;

    // Its neighbours in OpenMessages.
    @Nullable OpenMessage next;
    @Nullable OpenMessage older;
    @Nullable OpenMessage newer;

    /// That a set of rules has accepted it.
    ///
    /// @param waited how long that took, in seconds
    /// @param who the attempt that passed
    record Passed(long waited, Envelope who) {}

    /// @param attempted its first attempt
    /// @param isListed whether the operator says that it is good
    /// @param sides how many sets of rules judge it
    OpenMessage(MessageAttempt attempted, boolean isListed, int sides) {
        high = attempted.high();
        low = attempted.low();
        began = attempted.recorded().time();
        this.isListed = isListed;
        passed = new Passed[sides];
    }

    /// There is another attempt of the same message.
    void hear(Recorded recorded) {
        heard = recorded.time();
        recipients = Math.max(recipients, recorded.recipients());
    }

    /// Whether these are its {@link MessageAttempt#high} and {@link MessageAttempt#low}.
    boolean is(long itsHigh, long itsLow) {
        return high == itsHigh && low == itsLow;
    }

    /// Bits that tell it from most others.
    int bits() {
        return (int) high;
    }

    /// Whether the operator says that it is good.
    boolean isListed() {
        return isListed;
    }

    /// When the last attempt was, in seconds.
    long heard() {
        return heard;
    }

    /// How many recipients it has.
    int recipients() {
        return recipients;
    }

    /// A set of rules has accepted it.
    void pass(int side, long time, Envelope who) {
        passed[side] = new Passed(time - began, who);
    }

    /// How a set of rules has accepted it; null if it has not.
    @Nullable Passed passed(int side) {
        return passed[side];
    }
}
