package org.greydaemon.wire.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What stands before the body of a request (RFC 9112 2 to 6). It is read as strictly as the RFC
/// allows: where a proxy in front reads something else, one could ask in another one's name.
///
/// @param method GET, for example
/// @param path without the query, its escapes read
/// @param isOld whether it is of HTTP/1.0
/// @param fields its fields
record RequestHead(String method, String path, boolean isOld, HttpFields fields) {
    /// The most lines of fields.
    static final int FIELDS_MAX = 50;

    /// A length is given up beyond so many digits; a body is much shorter.
    private static final int DIGITS_MAX = 18;

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern LINE = Pattern.compile("(" + TOKEN + ") (\\S+) HTTP/1\\.([0-9])");
    private static final Pattern FIELD = Pattern.compile("(" + TOKEN + "):([\t -~\u0080-\u00ff]*)");

    /// No length was told.
    static final long CHUNKED = -1;

    /// That of a request that nobody can read, after which the connection ends.
    static RequestHead none() {
        RequestHead none = new RequestHead("GET", "", false, new HttpFields());
        none.fields.set("Connection", "close");
        return none;
    }

    /// Reads the first line.
    ///
    /// @throws RequestFault if it is none
    static RequestHead of(String line) throws RequestFault {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new RequestFault(
                    Answer.BAD_REQUEST,
                    "head: its first line makes no sense; send one such as GET /healthz HTTP/1.1");
        }
        try {
            String path = String.valueOf(new URI(parts.group(2)).getPath());
            boolean isOld = parts.group(3).equals("0");
            return new RequestHead(parts.group(1), path, isOld, new HttpFields());
        } catch (URISyntaxException e) {
            throw new RequestFault(
                    Answer.BAD_REQUEST,
                    "head: its path makes no sense; escape what no URI may have");
        }
    }

    /// Reads another line.
    ///
    /// @throws RequestFault if it is no field, or there are too many
    void field(String line) throws RequestFault {
        Matcher parts = FIELD.matcher(line);
        if (!parts.matches()) {
            throw new RequestFault(
                    Answer.BAD_REQUEST, "head: a line is no field; send Name: value");
        }
        if (fields.lines() == FIELDS_MAX) {
            throw new RequestFault(
                    Answer.HEAD_TOO_LARGE,
                    "head: it has more than " + FIELDS_MAX + " fields; send fewer");
        }
        fields.add(parts.group(1), parts.group(2).strip());
    }

    /// How long the body is, {@link #CHUNKED} if it says so itself.
    ///
    /// @throws RequestFault if that is not said in a way that all understand alike
    long length() throws RequestFault {
        List<String> codings = fields.all("Transfer-Encoding");
        List<String> lengths = fields.all("Content-Length");
        if (lengths.size() > 1 || (!codings.isEmpty() && (isOld || !lengths.isEmpty()))) {
            throw new RequestFault(
                    Answer.BAD_REQUEST,
                    "head: the length of the body is told in several ways; send one"
                            + " Content-Length");
        }
        if (!codings.isEmpty()) {
            if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
                throw new RequestFault(
                        Answer.NOT_IMPLEMENTED,
                        "head: only chunked is known of Transfer-Encoding; send Content-Length");
            }
            return CHUNKED;
        }
        String length = lengths.isEmpty() ? "0" : lengths.getFirst();
        if (!length.matches("[0-9]{1," + DIGITS_MAX + "}")) {
            throw new RequestFault(
                    Answer.BAD_REQUEST,
                    "head: Content-Length is no number; send that of the body's octets");
        }
        return Long.parseLong(length);
    }

    /// Whether the peer sends the body only when it is told to (RFC 9110 10.1.1).
    boolean waitsForContinue() {
        return !isOld && has("Expect", "100-continue");
    }

    /// Whether the peer may have another question afterwards (RFC 9112 9.3).
    boolean keepsConnection() {
        return !has("Connection", "close") && (!isOld || has("Connection", "keep-alive"));
    }

    private boolean has(String name, String word) {
        return fields.all(name).stream()
                .flatMap(value -> List.of(value.split(",", -1)).stream())
                .anyMatch(part -> part.strip().toLowerCase(Locale.ROOT).equals(word));
    }
}
