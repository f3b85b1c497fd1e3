package org.greydaemon.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.json.JsonLine;
import org.greydaemon.log.Event;
import org.greydaemon.log.Lines;
import org.greydaemon.mail.EscapedText;
import org.greydaemon.server.Connection;
import org.greydaemon.server.Succession;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/// Speaks with a daemon that takes over, while this one goes on answering: see {@link Succession}.
/// Safe for use by several threads.
public final class TakeOver {
    /// How long the successor may take to read its files, in seconds.
    private static final long LOADING_SECONDS = 600;

    private static final String FAILED = "failed ";

    /// What this daemon has to leave.
    public interface Estate {
        /// Where it is kept.
        Path saveFile();

        /// Why it cannot be left; empty if it can.
        Optional<String> refusal();

        /// Writes no save file from now on, so that a successor may read the files.
        void hold();

        /// The same as {@link #refusal} when the successor is ready: what could hold up the leaving
        /// has ended. May take some seconds.
        Optional<String> lastRefusal();

        /// The successor is gone: everything is as before.
        void goOn();
    }

    private final Succession succession;
    private final Estate estate;
    private final Supplier<List<Integer>> sockets;
    private final String version;
    private final Lines log;

    /// @param sockets by what numbers the system knows those that are left
    /// @param version of this daemon
    public TakeOver(
            Succession succession,
            Estate estate,
            Supplier<List<Integer>> sockets,
            String version,
            Lines log) {
        this.succession = succession;
        this.estate = estate;
        this.sockets = sockets;
        this.version = version;
        this.log = log;
    }

    /// Whether a successor has asked, and is not gone again.
    boolean isUnderWay() {
        return succession.isUnderWay();
    }

    /// Serves the connection over which a successor has asked.
    ///
    /// @throws RequestException if this daemon cannot make way
    /// @throws IOException if the successor is gone before it was told anything
    void serve(Request request, Connection connection, ConnectionLines reader)
            throws IOException, RequestException {
        String name = request.text("from");
        requireSameFile(request.optionalText("savefile"));
        Optional<String> refusal = estate.refusal();
        if (refusal.isPresent()) {
            throw new RequestException(refusal.get());
        }
        if (!succession.begin()) {
            throw new RequestException("another daemon is about to take over; wait for it");
        }
        boolean isLeft = false;
        try {
            connection.outlivesServer();
            estate.hold();
            JsonLine answer = new JsonLine().put("ok", true).put("version", version);
            succession.give(name, (answer + "\n").getBytes(UTF_8), sockets.get());
            tell("a daemon is about to take over; saves wait");
            isLeft = isReady(reader) && mayStillBeLeft(connection);
            if (isLeft) {
                succession.handOver();
                say(connection, "yours");
                String last = line(reader);
                boolean answers = last.equals("answering");
                tell(answers ? "the other daemon answers, this one ends" : whyNot(last));
                succession.ends(answers);
            }
        } catch (IOException | RequestException e) {
            tell(whyNot(""));
        } catch (RuntimeException e) { // Mail does not depend on a successor.
            tell("this daemon goes on, as it cannot make way: " + e);
            throw new RequestException("this daemon cannot make way: " + e + "; stop it first");
        } finally {
            if (isLeft) {
                succession.ends(false); // Unless it was said before.
            } else { // `main` hears of none but one to which all was left.
                estate.goOn();
                succession.fails();
            }
        }
    }

    /// One that names another file would begin with nothing, and this daemon would be gone by then.
    ///
    /// @param named empty of an older daemon, as after a downgrade
    private void requireSameFile(Optional<String> named) throws RequestException {
        Path own = estate.saveFile().toAbsolutePath().normalize();
        if (named.isPresent() && !isSame(own, named.get())) {
            throw new RequestException(
                    "savefile: that of this daemon is "
                            + EscapedText.shown(own.toString())
                            + ", and not "
                            + EscapedText.shown(named.get())
                            + "; name the same one, or stop this daemon first");
        }
    }

    /// The folder may be reached by another path, but the files beside it are named as it is.
    private static boolean isSame(Path own, String named) {
        try {
            Path other = Path.of(named);
            return own.equals(other)
                    || (Objects.equals(own.getFileName(), other.getFileName())
                            && Files.isSameFile(own.resolveSibling(""), other.resolveSibling("")));
        } catch (IOException | InvalidPathException e) {
            return false;
        }
    }

    private boolean isReady(ConnectionLines reader) throws IOException, RequestException {
        String line = line(reader);
        if (line.startsWith(FAILED)) {
            tell(whyNot(line));
            return false;
        }
        if (!line.equals("loaded")) {
            throw new IOException("gone");
        }
        return true;
    }

    /// Saves wait while the other one reads: what no file has taken meanwhile, as the disk is full
    /// by now, would end with this process.
    private boolean mayStillBeLeft(Connection connection) throws IOException {
        Optional<String> refusal = estate.lastRefusal();
        if (refusal.isPresent()) {
            tell("this daemon goes on: " + refusal.get());
            say(connection, "stays: " + refusal.get());
        }
        return refusal.isEmpty();
    }

    private static void say(Connection connection, String what) throws IOException {
        byte[] line = (what + "\n").getBytes(UTF_8);
        connection.write(line, 0, line.length);
    }

    private void tell(String what) {
        log.tell(Event.TAKE_OVER, what);
    }

    /// @param line what the successor has said last; empty if it is gone
    private static String whyNot(String line) {
        return line.startsWith(FAILED)
                ? "the other daemon does not start, this one goes on: "
                        + EscapedText.shown(line.substring(FAILED.length()))
                : "the daemon that was about to take over is gone";
    }

    private static String line(ConnectionLines reader) throws IOException, RequestException {
        return reader.line(LOADING_SECONDS).map(octets -> new String(octets, UTF_8)).orElse("");
    }
}
