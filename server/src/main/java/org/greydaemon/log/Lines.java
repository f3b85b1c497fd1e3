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

    /// Tells of an event.
    ///
    /// @param text what follows the event's begin; without control characters
    default void tell(Event event, String text) {
        tell(event, text, text);
    }

    /// Tells of an event, which may be folded with others of its kind.
    ///
    /// @param text what follows the event's begin; without control characters
    /// @param kind what makes it the same as another one
    default void tell(Event event, String text, String kind) {
        line(event.line(text));
    }
}
