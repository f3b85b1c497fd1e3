package org.greydaemon.e2e;

/// The daemon's two octets.
///
/// @param accept octet 0: whether the mail is accepted
/// @param reason octet 1
public record Reply(boolean accept, int reason) {
    /// Deferred: a new triplet.
    public static final Reply NEW = new Reply(false, 1);

    /// Deferred: too early.
    public static final Reply EARLY = new Reply(false, 2);

    /// Deferred: too late.
    public static final Reply LATE = new Reply(false, 3);

    /// Accepted: on the white list.
    public static final Reply EXEMPT = new Reply(true, 1);

    /// Accepted: a proven client.
    public static final Reply KNOWN = new Reply(true, 2);

    /// Accepted: a retry in time.
    public static final Reply PASSED = new Reply(true, 3);
}
