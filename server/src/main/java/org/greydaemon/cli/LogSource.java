package org.greydaemon.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.mistake.MistakeException;
import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The octets of a log, unpacked, whatever has packed them. A file can be left and begun anew, so
/// that there are no more buffers, and programs that unpack, than files are read at a time.
/// Confined to one thread.
final class LogSource implements AutoCloseable {
    private static final String STANDARD_INPUT = "-";

    /// 1998, before there were Postfix and logs of it. What has an earlier time has none, as of an
    /// archive that keeps none.
    private static final long FIRST_MILLIS = 883_612_800_000L;

    /// Some for each month of several years.
    private static final int SAMPLES = 128;

    private static final int SAMPLE_OCTETS = 4096;

    private final String file;
    private final Optional<FileChannel> channel; // Of a file that is no pipe.
    private final Optional<PackedFile> packed;
    private final long written;
    private InputStream raw;
    private @Nullable UnpackingProgram program;
    private @Nullable InputStream unzipping;

    private LogSource(String file, Optional<FileChannel> channel, InputStream raw, long written)
            throws IOException {
        this.file = file;
        this.channel = channel;
        this.raw = raw;
        this.written = written;
        raw.mark(PackedFile.START);
        packed = PackedFile.of(raw.readNBytes(PackedFile.START));
        raw.reset();
    }

    /// Opens it.
    ///
    /// @param file its path; `-` is standard input
    static LogSource open(String file) throws IOException, MistakeException {
        Path path = path(file);
        if (Files.isDirectory(path)) {
            throw new MistakeException(file, "this is a folder", "name the logs in it");
        }
        boolean isRegular = Files.isRegularFile(path);
        long written = written(path, isRegular);
        if (file.equals(STANDARD_INPUT)) {
            return new LogSource(
                    file, Optional.empty(), new BufferedInputStream(System.in), written);
        }
        FileChannel channel = FileChannel.open(path);
        try {
            return new LogSource(
                    file,
                    isRegular ? Optional.of(channel) : Optional.empty(),
                    new BufferedInputStream(Channels.newInputStream(channel)),
                    written);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// Where it is.
    ///
    /// @param file its path; `-` is standard input
    static Path path(String file) {
        return Path.of(file.equals(STANDARD_INPUT) ? "/dev/stdin" : file);
    }

    private static long written(Path path, boolean isRegular) throws IOException {
        long now = System.currentTimeMillis();
        long written = isRegular ? Files.getLastModifiedTime(path).toMillis() : now;
        return written < FIRST_MILLIS ? now : Math.min(written, now);
    }

    /// When it was written to last, in milliseconds; now, if nobody knows.
    long written() {
        return written;
    }

    /// All of it, once, or once more after it was left.
    InputStream begin() throws IOException, MistakeException {
        InputStream plain = unpacked();
        int length = JournalExport.BEGIN.length();
        plain.mark(length);
        String begin = new String(plain.readNBytes(length), ISO_8859_1);
        plain.reset();
        return begin.equals(JournalExport.BEGIN) ? new JournalExport(plain) : plain;
    }

    private InputStream unpacked() throws IOException, MistakeException {
        if (packed.isEmpty()) {
            return raw;
        }
        PackedFile its = packed.get();
        if (its == PackedFile.GZIP) {
            unzipping = new WholeGzip(new Unclosed(raw));
            return new BufferedInputStream(unzipping);
        }
        program =
                UnpackingProgram.start(
                        its,
                        its.command().orElseThrow(() -> its.refusal(file, "replay")),
                        file,
                        raw);
        return new BufferedInputStream(program);
    }

    /// What it packs is closed, and not the file: that gives the memory of zlib back.
    private static final class Unclosed extends FilterInputStream {
        Unclosed(InputStream file) {
            super(file);
        }

        @Override
        public void close() {
            // LogSource closes it.
        }
    }

    /// Whether it can be left until it is needed, and begun anew then.
    boolean canBeLeft() {
        return channel.isPresent();
    }

    /// Lines from throughout a file that is not packed, the first and the last among them; of
    /// others, none.
    List<String> samples() throws IOException {
        List<String> lines = new ArrayList<>();
        if (channel.isPresent() && packed.isEmpty()) {
            long size = channel.get().size();
            for (int i = 0; i < SAMPLES; i++) {
                List<String> some = whole(channel.get(), size * i / SAMPLES, i == 0);
                lines.addAll(some.subList(0, Math.min(1, some.size())));
            }
            List<String> end = whole(channel.get(), Math.max(0, size - SAMPLE_OCTETS), false);
            lines.addAll(end.subList(Math.max(0, end.size() - 1), end.size()));
        }
        return lines;
    }

    /// The lines that stand from a place on, as far as they are whole.
    ///
    /// @param isBegin whether one begins at the place
    private static List<String> whole(FileChannel channel, long from, boolean isBegin)
            throws IOException {
        ByteBuffer octets = ByteBuffer.allocate(SAMPLE_OCTETS);
        channel.read(octets, from);
        String text = new String(octets.array(), 0, octets.position(), ISO_8859_1);
        int first = isBegin ? 0 : text.indexOf('\n') + 1;
        return text.substring(first, Math.max(first, text.lastIndexOf('\n'))).lines().toList();
    }

    /// Ends what unpacks it.
    void leave() throws IOException {
        if (program != null) {
            program.end();
            program = null;
        }
        if (unzipping != null) {
            unzipping.close();
            unzipping = null;
        }
        if (channel.isPresent()) {
            raw = new BufferedInputStream(Channels.newInputStream(channel.get().position(0)));
        }
    }

    @Override
    public void close() throws IOException {
        if (program != null) {
            program.close();
        }
        if (unzipping != null) {
            unzipping.close();
        }
        raw.close();
    }
}
