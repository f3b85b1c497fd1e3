package org.greydaemon.replay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/// Room for the octets of one text after the other; a character of it stands for an octet. Confined
/// to one thread.
final class TextRoom {
    private final byte[] octets;

    /// @param octetsMax longer texts get room of their own
    TextRoom(int octetsMax) {
        octets = new byte[octetsMax];
    }

    /// The octets of a text, from the first on. Valid until the next call.
    @SuppressWarnings("deprecation") // It takes the lower half of each character: that is all here.
    byte[] of(String text) {
        if (text.length() > octets.length) {
            return text.getBytes(ISO_8859_1);
        }
        text.getBytes(0, text.length(), octets, 0);
        return octets;
    }
}
