package org.greydaemon.log;

import java.io.IOException;
import java.io.OutputStream;

/// Lines to standard output.
final class StreamSink implements Sink {
    private final OutputStream out;

    // Whether part of a line may have been the last that was taken. Confined to who writes.
    private boolean isTorn;

    /// @param out where the lines go; not closed
    StreamSink(OutputStream out) {
        this.out = out;
    }

    @Override
    public long take(byte[] lines, int length) {
        int kept = withoutSeverities(lines, length);
        try {
            if (isTorn) {
                out.write('\n');
                isTorn = false;
            }
            out.write(lines, 0, kept);
            return 0;
        } catch (IOException e) {
            // The reader is gone, or the disk is full. Mail goes on; whoever reads next sees the
            // count.
            isTorn = true;
            return lines(lines, kept);
        }
    }

    private static int withoutSeverities(byte[] lines, int length) {
        int to = 0;
        int from = 0;
        while (from < length) {
            int start = from + (lines[from] < ' ' && lines[from] != '\n' ? 1 : 0);
            int end = lineEnd(lines, start, length);
            if (to != start) {
                System.arraycopy(lines, start, lines, to, end - start);
            }
            to += end - start;
            from = end;
        }
        return to;
    }

    /// Where the next line begins.
    static int lineEnd(byte[] lines, int from, int length) {
        int end = from;
        while (end < length && lines[end] != '\n') {
            end++;
        }
        return Math.min(end + 1, length);
    }

    private static long lines(byte[] lines, int length) {
        long count = 0;
        for (int at = 0; at < length; at = lineEnd(lines, at, length)) {
            count++;
        }
        return count;
    }
}
