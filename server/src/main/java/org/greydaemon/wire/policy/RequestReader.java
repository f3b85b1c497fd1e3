package org.greydaemon.wire.policy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.mail.Octets;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// Finds requests and their attributes in octets that come in pieces of any size. Never throws,
/// whatever comes. Confined to one thread.
///
/// ```
/// octets   | served | attributes of the request being read | room
///          0        start                        scanned   length
/// ```
final class RequestReader {
    /// The most octets of a request. Postfix sends about 600; the longest addresses of RFC 5321 and
    /// a certificate's names add some more.
    static final int REQUEST_MAX = 16 << 10;

    /// The most octets of a line.
    static final int LINE_MAX = 4 << 10;

    /// The most attributes of a request; Postfix 3.7 sends 29.
    static final int ATTRIBUTES_MAX = 100;

    /// The most octets of a line that an error shows.
    private static final int SHOWN_MAX = 60;

    private static final int OCTETS_MIN = 2 << 10;

    /// How many copies of a request's octets there are while it is answered.
    private static final int COPIES = 3;

    /// What the octets so far are.
    enum SoFar {
        /// The request is not complete.
        MORE,
        /// A request is complete; its attributes may be read.
        REQUEST,
        /// They are no request, nor will what follows be one.
        MALFORMED
    }

    private byte[] octets = new byte[OCTETS_MIN];
    private int start;
    private int length;
    private int scanned;
    private int lineFrom;
    private int attributes;
    private int requestTo;
    private String why = "";

    /// Where a value lies, from the start of the request; made once, as requests are many.
    private static final class Value {
        private boolean isThere;
        private int from;
        private int to;

        void lies(int valueFrom, int valueTo) {
            isThere = true;
            from = valueFrom;
            to = valueTo;
        }

        void clear() {
            isThere = false;
            from = 0;
            to = 0;
        }
    }

    private final Map<Attribute, Value> byAttribute = new EnumMap<>(Attribute.class);
    private final Value[] values;

    RequestReader() {
        for (Attribute attribute : Attribute.values()) {
            byAttribute.put(attribute, new Value());
        }
        values = byAttribute.values().toArray(Value[]::new);
    }

    private void begin(int at) {
        start = at;
        scanned = at;
        lineFrom = at;
        attributes = 0;
        for (Value value : values) {
            value.clear();
        }
    }

    /// The octets that are kept once more have been read: those of a request are copied into its
    /// values and an attempt.
    long octetsToRead() {
        int room = length - start == octets.length ? 2 * octets.length : octets.length;
        return COPIES * (long) room;
    }

    /// Where the next octets go: behind {@link #length}, and there is room for at least one.
    byte[] octets() {
        shift();
        if (length == octets.length) {
            octets = Arrays.copyOf(octets, Math.min(2 * length, REQUEST_MAX + 1));
        }
        return octets;
    }

    private void shift() {
        System.arraycopy(octets, start, octets, 0, length - start);
        scanned -= start;
        lineFrom -= start;
        length -= start;
        start = 0;
    }

    /// How many octets are held.
    int length() {
        return length;
    }

    /// Whether it holds nothing, and no more room than at first.
    boolean isAsNew() {
        return length == start && octets.length == OCTETS_MIN && why.isEmpty();
    }

    /// Whether a request has begun.
    boolean isWithinRequest() {
        return length > start;
    }

    /// Says that this many octets more were put behind {@link #length}.
    void received(int count) {
        length += count;
    }

    /// Goes on reading; after {@link SoFar#REQUEST} call {@link #next} first.
    SoFar read() {
        skipPlain();
        while (scanned < length && why.isEmpty()) {
            byte c = octets[scanned++];
            if (c != '\n') {
                why = whyNot(c);
            } else if (endsWithCarriageReturn()) {
                why = "a carriage return; lines end with a line feed alone";
            } else if (scanned - 1 == lineFrom) {
                requestTo = scanned;
                why = attributes == 0 ? "an empty request" : "";
                return why.isEmpty() ? SoFar.REQUEST : SoFar.MALFORMED;
            } else {
                why = attribute(lineFrom, scanned - 1);
                lineFrom = scanned;
            }
            if (why.isEmpty() && scanned - start > REQUEST_MAX) {
                why = "a request of more than " + REQUEST_MAX + " octets";
            }
            skipPlain();
        }
        return why.isEmpty() ? SoFar.MORE : SoFar.MALFORMED;
    }

    /// Nearly all octets are part of a line and nothing more can be said about them.
    private void skipPlain() {
        int to = Math.min(length, Math.min(lineFrom + LINE_MAX, start + REQUEST_MAX));
        int at = scanned;
        while (at < to && (octets[at] & 0xff) > '\r') {
            at++;
        }
        scanned = at;
    }

    /// What is wrong with the octets after {@link SoFar#MALFORMED}.
    String why() {
        return why;
    }

    /// Elsewhere in a line it may stand in a quoted local part: Exim takes it from a client, and
    /// takes no answer for one that lets mail pass.
    private boolean endsWithCarriageReturn() {
        return scanned - 2 >= lineFrom && octets[scanned - 2] == '\r';
    }

    private String whyNot(byte c) {
        if (c == 0) {
            return "a NUL";
        }
        return scanned - lineFrom > LINE_MAX ? "a line of more than " + LINE_MAX + " octets" : "";
    }

    /// @return what is wrong with it; empty if nothing is
    private String attribute(int lineStart, int lineEnd) {
        int equals = lineStart;
        while (equals < lineEnd && octets[equals] != '=') {
            equals++;
        }
        if (equals == lineStart || equals == lineEnd) {
            int shownTo = Math.min(lineEnd, lineStart + SHOWN_MAX);
            String line = new String(octets, lineStart, shownTo - lineStart, ISO_8859_1);
            return "a line that is not name=value: '" + line + "'";
        }
        if (++attributes > ATTRIBUTES_MAX) {
            return "more than " + ATTRIBUTES_MAX + " attributes";
        }
        Attribute attribute = Attribute.named(octets, lineStart, equals);
        if (attribute != null) {
            its(attribute).lies(equals + 1 - start, lineEnd - start);
        }
        return "";
    }

    /// Leaves the request behind.
    void next() {
        begin(requestTo);
    }

    private Value its(Attribute attribute) {
        return Objects.requireNonNull(byAttribute.get(attribute));
    }

    /// Whether an attribute was sent, even an empty one.
    boolean has(Attribute attribute) {
        return its(attribute).isThere;
    }

    /// Whether a value was sent that is not empty.
    boolean isSet(Attribute attribute) {
        Value its = its(attribute);
        return its.to > its.from;
    }

    /// A value; empty if it was not sent. A copy.
    byte[] value(Attribute attribute) {
        Value its = its(attribute);
        return Arrays.copyOfRange(octets, start + its.from, start + its.to);
    }

    /// Who takes octets, `octets[from..to)`.
    interface ValueTaker {
        void take(byte[] octets, int from, int to);
    }

    /// Lends a value; nothing if it was not sent.
    void give(Attribute attribute, ValueTaker taker) {
        Value its = its(attribute);
        taker.take(octets, start + its.from, start + its.to);
    }

    /// Whether an octet is in a value.
    boolean contains(Attribute attribute, char octet) {
        Value its = its(attribute);
        return Octets.indexOf(octets, start + its.from, start + its.to, octet) >= 0;
    }

    /// Adds a value to what a digest is made of.
    void digest(Attribute attribute, MessageDigest digest) {
        Value its = its(attribute);
        digest.update(octets, start + its.from, its.to - its.from);
    }

    /// Whether a value is this, in ASCII.
    boolean is(Attribute attribute, String value) {
        Value its = its(attribute);
        if (!its.isThere || its.to - its.from != value.length()) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            if (octets[start + its.from + i] != value.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// A value as text, in which octets stand for characters.
    String text(Attribute attribute) {
        Value its = its(attribute);
        return new String(octets, start + its.from, its.to - its.from, ISO_8859_1);
    }

    /// A value as a number; 0 if it is none.
    long number(Attribute attribute) {
        String text = text(attribute);
        return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : 0;
    }
}
