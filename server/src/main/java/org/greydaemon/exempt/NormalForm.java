package org.greydaemon.exempt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.mail.HostName;
import org.greydaemon.mail.Punycode;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.text.Normalizer;
import java.util.Locale;

/// The one form in which names and mail addresses are compared, what operators write and what mail
/// servers tell: each tells the same address in its own way. Stateless.
///
/// ```
/// "john"@example.org          john@example.org      taken out of its quotes, as Postfix tells it
/// "a b"@example.org           ab@example.org        without blanks, as entries hold it
/// BÜRO@Example.org            büro@example.org      in lower case, composed (RFC 8265, Unicode TR 15)
/// a@xn--bro-hoa.example.      a@büro.example        names as they are read, without the last dot
/// ```
///
/// Octets that are no UTF-8 are read as ISO 8859-1.
final class NormalForm {
    private static final String A_LABEL = "xn--";

    private NormalForm() {}

    /// A mail address.
    ///
    /// @param octets in ASCII lower case, a character each
    static String ofMailbox(String octets) {
        return isPlain(octets, true) ? octets : mailbox(decoded(octets));
    }

    /// The name of a host, or what a client calls itself.
    ///
    /// @param name text, or octets that are a character each
    static String ofHost(String name) {
        return isPlain(name, false) ? name : domain(decoded(name));
    }

    /// The same for text that is known to be text.
    static String mailbox(String text) {
        int at = text.lastIndexOf('@');
        String local = at < 0 ? text : text.substring(0, at);
        String domain = at < 0 ? "" : "@" + domain(text.substring(at + 1));
        return letters(unquoted(local)).replace(" ", "") + domain;
    }

    /// The same for text that is known to be text.
    static String domain(String name) {
        String plain = HostName.withoutDot(name);
        String lower = letters(plain);
        if (!lower.contains(A_LABEL)) {
            return lower;
        }
        String[] labels = lower.split("\\.", -1);
        for (int i = 0; i < labels.length; i++) {
            labels[i] = label(labels[i]);
        }
        return String.join(".", labels);
    }

    /// Nearly all are: then nothing is to be done, and nothing to be allocated.
    private static boolean isPlain(String text, boolean isMailbox) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            if (changes(text, i, text.charAt(i))) {
                return false;
            }
        }
        boolean endsWithDot = length > 1 && text.charAt(length - 1) == '.';
        return !(endsWithDot && (!isMailbox || text.indexOf('@') >= 0));
    }

    /// Whether a text has another normal form because of what stands at a place.
    ///
    /// @param c the character there
    static boolean changes(String text, int at, char c) {
        return c > '~'
                || c == '"'
                || (c >= 'A' && c <= 'Z')
                || c == ' '
                || (c == 'x' && text.startsWith(A_LABEL, at));
    }

    /// Text, or octets that are a character each, as text.
    static String decoded(String octets) {
        if (octets.chars().anyMatch(c -> c > 0xff)) {
            return octets;
        }
        return decoded(octets.getBytes(ISO_8859_1));
    }

    /// Octets as text.
    static String decoded(byte[] octets) {
        if (isAscii(octets)) {
            return new String(octets, ISO_8859_1);
        }
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
        } catch (CharacterCodingException e) {
            return new String(octets, ISO_8859_1);
        }
    }

    private static boolean isAscii(byte[] octets) {
        for (byte octet : octets) {
            if (octet < 0) {
                return false;
            }
        }
        return true;
    }

    /// RFC 5321 4.1.2: what stands in quotes means what it means without, where that is possible.
    private static String unquoted(String local) {
        if (local.length() < 2 || !local.startsWith("\"") || !local.endsWith("\"")) {
            return local;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 1; i < local.length() - 1; i++) {
            boolean escapes = local.charAt(i) == '\\' && i + 1 < local.length() - 1;
            i += escapes ? 1 : 0;
            plain.append(local.charAt(i));
        }
        return plain.toString();
    }

    private static String letters(String text) {
        return Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
    }

    /// What no registry may write in this way stays as it is, so that no two names become one.
    private static String label(String label) {
        if (!label.startsWith(A_LABEL)) {
            return label;
        }
        return Punycode.decode(label.substring(A_LABEL.length()))
                .filter(name -> name.equals(letters(name)) && name.chars().anyMatch(c -> c > '~'))
                .orElse(label);
    }
}
