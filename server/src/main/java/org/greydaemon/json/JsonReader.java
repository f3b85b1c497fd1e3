package org.greydaemon.json;

import org.greydaemon.mail.Octets;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads one JSON text (RFC 8259), nothing more lenient: what two readers could understand in two
/// ways, two members of one name for example, is malformed. Whatever comes, it never throws.
///
/// Bounded: {@link #DEPTH_MAX} values one inside the other, so that the recursion here is bounded
/// too, and {@link #VALUES_MAX} in all, whatever the octets. Confined to one thread.
public final class JsonReader {
    /// The most values one inside the other.
    public static final int DEPTH_MAX = 16;

    /// The most values.
    public static final int VALUES_MAX = 4_096;

    /// What stands for the end: it is no character, and nothing that is looked for.
    private static final char END = '\uffff';

    private final String text;
    private int at;
    private int depth;
    private int values;

    private JsonReader(String text) {
        this.text = text;
    }

    /// Stops the reading; never leaves this class.
    private static final class Stop extends Exception {
        private static final long serialVersionUID = 1;

        Stop(String why) {
            super(why, null, false, false);
        }
    }

    /// Reads a text.
    public static Json.Read read(byte[] octets) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
        } catch (CharacterCodingException e) {
            return new Json.Read.Malformed("it is no UTF-8");
        }
        JsonReader reader = new JsonReader(text);
        try {
            Json value = reader.value();
            reader.blanks();
            if (reader.at < text.length()) {
                throw reader.stop("nothing more");
            }
            return new Json.Read.Value(value);
        } catch (Stop e) {
            return new Json.Read.Malformed(String.valueOf(e.getMessage()));
        }
    }

    private Stop stop(String wanted) {
        String found =
                at >= text.length()
                        ? "the end"
                        : peek() > ' ' && peek() < 0x7f
                                ? "'" + peek() + "'"
                                : "U+%04X".formatted((int) peek());
        return new Stop("character " + (at + 1) + " is " + found + " instead of " + wanted);
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : END;
    }

    private void blanks() {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
            at++;
        }
    }

    private boolean skip(char c) {
        blanks();
        boolean found = peek() == c;
        at += found ? 1 : 0;
        return found;
    }

    private void expect(char c) throws Stop {
        if (!skip(c)) {
            throw stop("'" + c + "'");
        }
    }

    private Json value() throws Stop {
        blanks();
        if (++values > VALUES_MAX) {
            throw new Stop("it has more than " + VALUES_MAX + " values");
        }
        return switch (peek()) {
            case '{' -> nested(true);
            case '[' -> nested(false);
            case '"' -> new Json.Text(string());
            case 't' -> word("true", Json.Word.TRUE);
            case 'f' -> word("false", Json.Word.FALSE);
            case 'n' -> word("null", Json.Word.NULL);
            default -> number();
        };
    }

    private Json nested(boolean members) throws Stop {
        if (++depth > DEPTH_MAX) {
            throw new Stop("it has more than " + DEPTH_MAX + " values one inside the other");
        }
        at++;
        Json value = members ? members() : items();
        depth--;
        return value;
    }

    private Json members() throws Stop {
        Map<String, Json> members = new LinkedHashMap<>();
        if (skip('}')) {
            return new Json.Members(members);
        }
        do {
            blanks();
            if (peek() != '"') {
                throw stop("the name of a member in quotes");
            }
            String name = string();
            expect(':');
            if (members.put(name, value()) != null) {
                throw new Stop("it has two members of one name before character " + (at + 1));
            }
        } while (skip(','));
        expect('}');
        return new Json.Members(Collections.unmodifiableMap(members));
    }

    private Json items() throws Stop {
        List<Json> items = new ArrayList<>();
        if (skip(']')) {
            return new Json.Items(items);
        }
        do {
            items.add(value());
        } while (skip(','));
        expect(']');
        return new Json.Items(Collections.unmodifiableList(items));
    }

    private Json word(String letters, Json.Word word) throws Stop {
        if (!text.startsWith(letters, at)) {
            throw stop(letters);
        }
        at += letters.length();
        return word;
    }

    private Json number() throws Stop {
        int from = at;
        if (peek() == '-') {
            at++;
        }
        if (peek() == '0') {
            at++;
        } else {
            digits(from == at ? "a value" : "a digit");
        }
        if (peek() == '.') {
            at++;
            digits("a digit");
        }
        if (peek() == 'e' || peek() == 'E') {
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            digits("a digit");
        }
        return new Json.Digits(text.substring(from, at));
    }

    private void digits(String wanted) throws Stop {
        if (!Octets.isDigit(peek())) {
            throw stop(wanted);
        }
        while (Octets.isDigit(peek())) {
            at++;
        }
    }

    private String string() throws Stop {
        StringBuilder string = new StringBuilder();
        at++;
        while (peek() != '"') {
            if (peek() < ' ' || at >= text.length()) {
                throw stop("the rest of a string");
            }
            char c = text.charAt(at++);
            string.append(c == '\\' ? escaped() : c);
        }
        at++;
        if (!isWhole(string)) {
            throw new Stop("half a surrogate pair stands alone before character " + (at + 1));
        }
        return string.toString();
    }

    private char escaped() throws Stop {
        char letter = peek();
        char meant =
                switch (letter) {
                    case '"', '\\', '/' -> letter;
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    case 'u' -> 'u';
                    default -> throw stop("a character that a backslash may stand before");
                };
        at++;
        return letter == 'u' ? code() : meant;
    }

    private char code() throws Stop {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = peek() < 0x7f ? Character.digit(peek(), 16) : -1;
            if (digit < 0) {
                throw stop("a hexadecimal digit");
            }
            code = code << 4 | digit;
            at++;
        }
        return (char) code;
    }

    private static boolean isWhole(CharSequence string) {
        return string.codePoints()
                .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
