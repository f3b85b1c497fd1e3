package org.greydaemon.share;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// An engine that takes everything and knows nothing but its version and what it is told to say.
///
/// @param answers to commands
/// @param asked how often each was asked
record TinyEngine(ServerSocket socket, Map<String, String> answers, Map<String, Integer> asked)
        implements AutoCloseable {
    private static final String INFO =
            "redis_version:7.2.0\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\n";

    /// In an answer, the how manieth one of the command it is, in as many letters.
    static final String COUNTED = "COUNTED";

    /// What one says that has been there for long and has nothing new, at the time of {@link
    /// LoneHost}; may be changed.
    static Map<String, String> quiet() {
        Map<String, String> answers = new ConcurrentHashMap<>();
        answers.put("TIME", time(LoneHost.NOW));
        answers.put("GET", text("mark"));
        answers.put("XREAD", "*-1\r\n");
        answers.put("ZSCAN", "*2\r\n" + text("0") + "*0\r\n");
        answers.put("ZREVRANGEBYSCORE", "*0\r\n");
        for (String counted : List.of("EXISTS", "ZADD", "ZREM", "ZREMRANGEBYSCORE", "EXPIRE")) {
            answers.put(counted, ":1\r\n");
        }
        return answers;
    }

    /// How often a command was asked.
    int asked(String command) {
        return asked.getOrDefault(command, 0);
    }

    static TinyEngine start(Map<String, String> answers) throws IOException {
        TinyEngine engine =
                new TinyEngine(
                        new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1")),
                        answers,
                        new ConcurrentHashMap<>());
        Thread.ofVirtual().start(engine::run);
        return engine;
    }

    private void run() {
        while (!socket.isClosed()) {
            try (Socket connection = socket.accept()) {
                InputStream in = new BufferedInputStream(connection.getInputStream());
                while (true) {
                    String command = command(in);
                    int count = asked.merge(command, 1, Integer::sum);
                    String answer =
                            switch (command) {
                                case "INFO" -> text(INFO);
                                case "HELLO" -> "*2\r\n" + text("proto") + ":2\r\n";
                                default -> answers.getOrDefault(command, "+OK\r\n");
                            };
                    String counted = answer.replace(COUNTED, "1%06d".formatted(count));
                    connection.getOutputStream().write(counted.getBytes(ISO_8859_1));
                }
            } catch (IOException e) {
                // It has heard enough.
            }
        }
    }

    /// What TIME says.
    static String time(long seconds) {
        return "*2\r\n" + text("" + seconds) + text("0");
    }

    /// A text as an engine sends it.
    static String text(String octets) {
        return "$" + octets.length() + "\r\n" + octets + "\r\n";
    }

    /// Reads a command with what belongs to it.
    private static String command(InputStream in) throws IOException {
        String command = "";
        for (int left = number(in); left > 0; left--) {
            byte[] part = in.readNBytes(number(in) + 2);
            command = command.isEmpty() ? new String(part, ISO_8859_1).strip() : command;
        }
        return command;
    }

    /// The number of a line, behind its first letter.
    private static int number(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet; (octet = in.read()) != '\n'; ) {
            if (octet < 0) {
                throw new IOException("gone");
            }
            line.append((char) octet);
        }
        return Integer.parseInt(line.substring(1).strip());
    }

    ShareSettings settings() {
        return LoneHost.settings(socket.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
