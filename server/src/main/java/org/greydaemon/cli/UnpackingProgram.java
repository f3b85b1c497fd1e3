package org.greydaemon.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.mistake.MistakeException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// What a program of the system unpacks, as xz(1) does: it is fed by a thread of its own, and what
/// it says is read here. Confined to one thread.
final class UnpackingProgram extends InputStream {
    private static final int CHUNK = 64 << 10;
    private static final int SAID_MAX = 2000;
    private static final int SHOWN_MAX = 200;

    /// How long it may take to end when it has said everything, in seconds.
    private static final int END_SECONDS = 10;

    /// What xz(1) and gzip(1) end with if they have unpacked everything, and bzip2(1) if not.
    private static final int WARNING = 2;

    private final PackedFile packed;
    private final Process process;
    private final InputStream unpacked;
    private final Thread feeding;
    private final CompletableFuture<String> said = new CompletableFuture<>();
    private volatile @Nullable IOException unread; // Why there is nothing more to feed it with.
    private boolean over;

    /// What was packed is not whole.
    static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1;

        private final String problem;

        DamagedException(PackedFile packed, String why) {
            super(why);
            problem = packed.what() + ", and is cut off or damaged (" + why + ")";
        }

        /// For the operator.
        String problem() {
            return problem;
        }
    }

    private UnpackingProgram(PackedFile packed, Process process, InputStream raw) {
        this.packed = packed;
        this.process = process;
        unpacked = process.getInputStream();
        feeding = Thread.ofPlatform().daemon().name("replay-unpacks").start(() -> feed(raw));
        Thread.ofPlatform().daemon().name("replay-hears").start(this::hear);
    }

    /// Starts it.
    ///
    /// @param command the program and its options
    /// @param file what it unpacks, for a message
    /// @param raw the octets of that; not to be read elsewhere until {@link #end}
    /// @throws MistakeException if there is no such program
    static UnpackingProgram start(
            PackedFile packed, List<String> command, String file, InputStream raw)
            throws MistakeException {
        try {
            return new UnpackingProgram(packed, new ProcessBuilder(command).start(), raw);
        } catch (IOException e) {
            String program = command.getFirst();
            throw new MistakeException(
                    file,
                    packed.what() + ", and this host has no " + program + " that unpacks it",
                    "install " + packed.installed() + ", or unpack it elsewhere");
        }
    }

    private void feed(InputStream raw) {
        byte[] some = new byte[CHUNK];
        try (OutputStream program = process.getOutputStream()) {
            for (int count = read(raw, some); count >= 0; count = read(raw, some)) {
                program.write(some, 0, count);
            }
        } catch (IOException _) {
            // It has ended before: its status says why.
        }
    }

    private int read(InputStream raw, byte[] some) {
        try {
            return raw.read(some);
        } catch (IOException e) {
            unread = e;
            return -1;
        }
    }

    /// Hears what it complains of, and keeps the beginning. All of it is read, or it would wait
    /// with the rest of its work.
    private void hear() {
        try (InputStream complaints = process.getErrorStream()) {
            said.complete(new String(complaints.readNBytes(SAID_MAX), ISO_8859_1));
            complaints.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            said.completeExceptionally(e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] octets, int from, int length) throws IOException {
        int count = over ? -1 : unpacked.read(octets, from, length);
        if (count < 0 && !over) {
            over = true;
            checkEnd();
        }
        return count;
    }

    /// Whether it has unpacked everything.
    private void checkEnd() throws IOException {
        int status = status();
        IOException why = unread;
        if (why != null) {
            throw why;
        }
        if (status != 0 && (status != WARNING || packed == PackedFile.BZIP2)) {
            throw new DamagedException(
                    packed,
                    complaints()
                            .lines()
                            .map(UnpackingProgram::printable)
                            .filter(line -> !line.isBlank())
                            .findFirst()
                            .orElse("it ended with status " + status));
        }
    }

    private int status() throws IOException {
        try {
            if (process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
            throw new IOException("the program that unpacks it does not end");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// None if who else has its standard error keeps that open.
    private String complaints() throws IOException {
        try {
            return said.get(END_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String printable(String line) {
        String cut = line.length() > SHOWN_MAX ? line.substring(0, SHOWN_MAX) : line;
        return cut.strip().replaceAll("[^ -~]", "?");
    }

    /// Ends it, whatever is left, and returns when nothing is read any more from what it was fed
    /// with: that should be a file, not a pipe.
    void end() throws IOException {
        close();
        try {
            feeding.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        unpacked.close();
    }
}
