package org.greydaemon.dns;

import org.greydaemon.mail.HostName;
import org.greydaemon.mail.Octets;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Macros in the names of an SPF record: `%{ir}.%{d2}` (RFC 7208 7). Stateless.
final class SpfMacro {
    private static final String DELIMITERS = ".-+,/_=";

    /// Of a name in DNS; a longer one loses labels on the left (RFC 7208 7.3).
    private static final int NAME_MAX = 253;

    /// No name is made of more; a record may ask for the sender a thousand times.
    private static final int EXPANDED_MAX = 16_384;

    /// Where a letter leads.
    @FunctionalInterface
    interface Letters {
        /// The text for a letter in lower case.
        String of(char letter) throws SpfException;
    }

    /// Takes the pieces of a macro string as they come.
    private interface Pieces {
        void literal(char c);

        void macro(char letter, int digits, boolean reverse, String delimiters) throws SpfException;
    }

    private SpfMacro() {}

    /// @throws SpfException permerror if this is no macro string
    static void check(String text) throws SpfException {
        walk(
                text,
                new Pieces() {
                    @Override
                    public void literal(char c) {}

                    @Override
                    public void macro(
                            char letter, int digits, boolean reverse, String delimiters) {}
                });
    }

    /// @throws SpfException permerror if this is no domain-spec: it ends with a macro or a label
    ///   that can be a top-level domain
    static void checkDomain(String text) throws SpfException {
        check(text);
        String plain = HostName.withoutDot(text);
        if (text.endsWith("}") && text.lastIndexOf("%{") >= 0) {
            return;
        }
        int dot = plain.lastIndexOf('.');
        String last = plain.substring(dot + 1);
        boolean letter = false;
        boolean label = dot >= 0 && !last.isEmpty() && !last.startsWith("-") && !last.endsWith("-");
        for (int i = 0; i < last.length(); i++) {
            char c = last.charAt(i);
            letter |= SpfRecord.isLetter(c) || c == '-';
            label &= SpfRecord.isLetter(c) || Octets.isDigit(c) || c == '-';
        }
        if (!label || !letter) {
            throw SpfException.permanent();
        }
    }

    /// Whether a domain-spec asks about what the client is or says, not only about the domain: who
    /// answers can then name each client, or anybody who says the right word.
    static boolean isOfClient(String spec) {
        for (int at = spec.indexOf("%{"); at >= 0; at = spec.indexOf("%{", at + 1)) {
            if ("slihp".indexOf(Character.toLowerCase(spec.charAt(at + 2))) >= 0) {
                return true;
            }
        }
        return false;
    }

    /// The name that a domain-spec means for this check.
    static String expand(String text, Letters values) throws SpfException {
        StringBuilder out = new StringBuilder();
        walk(
                text,
                new Pieces() {
                    @Override
                    public void literal(char c) {
                        out.append(c);
                    }

                    @Override
                    public void macro(char letter, int digits, boolean reverse, String delimiters)
                            throws SpfException {
                        char lower = Character.toLowerCase(letter);
                        String value = transform(values.of(lower), digits, reverse, delimiters);
                        out.append(lower == letter ? value : escape(value));
                        if (out.length() > EXPANDED_MAX) {
                            throw SpfException.permanent();
                        }
                    }
                });
        String name = out.toString();
        name = HostName.withoutDot(name);
        while (name.length() > NAME_MAX && name.indexOf('.') >= 0) {
            name = name.substring(name.indexOf('.') + 1);
        }
        return name;
    }

    private static void walk(String text, Pieces pieces) throws SpfException {
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c <= ' ' || c > '~') {
                throw SpfException.permanent();
            }
            i = c == '%' ? percent(text, i + 1, pieces) : i + 1;
            if (c != '%') {
                pieces.literal(c);
            }
        }
    }

    /// What follows a percent sign; returns the index behind it.
    private static int percent(String text, int at, Pieces pieces) throws SpfException {
        switch (at < text.length() ? text.charAt(at) : ' ') {
            case '%' -> pieces.literal('%');
            case '_' -> pieces.literal(' ');
            case '-' -> "%20".chars().forEach(c -> pieces.literal((char) c));
            case '{' -> {
                int end = text.indexOf('}', at);
                if (end < 0) {
                    throw SpfException.permanent();
                }
                macro(text.substring(at + 1, end), pieces);
                return end + 1;
            }
            default -> throw SpfException.permanent();
        }
        return at + 1;
    }

    /// `letter *digit ["r"] *delimiter`
    private static void macro(String text, Pieces pieces) throws SpfException {
        if (text.isEmpty() || "slodiphv".indexOf(Character.toLowerCase(text.charAt(0))) < 0) {
            throw SpfException.permanent();
        }
        int at = 1;
        while (at < text.length() && Octets.isDigit(text.charAt(at))) {
            at++;
        }
        // More than a name has labels is all of them.
        int digits =
                at == 1 ? Integer.MAX_VALUE : at > 5 ? NAME_MAX : Integer.parseInt(text, 1, at, 10);
        boolean reverse = at < text.length() && Character.toLowerCase(text.charAt(at)) == 'r';
        String delimiters = text.substring(reverse ? at + 1 : at);
        for (int i = 0; i < delimiters.length(); i++) {
            if (DELIMITERS.indexOf(delimiters.charAt(i)) < 0) {
                throw SpfException.permanent();
            }
        }
        if (digits == 0) {
            throw SpfException.permanent();
        }
        pieces.macro(text.charAt(0), digits, reverse, delimiters.isEmpty() ? "." : delimiters);
    }

    private static String transform(String value, int digits, boolean reverse, String delimiters) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= value.length(); i++) {
            if (i == value.length() || delimiters.indexOf(value.charAt(i)) >= 0) {
                parts.add(value.substring(from, i));
                from = i + 1;
            }
        }
        if (reverse) {
            Collections.reverse(parts);
        }
        return String.join(".", parts.subList(Math.max(0, parts.size() - digits), parts.size()));
    }

    /// RFC 7208 7.3: as in a URL.
    private static String escape(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }
}
