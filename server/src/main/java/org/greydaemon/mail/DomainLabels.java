package org.greydaemon.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;

/// Writes the domain of a mail address as it stands in DNS: in lower case, composed, and each label
/// that is more than ASCII as an A-label (RFC 5890 2.3.2.1; RFC 7208 4.3 asks for SPF by these).
/// Stateless.
public final class DomainLabels {
    private static final String A_LABEL = "xn--";

    /// RFC 1035 2.3.4.
    private static final int LABEL_MAX = 63;

    private static final int NAME_MAX = 253;

    /// The most octets of UTF-8 of such a name: a letter takes four of them, and more than one of
    /// an A-label.
    private static final int OCTETS_MAX = 4 * NAME_MAX;

    private DomainLabels() {}

    /// The domain as it stands in DNS.
    ///
    /// @param octets in UTF-8, a character each
    /// @return empty if it can stand in none
    public static Optional<String> of(String octets) {
        if (octets.length() > OCTETS_MAX) {
            return Optional.empty();
        }
        if (isAscii(octets)) {
            return Optional.of(octets.toLowerCase(Locale.ROOT));
        }
        try {
            ByteBuffer text = ByteBuffer.wrap(octets.getBytes(ISO_8859_1));
            return labels(UTF_8.newDecoder().decode(text).toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    private static Optional<String> labels(String name) {
        String letters = Normalizer.normalize(name.toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
        String[] labels = letters.split("\\.", -1);
        for (int i = 0; i < labels.length; i++) {
            String label = labels[i];
            Optional<String> written =
                    isAscii(label)
                            ? Optional.of(label)
                            : Punycode.encode(label).map(A_LABEL::concat);
            if (written.isEmpty() || written.get().length() > LABEL_MAX) {
                return Optional.empty();
            }
            labels[i] = written.get();
        }
        String joined = String.join(".", labels);
        return joined.length() > NAME_MAX ? Optional.empty() : Optional.of(joined);
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > '\u007f') {
                return false;
            }
        }
        return true;
    }
}
