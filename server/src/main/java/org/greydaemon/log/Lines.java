package org.greydaemon.log;

import java.nio.charset.StandardCharsets;

/// Where lines go. Safe for use by several threads.
public interface Lines {
    /// Adds a line of the first `length` octets, without a line end in them. Never waits.
    void line(byte[] octets, int length);

    /// Adds a line.
    default void line(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        line(octets, octets.length);
    }
}
