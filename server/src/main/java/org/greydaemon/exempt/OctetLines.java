package org.greydaemon.exempt;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.Consumer;

/// Cuts what is read into lines, in whatever encoding each of them may be; a line ends as in {@link
/// String#lines}. No more is in memory than a line, see {@link WrittenLines}. Stateless.
final class OctetLines {
    private static final int BUFFER = 1 << 14;

    /// With this some editors begin a UTF-8 file.
    private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private OctetLines() {}

    /// Hands all lines to somebody.
    ///
    /// @param max no more octets are read
    /// @return whether there were no more
    static boolean read(InputStream in, long max, Consumer<byte[]> taker) throws IOException {
        byte[] buffer = new byte[BUFFER];
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        Consumer<byte[]> first = octets -> taker.accept(withoutMark(octets));
        Consumer<byte[]> next = first;
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
                    line.write(buffer, from, i - from);
                    next.accept(line.toByteArray());
                    next = taker;
                    line.reset();
                    from = i + 1;
                }
                isBehindReturn = c == '\r';
            }
            line.write(buffer, from, n - from);
        }
        if (line.size() > 0) {
            next.accept(line.toByteArray());
        }
        return true;
    }

    private static byte[] withoutMark(byte[] line) {
        int length = MARK.length;
        boolean isMarked = line.length >= length && Arrays.equals(line, 0, length, MARK, 0, length);
        return isMarked ? Arrays.copyOfRange(line, length, line.length) : line;
    }
}
