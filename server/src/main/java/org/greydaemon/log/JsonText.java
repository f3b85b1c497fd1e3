package org.greydaemon.log;

/// Texts without control characters as JSON strings (RFC 8259 7). Stateless.
final class JsonText {
    private JsonText() {}

    /// An event as an object.
    static String event(Event event, String line) {
        StringBuilder json = new StringBuilder("{\"event\":\"").append(event.word());
        json.append("\",\"severity\":\"").append(event.severity().word()).append("\",\"text\":\"");
        for (int i = 0; i < line.length(); i++) {
            if (isEscaped(line.charAt(i))) {
                json.append('\\');
            }
            json.append(line.charAt(i));
        }
        return json.append("\"}").toString();
    }

    /// Writes octets with what must not stand in a string escaped.
    ///
    /// @param to must have room for twice the length from `at` on
    /// @return the index behind the last octet written
    static int write(byte[] from, int length, byte[] to, int at) {
        int out = at;
        for (int i = 0; i < length; i++) {
            if (isEscaped((char) from[i])) {
                to[out++] = '\\';
            }
            to[out++] = from[i];
        }
        return out;
    }

    private static boolean isEscaped(char c) {
        return c == '"' || c == '\\';
    }
}
