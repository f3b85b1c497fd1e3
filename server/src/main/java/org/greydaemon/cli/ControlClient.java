package org.greydaemon.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import jdk.net.ExtendedSocketOptions;

import org.greydaemon.json.Json;
import org.greydaemon.json.JsonReader;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// One question to the daemon over its unix socket, and the lines of the answer. Confined to one
/// thread.
final class ControlClient implements AutoCloseable {
    /// More than any line of the daemon's.
    private static final int LINE_MAX = 1 << 20;

    /// The end of the year 9999.
    private static final long TIME_MAX = 253_402_300_799L;

    private final Path socket;
    private final long timeoutMillis;
    private final SocketChannel channel;
    private final Selector selector;
    private BooleanSupplier isUnwanted = () -> false;
    private final ByteBuffer received = ByteBuffer.allocate(64 << 10).flip();

    private ControlClient(
            Path socket, long timeoutMillis, SocketChannel channel, Selector selector) {
        this.socket = socket;
        this.timeoutMillis = timeoutMillis;
        this.channel = channel;
        this.selector = selector;
    }

    /// A line of an answer.
    ///
    /// @param text the line, as it may be shown
    /// @param members what it says
    record Line(String text, Map<String, Json> members) {
        /// Whether this is the last line.
        boolean isLast() {
            return members.containsKey("ok");
        }

        /// A string; empty if there is none.
        String text(String name) {
            return members.get(name) instanceof Json.Text(String value) ? value : "";
        }

        /// A whole number; 0 if there is none, or none that anything has.
        long number(String name) {
            return members.get(name) instanceof Json.Digits(String digits)
                            && digits.matches("-?[0-9]{1,18}")
                    ? Long.parseLong(digits)
                    : 0;
        }

        /// A time in seconds since 1970, as far as a calendar goes.
        Instant time(String name) {
            return Instant.ofEpochSecond(Math.clamp(number(name), 0, TIME_MAX));
        }

        /// Whether it is said to be so.
        boolean isTrue(String name) {
            return members.get(name) == Json.Word.TRUE;
        }

        /// The whole numbers of a list; -1 where there is none.
        List<Long> numbers(String name) {
            return members.get(name) instanceof Json.Items(List<Json> items)
                    ? items.stream()
                            .map(item ->
                                    item instanceof Json.Digits(String digits)
                                                    && digits.matches("[0-9]{1,18}")
                                            ? Long.parseLong(digits)
                                            : -1L)
                            .toList()
                    : List.of();
        }

        /// The strings of a list.
        List<String> texts(String name) {
            return members.get(name) instanceof Json.Items(List<Json> items)
                    ? items.stream()
                            .filter(Json.Text.class::isInstance)
                            .map(item -> ((Json.Text) item).text())
                            .toList()
                    : List.of();
        }

        /// The objects of a list as lines of their own.
        List<Line> lines(String name) {
            return members.get(name) instanceof Json.Items(List<Json> items)
                    ? items.stream()
                            .filter(Json.Members.class::isInstance)
                            .map(item -> new Line("", ((Json.Members) item).members()))
                            .toList()
                    : List.of();
        }

        /// An object as a line of its own.
        Line line(String name) {
            return members.get(name) instanceof Json.Members(Map<String, Json> inner)
                    ? new Line("", inner)
                    : new Line("", Map.of());
        }
    }

    /// Connects.
    ///
    /// @param timeoutMillis how long the daemon may be silent; 0 for ever
    /// @throws NoAnswerException if that does not work; the message says what to do
    static ControlClient connect(Path socket, long timeoutMillis) throws NoAnswerException {
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                // Else it waits for ever where the daemon hangs and others wait already.
                channel.configureBlocking(false);
                channel.connect(UnixDomainSocketAddress.of(socket));
                Selector selector = Selector.open();
                channel.register(selector, SelectionKey.OP_READ);
                return new ControlClient(socket, timeoutMillis, channel, selector);
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new NoAnswerException(socket + ": " + whyNot(socket, e));
        }
    }

    private static String whyNot(Path socket, Exception e) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("Permission denied")) {
            return "this user may not ask; be root, the daemon's user, or in the group that the"
                    + " socket belongs to";
        }
        if (message.contains("refused")) {
            return "no greydaemon runs there; start it, or name the socket of another one with"
                    + " --socket";
        }
        if (message.contains("temporarily unavailable")) {
            return "greydaemon takes nobody in any more, and many wait; look into its log, or start"
                    + " it anew";
        }
        Path folder = socket.toAbsolutePath().getParent();
        if (folder != null && Files.exists(folder) && !Files.isExecutable(folder)) {
            return "this user may not look into " + folder + "; be root or the daemon's user";
        }
        if (message.contains("No such file")) {
            return "there is no such socket; name it with --socket, it is the save file's name with"
                    + " .ctl behind it, or start greydaemon";
        }
        return message + "; name the daemon's socket with --socket";
    }

    /// The user that listens there.
    ///
    /// @throws NoAnswerException if the system does not say
    String peer() throws NoAnswerException {
        try {
            return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        } catch (IOException e) {
            throw new NoAnswerException(
                    socket + ": nobody knows who listens there: " + e.getMessage() + "; ask again");
        }
    }

    /// Sends octets.
    ///
    /// @throws NoAnswerException if the daemon does not take them
    void send(byte[] octets) throws NoAnswerException {
        ByteBuffer rest = ByteBuffer.wrap(octets);
        try {
            channel.register(selector, SelectionKey.OP_WRITE);
            while (rest.hasRemaining()) {
                await();
                channel.write(rest);
            }
            channel.register(selector, SelectionKey.OP_READ);
        } catch (IOException e) {
            // It may have said why before it closed: the answer is read next.
        }
    }

    /// Sends a line.
    void send(String line) throws NoAnswerException {
        send((line + "\n").getBytes(UTF_8));
    }

    /// Says that nothing more will be sent.
    void end() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            // It is gone already.
        }
    }

    /// From now on no answer is waited for that nobody wants. A daemon that has nothing to say
    /// sends a blank line every second, so that is how often it is looked at.
    ///
    /// @param isGone whether nobody wants it any more
    void endsWhen(BooleanSupplier isGone) {
        isUnwanted = isGone;
    }

    /// Waits until the daemon answers anything, and reads nothing of it.
    ///
    /// @throws NoAnswerException if it does not
    void begun() throws NoAnswerException {
        try {
            await();
        } catch (IOException e) {
            // It has ended: whoever reads hears of that.
        }
    }

    private void await() throws IOException, NoAnswerException {
        if (isUnwanted.getAsBoolean()) {
            throw new NobodyReadsException();
        }
        selector.selectedKeys().clear();
        if (selector.select(timeoutMillis) == 0) {
            throw new NoAnswerException(
                    socket
                            + ": no answer within "
                            + timeoutMillis / 1000.0
                            + " s; look into greydaemon's log, or wait longer with --timeout");
        }
    }

    /// The next line of the answer; empty when the daemon has ended the connection. Blank lines,
    /// which only show that the daemon is alive, are skipped.
    ///
    /// @throws NoAnswerException if none comes, or one that no greydaemon sends
    Optional<Line> line() throws NoAnswerException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            while (true) {
                while (received.hasRemaining()) {
                    byte octet = received.get();
                    if (octet != '\n') {
                        line.write(octet);
                    } else if (line.size() > 0) {
                        return Optional.of(read(line.toByteArray()));
                    }
                }
                if (line.size() > LINE_MAX) {
                    throw strange();
                }
                await();
                int count = channel.read(received.clear());
                received.flip();
                if (count < 0) {
                    received.position(received.limit());
                    return Optional.empty();
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Line read(byte[] line) throws NoAnswerException {
        if (JsonReader.read(line) instanceof Json.Read.Value(Json.Members(var members))) {
            return new Line(Json.shown(new String(line, UTF_8)), members);
        }
        throw strange();
    }

    private NoAnswerException strange() {
        return new NoAnswerException(
                socket + ": what listens there is no greydaemon; name its socket with --socket");
    }

    /// The last line of an answer whose other lines nobody wants.
    ///
    /// @throws NoAnswerException if the daemon refuses, or ends in the middle
    Line last() throws NoAnswerException {
        Optional<Line> line = line();
        while (line.isPresent() && !line.get().isLast()) {
            line = line();
        }
        return checked(line);
    }

    /// Looks at the last line of an answer.
    ///
    /// @throws NoAnswerException if the daemon refuses, or ended in the middle
    Line checked(Optional<Line> last) throws NoAnswerException {
        if (last.isEmpty()) {
            throw new NoAnswerException(
                    socket + ": greydaemon ended in the middle of its answer; ask again");
        }
        if (last.get().members().get("ok") != Json.Word.TRUE) {
            throw new RefusedException(last.get());
        }
        return last.get();
    }

    @Override
    public void close() {
        try {
            selector.close();
            channel.close();
        } catch (IOException e) {
            // It is gone in any case.
        }
    }
}
