package org.greydaemon.wire.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The body of a request, of a length that was told or in chunks (RFC 9112 6 and 7.1). Confined to
/// the thread that answers.
final class RequestBody extends InputStream {
    /// The most octets of a chunk's size with its extensions, and of a line of the trailer.
    private static final int LINE_MAX = 1 << 10;

    /// The most lines of the trailer.
    private static final int TRAILER_MAX = RequestHead.FIELDS_MAX;

    /// The most digits of a chunk's size; bodies are much shorter.
    private static final int DIGITS_MAX = 7;

    private static final String CHUNK = "chunk";

    /// What happens to a body.
    interface BodyListener {
        /// Somebody wants to read it.
        void begins() throws IOException;

        /// All of it has been read.
        void ended();
    }

    /// RFC 9112 7.1 and 7.1.1: white space stands before an extension only; some programs fill the
    /// size up with it.
    private static final Pattern SIZE =
            Pattern.compile("0*([0-9A-Fa-f]{1," + DIGITS_MAX + "})[ \t]*(;.*)?");

    private final HttpReader reader;
    private final BodyListener listener;
    private final boolean isChunked;
    private long left; // Of the body, or of the chunk.
    private boolean begun;
    private boolean ended;

    /// @param length as {@link RequestHead#length} says
    RequestBody(HttpReader reader, long length, BodyListener listener) {
        this.reader = reader;
        this.listener = listener;
        isChunked = length == RequestHead.CHUNKED;
        left = isChunked ? 0 : length;
        if (length == 0) {
            end();
        }
    }

    private void end() {
        ended = true;
        listener.ended();
    }

    /// Whether nothing of it is left.
    boolean hasEnded() {
        return ended;
    }

    /// Whether somebody has wanted to read it.
    boolean hasBegun() {
        return begun;
    }

    /// Whether it may have ended after so many more octets.
    boolean mayEndWithin(long octets) {
        return left <= octets;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] octets, int at, int length) throws IOException {
        if (ended || length == 0) {
            return ended ? -1 : 0;
        }
        if (!begun) {
            begun = true;
            listener.begins();
            if (isChunked) {
                beginChunk();
            }
        }
        if (ended) {
            return -1;
        }
        int count = reader.read(octets, at, (int) Math.min(length, left));
        left -= count;
        if (left == 0) {
            next();
        }
        return count;
    }

    private void next() throws IOException {
        if (!isChunked) {
            end();
            return;
        }
        if (!reader.line(CHUNK, LINE_MAX).isEmpty()) {
            throw new RequestFault(
                    Answer.BAD_REQUEST,
                    "chunk: it is longer than its size; send that of its octets");
        }
        beginChunk();
    }

    private void beginChunk() throws IOException {
        Matcher size = SIZE.matcher(reader.line(CHUNK, LINE_MAX));
        if (!size.matches()) {
            throw new RequestFault(
                    Answer.BAD_REQUEST, "chunk: its size makes no sense; send it in hex");
        }
        left = Integer.parseInt(size.group(1), 16);
        if (left == 0) {
            skipTrailer();
            end();
        }
    }

    private void skipTrailer() throws IOException {
        for (int i = 0; i <= TRAILER_MAX; i++) {
            if (reader.line(CHUNK, LINE_MAX).isEmpty()) {
                return;
            }
        }
        throw new RequestFault(
                Answer.HEAD_TOO_LARGE,
                "trailer: it has more than " + TRAILER_MAX + " lines; send fewer");
    }

    /// Reads what nobody wants.
    ///
    /// @param octetsMax how many octets at most
    /// @return whether that was all
    boolean skipRest(int octetsMax) throws IOException {
        byte[] ignored = new byte[LINE_MAX];
        for (int skipped = 0; !ended && skipped < octetsMax; ) {
            skipped += Math.max(0, read(ignored, 0, ignored.length));
        }
        return ended;
    }
}
