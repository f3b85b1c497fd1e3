package org.greydaemon.e2e.qmail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// A greyqueue that runs with two pipes as qmail-smtpd gives them to it: the message on descriptor
/// 0, the envelope on descriptor 1.
final class Queueing implements AutoCloseable {
    private final Run run;
    private final OutputStream message;
    private final OutputStream envelope;
    private boolean broken;

    private Queueing(Run run, OutputStream message, OutputStream envelope) {
        this.run = run;
        this.message = message;
        this.envelope = envelope;
    }

    /// Starts a shell's command between the two pipes.
    static Queueing start(Path folder, Map<String, String> environment, String program) {
        try {
            Path pipes = Files.createTempDirectory(folder, "pipes");
            Run.run("mkfifo", pipes.resolve("0").toString(), pipes.resolve("1").toString());
            Run run = Run.start(pipes, environment, "sh", "-c", "exec <0; exec 1<1; " + program);
            OutputStream message = Files.newOutputStream(pipes.resolve("0"));
            OutputStream envelope = Files.newOutputStream(pipes.resolve("1"));
            return new Queueing(run, message, envelope);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Hands over a whole message and envelope and returns how greyqueue ended.
    Run.Result pass(String text, String addresses) {
        give(text, addresses);
        endEnvelope();
        return run.end();
    }

    /// Hands over a whole message and envelope, and keeps the envelope's pipe open.
    void give(String text, String addresses) {
        message(text);
        endMessage();
        envelope(addresses);
    }

    /// Writes some of the message; greyqueue may have ended.
    void message(String text) {
        write(message, text);
    }

    void endMessage() {
        end(message);
    }

    /// Writes some of the envelope, `|` as NUL; greyqueue may have ended.
    void envelope(String text) {
        write(envelope, text.replace('|', '\0'));
    }

    void endEnvelope() {
        end(envelope);
    }

    Run.Result end() {
        return run.end();
    }

    void signal(String name) {
        run.signal(name);
    }

    /// Whether a pipe was closed before it had taken all that was written to it.
    boolean isBroken() {
        return broken;
    }

    boolean isRunning() {
        return run.isRunning();
    }

    @Override
    public void close() {
        end(message);
        end(envelope);
        run.close();
    }

    private void write(OutputStream pipe, String text) {
        try {
            pipe.write(text.getBytes(ISO_8859_1));
        } catch (IOException e) {
            brokenPipe(e);
        }
    }

    private void end(OutputStream pipe) {
        try {
            pipe.close();
        } catch (IOException e) {
            brokenPipe(e);
        }
    }

    private void brokenPipe(IOException e) {
        if (!String.valueOf(e.getMessage()).contains("Broken pipe")) {
            throw new UncheckedIOException(e);
        }
        broken = true;
    }
}
