package org.greydaemon.log;

import org.greydaemon.json.JsonLine;

/// What the log has to say as JSON (RFC 8259). Stateless.
final class JsonText {
    private JsonText() {}

    /// An event as an object.
    static String event(Event event, String line) {
        return new JsonLine()
                .put("event", event.word())
                .put("severity", event.severity().word())
                .put("text", line)
                .toString();
    }

    /// Writes octets that are no control characters with what must not stand in a string escaped;
    /// decisions are too many for objects.
    ///
    /// @param to must have room for twice the length from `at` on
    /// @return the index behind the last octet written
    static int write(byte[] from, int length, byte[] to, int at) {
        int out = at;
        for (int i = 0; i < length; i++) {
            if (from[i] == '"' || from[i] == '\\') {
                to[out++] = '\\';
            }
            to[out++] = from[i];
        }
        return out;
    }
}
