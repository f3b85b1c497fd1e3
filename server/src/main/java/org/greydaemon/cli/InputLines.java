package org.greydaemon.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.mail.Octets;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/// The lines of a file, each of a bounded length: nobody knows what was put into it. Confined to
/// one thread.
final class InputLines implements AutoCloseable {
    /// The most octets of a line. qmail-greyd's are the longest: 32 KiB of recipients.
    static final int LINE_MAX = 64 << 10;

    private final InputStream input;
    private final byte[] octets = new byte[LINE_MAX];
    private int from;
    private int to;
    private long octetsRead;
    private long number;

    InputLines(InputStream input) {
        this.input = input;
    }

    /// A line.
    ///
    /// @param number its number, from 1 on
    /// @param text its octets, a character each; nothing if they are too many
    record InputLine(long number, Optional<String> text) {}

    /// How the file begins.
    byte[] start(int length) throws IOException {
        while (to < length && fill()) {
            // A pipe may give less at a time.
        }
        return Arrays.copyOf(octets, Math.min(length, to));
    }

    /// The next line; empty when there are no more.
    Optional<InputLine> line() throws IOException {
        boolean tooLong = false;
        int looked = from;
        while (true) {
            int end = Octets.indexOf(octets, looked, to, '\n');
            if (end >= 0) {
                return Optional.of(take(end, end + 1, tooLong));
            }
            if (from == 0 && to == LINE_MAX) {
                tooLong = true;
                to = 0;
            }
            looked = to - from;
            if (!fill()) {
                return from < to || tooLong ? Optional.of(take(to, to, tooLong)) : Optional.empty();
            }
        }
    }

    private InputLine take(int end, int next, boolean tooLong) {
        String text = tooLong ? "" : new String(octets, from, end - from, ISO_8859_1);
        from = next;
        number++;
        return new InputLine(number, tooLong ? Optional.empty() : Optional.of(text));
    }

    /// Moves what has not been taken to the front and reads behind it.
    private boolean fill() throws IOException {
        System.arraycopy(octets, from, octets, 0, to - from);
        to -= from;
        from = 0;
        int count = input.read(octets, to, LINE_MAX - to);
        to += Math.max(count, 0);
        octetsRead += Math.max(count, 0);
        return count >= 0;
    }

    /// How many octets have been read.
    long octetsRead() {
        return octetsRead;
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
