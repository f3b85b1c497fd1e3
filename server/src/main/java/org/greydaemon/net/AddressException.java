package org.greydaemon.net;

/// An operator's text that should be an address, a block or an endpoint and is not.
///
/// The message is for the operator: what is wrong, with the value, and what to do. Who knows where
/// the text stood, a file and line for instance, puts that before it.
public final class AddressException extends Exception {
    private static final long serialVersionUID = 1L;

    private static final int SHOWN_MAX = 128;

    /// @param message what is wrong and what to do
    public AddressException(String message) {
        super(message);
    }

    /// The text between apostrophes for a message: cut at 128 characters, and with everything but
    /// printable ASCII escaped, so that a look-alike or a control character is seen.
    public static String quoted(String text) {
        StringBuilder shown = new StringBuilder("'");
        for (int i = 0; i < Math.min(text.length(), SHOWN_MAX); i += 1) {
            char c = text.charAt(i);
            if (c >= ' ' && c <= '~') {
                shown.append(c);
            } else {
                shown.append(String.format("\\u%04x", (int) c));
            }
        }
        return shown.append(text.length() > SHOWN_MAX ? "...'" : "'").toString();
    }
}
