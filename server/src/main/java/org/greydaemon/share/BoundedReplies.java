package org.greydaemon.share;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// What an engine sends, as long as it announces no more than we can have asked for. The client
/// library makes room for whatever is announced before it arrives, so `$2000000000` would be the
/// end of the daemon. Follows the protocol (RESP 2) from the first octet of a connection on.
/// Confined to one thread.
final class BoundedReplies extends FilterInputStream {
    /// The most octets of one text: an entry of a stream is 32 KiB of ours.
    static final int TEXT_MAX = 1 << 20;

    /// The most octets of all that answers what was asked at once; a full round is 17 MiB.
    static final long REPLIES_MAX = 48L << 20;

    /// The most parts of a list, and lists in lists.
    static final int PARTS_MAX = 200_000;

    private static final String TYPES = "+-:$*";

    private static final int DEPTH_MAX = 8;

    /// A line: of a status, an error or a number.
    private static final int LINE_MAX = 64 << 10;

    /// What a part takes besides its text, of the library's objects and of ours: lists of lists and
    /// names of a few octets would be many times as large as what was announced.
    private static final int PART_OCTETS = 48;

    /// It announces more.
    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1;

        TooLarge(String what) {
            super(what);
        }
    }

    private final AnswerDeadline deadline;
    private final int[] parts = new int[DEPTH_MAX];
    private int depth;
    private long total;
    private byte type;
    private int inLine;
    private boolean hasReturn;
    private long number;
    private boolean isNegative;

    // What is left of a text and its line end.
    private long left;

    /// @param deadline hears of what comes
    BoundedReplies(InputStream in, AnswerDeadline deadline) {
        super(in);
        this.deadline = deadline;
    }

    /// Something is asked anew.
    void begin() {
        total = 0;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int count = read(one, 0, 1);
        return count < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
        int count = in.read(to, from, length);
        deadline.came(Math.max(0, count));
        for (int at = from; at < from + count; ) {
            if (left > 0) {
                long skipped = Math.min(left, from + count - at);
                left -= skipped;
                at += (int) skipped;
                if (left == 0) {
                    end();
                }
            } else {
                take(to[at++]);
            }
        }
        return count;
    }

    private void take(byte octet) throws IOException {
        if (type == 0) {
            if (TYPES.indexOf(octet)
                    < 0) { // RESP 3 announces in other ways, and nobody asked for it.
                throw strange();
            }
            type = octet;
            number = 0;
            isNegative = false;
        } else if (hasReturn || octet == '\n') {
            // A line ends with both. To the library it goes on behind one of them alone, and what
            // it takes for an announcement then would be a text or a new line here.
            if (!hasReturn || octet != '\n') {
                throw strange();
            }
            hasReturn = false;
            line();
        } else if (++inLine > LINE_MAX) {
            throw new TooLarge("a line of more than " + LINE_MAX + " octets");
        } else if (octet == '\r') {
            hasReturn = true;
        } else if (type == '$' || type == '*') {
            size(octet);
        }
    }

    /// Takes no octet that an engine does not write: the library makes a digit of any, and so
    /// 1999999997 of `200000000-`.
    private void size(byte octet) throws IOException {
        if (octet >= '0' && octet <= '9') {
            number = Math.min(number * 10 + octet - '0', Integer.MAX_VALUE);
        } else if (octet == '-' && inLine == 1) {
            isNegative = true;
        } else {
            throw strange();
        }
    }

    private static TooLarge strange() {
        return new TooLarge("an answer that is none of RESP 2");
    }

    private void line() throws IOException {
        byte its = type;
        type = 0;
        count(inLine);
        inLine = 0;
        if (isNegative && number != 1) {
            throw strange(); // Only -1, which is nothing: the library reads a text behind -0.
        }
        long size = isNegative ? 0 : number;
        if (its == '$' && !isNegative) {
            if (size > TEXT_MAX) {
                throw new TooLarge("a text of " + size + " octets");
            }
            count(size);
            left = size + 2;
        } else if (its == '*' && size > 0) {
            if (size > PARTS_MAX || depth == DEPTH_MAX) {
                throw new TooLarge("a list of " + size + " parts");
            }
            count(PART_OCTETS * size);
            parts[depth++] = (int) size;
        } else {
            end();
        }
    }

    private void count(long octets) throws IOException {
        total += octets;
        if (total > REPLIES_MAX) {
            throw new TooLarge("answers of more than " + REPLIES_MAX + " octets at once");
        }
    }

    /// A part has ended, and with the last one its list.
    private void end() {
        while (depth > 0 && --parts[depth - 1] == 0) {
            depth--;
        }
    }
}
