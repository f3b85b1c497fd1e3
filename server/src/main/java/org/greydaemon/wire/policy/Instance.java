package org.greydaemon.wire.policy;

/// The name of a message, or of what is asked about it: a digest, so that no address from the
/// network takes more memory. {@link Digests} make them.
///
/// @param high a half of the digest
/// @param low the other half
record Instance(long high, long low) {
    /// When it began is not known.
    static final long UNKNOWN = -1;

    private static final int HEX = 16;

    /// When Postfix began the message, by its host's clock in seconds since 1970: an instance is
    /// process, seconds, microseconds and a number, each in hexadecimal digits with a dot between.
    ///
    /// @return {@link #UNKNOWN} if another asker has made the instance
    static long began(String instance) {
        String[] parts = instance.split("\\.", -1);
        if (parts.length != 4 || !parts[1].matches("[0-9a-f]{8,10}")) {
            return UNKNOWN;
        }
        return Long.parseLong(parts[1], HEX);
    }
}
