package org.greydaemon.e2e.qmail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.file.Path;
import java.util.Map;

/// A process that calls grey.c as often as it is asked to, see qmail/test/asks.c.
final class Asks implements AutoCloseable {
    private final Run run;

    private Asks(Run run) {
        this.run = run;
    }

    static Asks start(Map<String, String> environment) {
        return new Asks(Run.start(Path.of("/"), environment, Programs.asks().toString()));
    }

    static Asks start(String greyip) {
        return start(Map.of("GREYIP", greyip));
    }

    /// Calls grey_ask; the client `-` is a null pointer.
    void ask(String client, String sender, String... recipients) {
        call("ask", client, sender, wire(recipients));
    }

    /// Calls grey_check.
    void check(String client, String sender, String... recipients) {
        call("check", client, sender, wire(recipients));
    }

    /// Calls a function with the recipients' bytes as they are.
    void call(String function, String client, String sender, String recipients) {
        run.write(
                String.join("\t", function, escape(client), escape(sender), escape(recipients))
                        + "\n");
    }

    void signal(String name) {
        run.signal(name);
    }

    /// No more calls: what was printed, a line for each call, and what was logged.
    Run.Result end() {
        run.endInput();
        return run.end();
    }

    @Override
    public void close() {
        run.close();
    }

    /// Recipients as qmail keeps them.
    static String wire(String... recipients) {
        StringBuilder text = new StringBuilder();
        for (String recipient : recipients) {
            text.append('T').append(recipient).append('\0');
        }
        return text.toString();
    }

    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        for (byte b : text.getBytes(ISO_8859_1)) {
            if (b > 32 && b < 127 && b != '%') {
                escaped.append((char) b);
            } else {
                escaped.append(String.format("%%%02X", b & 0xff));
            }
        }
        return escaped.toString();
    }
}
