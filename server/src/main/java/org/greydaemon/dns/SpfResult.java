package org.greydaemon.dns;

/// What a domain says of a client that uses it (RFC 7208 2.6).
public enum SpfResult {
    /// The client may send for the domain.
    PASS,
    /// It may, as anybody may: the term that says so names no hosts, such as `+all`.
    ANYBODY,
    /// It may not.
    FAIL,
    /// It probably may not.
    SOFTFAIL,
    /// The domain says nothing of this client.
    NEUTRAL,
    /// The domain says nothing at all, or is none.
    NONE,
    /// DNS did not answer, or not in time.
    TEMPERROR,
    /// What the domain says makes no sense, or costs too many look-ups.
    PERMERROR
}
