package org.greydaemon.exempt;

import org.greydaemon.mistake.MistakeException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.Predicate;

/// Cuts what is read into lines, in whatever encoding each of them may be; a line ends as in {@link
/// String#lines}. No more is in memory than a line, see {@link WrittenLines}, and of one that is
/// longer than any that means something no more than its beginning: a file of zeros is one line.
/// Stateless.
final class OctetLines {
    /// The most octets of a line, far more than one that says something has ({@link
    /// ExemptionLineParser#LINE_MAX}).
    static final int LINE_MAX = 64 << 10;

    private static final int BUFFER = 1 << 14;

    /// With this some editors begin a UTF-8 file.
    private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private OctetLines() {}

    /// Hands all lines to somebody.
    ///
    /// @param max no more octets are read
    /// @param taker says whether to go on
    /// @return whether there were no more
    static boolean read(InputStream in, long max, Predicate<byte[]> taker) throws IOException {
        byte[] buffer = new byte[BUFFER];
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        Predicate<byte[]> next = octets -> taker.test(withoutMark(octets));
        boolean isBehindReturn = false;
        long read = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            read += n;
            if (read > max) {
                return false;
            }
            int from = 0;
            for (int i = 0; i < n; i++) {
                byte c = buffer[i];
                if (c == '\n' && isBehindReturn) {
                    from = i + 1;
                } else if (c == '\n' || c == '\r') {
                    add(line, buffer, from, i);
                    if (!next.test(line.toByteArray())) {
                        return false;
                    }
                    next = taker;
                    line.reset();
                    from = i + 1;
                }
                isBehindReturn = c == '\r';
            }
            add(line, buffer, from, n);
        }
        return line.size() == 0 || next.test(line.toByteArray());
    }

    private static void add(ByteArrayOutputStream line, byte[] buffer, int from, int to) {
        line.write(buffer, from, Math.min(to - from, LINE_MAX + 1 - line.size()));
    }

    /// Whether a line is longer than one may be, and so has only its beginning: what that means is
    /// not what was written.
    static boolean isCut(byte[] line) {
        return line.length > LINE_MAX;
    }

    /// What is wrong with a line that is cut.
    static MistakeException tooLong() {
        return new MistakeException(
                "it is longer than " + LINE_MAX + " octets", "write shorter lines");
    }

    private static byte[] withoutMark(byte[] line) {
        int length = MARK.length;
        boolean isMarked = line.length >= length && Arrays.equals(line, 0, length, MARK, 0, length);
        return isMarked ? Arrays.copyOfRange(line, length, line.length) : line;
    }
}
