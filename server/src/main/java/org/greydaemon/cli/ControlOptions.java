package org.greydaemon.cli;

import org.greydaemon.json.JsonLine;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// The options of every command that asks over the unix socket, and the asking.
final class ControlOptions {
    /// The socket of the daemon of the Debian package.
    static final String SOCKET = "/var/lib/greydaemon/savefile.ctl";

    /// The variable of the environment that names another one.
    static final String VARIABLE = "GREYCTL_SOCKET";

    @Option(
            names = "--socket",
            paramLabel = "path",
            description = "The daemon's socket (" + "$" + VARIABLE + ", else " + SOCKET + ").")
    private String socket = "";

    @Option(
            names = "--user",
            paramLabel = "name",
            description =
                    "As root: the daemon's user, if it is neither root nor "
                            + SocketOwner.USER
                            + " ($"
                            + SocketOwner.VARIABLE
                            + ").")
    private String user = "";

    @Option(
            names = "--timeout",
            paramLabel = "seconds",
            description = "How long the daemon may be silent (60).")
    private long timeoutSeconds = 60;

    @Option(names = "--json", description = "Print the daemon's lines as they are.")
    private boolean json;

    @Option(names = "--help", usageHelp = true, description = "Show this and exit.")
    @SuppressWarnings("UnusedVariable") // picocli reads it.
    private boolean help;

    @Spec(Target.MIXEE)
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one in.

    /// Whether lines are to be printed as they are.
    boolean json() {
        return json;
    }

    /// Where results go.
    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /// Where remarks go.
    PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /// What to throw when the command line is wrong.
    ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /// Connects to the daemon.
    ///
    /// @throws NoAnswerException if that does not work
    ControlClient connect() throws NoAnswerException {
        if (timeoutSeconds < 1 || timeoutSeconds > 86_400) {
            throw wrong("--timeout: " + timeoutSeconds + " is not from 1 to 86400; give seconds");
        }
        Path path = socket();
        SocketOwner owner = new SocketOwner(user);
        owner.check(path);
        ControlClient client = ControlClient.connect(path, timeoutSeconds * 1000);
        try {
            owner.checkPeer(path, client.peer());
        } catch (NoAnswerException e) {
            client.close();
            throw e;
        }
        return client;
    }

    private Path socket() {
        String environment = Optional.ofNullable(System.getenv(VARIABLE)).orElse("");
        String byDefault = environment.isEmpty() ? SOCKET : environment;
        try {
            return Path.of(socket.isEmpty() ? byDefault : socket);
        } catch (InvalidPathException e) {
            throw wrong("--socket: it is no path; name the daemon's socket");
        }
    }

    /// A request with its first member.
    static JsonLine request(String command) {
        return new JsonLine().put("command", command);
    }

    /// Asks, and prints the one line of the answer if that is wanted.
    ///
    /// @throws NoAnswerException if there is no answer, or a refusal
    ControlClient.Line ask(JsonLine request) throws NoAnswerException {
        return ask(request, _ -> {});
    }

    /// Asks, and hands over all lines of the answer but the last, or prints them as they are.
    ///
    /// @return the last line
    /// @throws NoAnswerException if there is no answer, or a refusal
    ControlClient.Line ask(JsonLine request, Consumer<ControlClient.Line> lines)
            throws NoAnswerException {
        try (ControlClient client = connect()) {
            client.send(request.toString());
            client.end();
            return answer(client, lines);
        }
    }

    /// Asks, and hands over all lines of the answer but the last, also those that are to be printed
    /// as they are, which the caller does; the last one is printed here.
    ///
    /// @return the last line
    /// @throws NoAnswerException if there is no answer, or a refusal
    ControlClient.Line lines(JsonLine request, Consumer<ControlClient.Line> lines)
            throws NoAnswerException {
        try (ControlClient client = connect();
                Progress progress = progress(true)) {
            client.send(request.toString());
            client.end();
            return answer(client, lines, progress, true);
        }
    }

    /// Shows how far long work is, to somebody who looks.
    ///
    /// @param prints whether it prints on the way; if it does so to a terminal, that says enough
    Progress progress(boolean prints) {
        boolean shown = !json && Progress.isTerminal(2) && !(prints && Progress.isTerminal(1));
        return new Progress(err(), shown, System::nanoTime);
    }

    /// Takes the answer.
    ControlClient.Line answer(ControlClient client, Consumer<ControlClient.Line> lines)
            throws NoAnswerException {
        try (Progress progress = progress(true)) {
            return answer(client, lines, progress, false);
        }
    }

    private ControlClient.Line answer(
            ControlClient client,
            Consumer<ControlClient.Line> lines,
            Progress progress,
            boolean callerPrints)
            throws NoAnswerException {
        PrintWriter out = out();
        long[] count = new long[1];
        Optional<ControlClient.Line> line = client.line();
        for (; line.isPresent(); line = client.line()) {
            count[0]++;
            progress.at(() -> count[0] + " entries");
            boolean isLast = line.get().isLast();
            if (json && (isLast || !callerPrints)) {
                out.println(line.get().text());
            }
            if (isLast) {
                break;
            }
            if (!json || callerPrints) {
                lines.accept(line.get());
            }
            if (out.checkError()) {
                throw new NobodyReadsException();
            }
        }
        return client.checked(line);
    }
}
