package org.greydaemon.wire.policy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The name of a message: a digest, so that no address from the network takes more memory. Postfix
/// makes its `instance` unique on one host; client and sender keep those of several hosts apart.
///
/// @param high a half of the digest
/// @param low the other half
record Instance(long high, long low) {
    /// When it began is not known.
    static final long UNKNOWN = -1;

    private static final int HEX = 16;

    static Instance of(String instance, String client, String sender) {
        ByteBuffer digest = ByteBuffer.wrap(digest(instance + '\n' + client + '\n' + sender));
        return new Instance(digest.getLong(), digest.getLong());
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(ISO_8859_1));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // Every Java has it.
        }
    }

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
