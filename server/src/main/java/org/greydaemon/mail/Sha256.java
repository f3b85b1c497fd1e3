package org.greydaemon.mail;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// SHA-256 (FIPS 180-4), by which texts that others choose are told apart. Stateless.
public final class Sha256 {
    private Sha256() {}

    /// A digest in the making, for one thread.
    public static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
