package org.greydaemon.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// A daemon process started by the project's own launcher on a free loopback port. Its working
/// folder holds the save file `state/save` and the log `log.txt`. Stops the process when closed.
public final class Daemon implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /// HUP, USR1 and ALRM ignored: 1, 10 and 14 (proc(5), SigIgn). Others may be ignored too, as
    /// they were when the tests were started.
    private static final long HELD_BACK = 0x2201;

    private static final String STARTED = "started greydaemon on ";

    private final Path folder;
    private final List<String> options;
    private @Nullable Process process;
    private String listen = somePlace();
    private boolean fileAlone;
    private List<String> program = List.of();
    private long logFrom;

    private Daemon(Path folder, List<String> options) {
        this.folder = folder;
        this.options = List.copyOf(options);
    }

    /// It is its own while it is started again.
    private static String somePlace() {
        return "127.0.0.1:" + Ports.free();
    }

    /// Starts a daemon and waits until it answers.
    ///
    /// @param folder its working folder
    /// @param options what stands before the address on its command line
    public static Daemon start(Path folder, String... options) {
        return startAt(somePlace(), folder, options);
    }

    /// Starts a daemon at an address, `[::1]:0` for example; port 0 is any free one.
    public static Daemon startAt(String listen, Path folder, String... options) {
        Daemon daemon = new Daemon(folder, List.of(options));
        daemon.listen = listen;
        daemon.restart();
        return daemon;
    }

    /// Starts a daemon by another program: the command line of the daemon follows its own.
    public static Daemon startUnder(List<String> program, Path folder, String... options) {
        Daemon daemon = new Daemon(folder, List.of(options));
        daemon.program = List.copyOf(program);
        daemon.restart();
        return daemon;
    }

    /// The same at an address.
    public static Daemon startUnderAt(
            String listen, List<String> program, Path folder, String... options) {
        Daemon daemon = new Daemon(folder, List.of(options));
        daemon.program = List.copyOf(program);
        daemon.listen = listen;
        daemon.restart();
        return daemon;
    }

    /// Starts a daemon, but does not wait until it answers.
    static Daemon launch(Path folder, String... options) {
        return launchAt(somePlace(), folder, options);
    }

    /// The same at an address.
    static Daemon launchAt(String listen, Path folder, String... options) {
        Daemon daemon = new Daemon(folder, List.of(options));
        daemon.listen = listen;
        daemon.launch();
        try {
            // Its launcher, a shell, takes a moment before it can hold anything back.
            while ((handledSignals(daemon.pid()) & HELD_BACK) != HELD_BACK) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return daemon;
    }

    /// Those that the launcher holds back, or that the daemon hears by now.
    private static long handledSignals(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("SigIgn:") || line.startsWith("SigCgt:"))
                .mapToLong(line -> Long.parseUnsignedLong(line.substring(8).strip(), 16))
                .reduce(0, (ignored, caught) -> ignored | caught);
    }

    /// Whether it has said that it answers; after that, {@link #listen} is where.
    boolean hasStarted() {
        if (!running().isAlive()) {
            throw new AssertionError("it has ended:\n" + String.join("\n", logLines()));
        }
        for (String line : logLines(logFrom)) {
            if (line.startsWith(STARTED)) {
                listen = line.substring(STARTED.length());
                return true;
            }
        }
        return false;
    }

    /// Starts a daemon by a configuration file alone, which says that it listens at port 0 and
    /// saves in `state/save`.
    ///
    /// @param file in its working folder
    public static Daemon startWith(Path folder, String file) {
        Daemon daemon = new Daemon(folder, List.of("--config", file));
        daemon.fileAlone = true;
        daemon.restart();
        return daemon;
    }

    /// The project's root folder.
    public static Path root() {
        return Path.of(System.getProperty("project.root")).toAbsolutePath().normalize();
    }

    /// Starts it again after {@link #stop} or {@link #kill}, at the same port.
    public void restart() {
        launch();
        try {
            String line = awaitLine(text -> text.startsWith(STARTED));
            listen = line.substring(STARTED.length());
        } catch (AssertionError e) {
            close(); // Who gets an exception has nothing to close.
            throw e;
        }
    }

    private void launch() {
        try {
            Files.createDirectories(folder);
            // A killed daemon may have left half a line.
            Files.writeString(
                    logFile(), "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            logFrom = Files.size(logFile());
            List<String> command = new ArrayList<>(program);
            command.add(root().resolve("greydaemon").toString());
            command.addAll(options);
            if (!fileAlone) {
                command.addAll(List.of(listen, "state/save"));
            }
            process =
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
                            .start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Where it listens, `address:port`.
    public String listen() {
        return listen;
    }

    /// The port that it listens on.
    public int port() {
        return Integer.parseInt(listen.substring(listen.lastIndexOf(':') + 1));
    }

    /// The number of the process.
    public long pid() {
        return running().pid();
    }

    /// Its save file.
    public Path saveFile() {
        return folder.resolve("state/save");
    }

    /// Its journal.
    public Path journal() {
        return folder.resolve("state/save.journal");
    }

    private Path logFile() {
        return folder.resolve("log.txt");
    }

    /// Everything it has said, from all its lives in this folder. A daemon that runs writes its log
    /// a little after it has answered; this waits until it has been silent for a moment.
    public List<String> logLines() {
        List<String> lines = logLines(0);
        for (int i = 0; i < 50 && process != null && process.isAlive(); i++) {
            pause(100);
            List<String> before = lines;
            lines = logLines(0);
            if (lines.size() == before.size()) {
                break;
            }
        }
        return lines;
    }

    /// Only what was said since an octet of the log: after hundreds of lives the log is long.
    private List<String> logLines(long from) {
        try (InputStream log = Files.newInputStream(logFile())) {
            log.skipNBytes(from);
            return List.of(new String(log.readAllBytes(), ISO_8859_1).split("\n"));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Waits until it has said a line since its last start.
    public String awaitLine(Predicate<String> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            for (String line : logLines(logFrom)) {
                if (wanted.test(line)) {
                    return line;
                }
            }
            if (!running().isAlive()) {
                break;
            }
            pause(20);
        }
        throw new AssertionError(
                "the daemon did not say it; it said:\n" + String.join("\n", logLines()));
    }

    /// Asks as a mail server would and waits up to a minute for the answer.
    public Reply ask(String client, String sender, String... recipients) {
        try (UdpPeer peer = new UdpPeer(listen)) {
            return peer.ask(client, sender, recipients);
        }
    }

    /// Sends a signal, without `SIG`.
    public void signal(String name) {
        try {
            int status =
                    new ProcessBuilder("kill", "-" + name, String.valueOf(pid())).start().waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill -" + name + ": exit status " + status);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (name.equals("STOP")) {
            awaitStopped();
        }
    }

    /// A signal to stop reaches one thread after the other; until then they answer.
    private void awaitStopped() {
        for (int i = 0; i < 1000; i++) {
            try (Stream<Path> threads = Files.list(Path.of("/proc", pid() + "", "task"))) {
                boolean stopped = true;
                for (Path thread : threads.toList()) {
                    stopped &= status(thread).stream().anyMatch(line -> line.contains("State:\tT"));
                }
                if (stopped) {
                    return;
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            pause(5);
        }
        throw new AssertionError("the daemon does not stand still");
    }

    /// What the system says of a thread; nothing if it has ended since it was listed, as compilers
    /// of the JVM do.
    static List<String> status(Path thread) {
        return threadFile(thread.resolve("status")).orElse("").lines().toList();
    }

    /// A file in which the system tells of a thread; empty if that has ended since it was listed.
    static Optional<String> threadFile(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            if (Files.exists(file)) {
                throw new IllegalStateException(e);
            }
            return Optional.empty(); // Since the file was opened.
        }
    }

    /// Whether its process lives.
    boolean isAlive() {
        return running().isAlive();
    }

    /// Stops it in good order.
    ///
    /// @return its exit status
    public int stop() {
        return stop("TERM");
    }

    /// Stops it by a signal.
    ///
    /// @return its exit status
    public int stop(String signal) {
        signal(signal);
        return await();
    }

    /// Waits until it ends by itself.
    ///
    /// @return its exit status
    public int awaitEnd() {
        return await();
    }

    /// Starts a daemon that must refuse to start.
    ///
    /// @return what it said
    public static List<String> refusedStart(Path folder, String... options) {
        return refusedStartAt("127.0.0.1:0", folder, options);
    }

    /// The same at an address.
    public static List<String> refusedStartAt(String listen, Path folder, String... options) {
        try (Daemon daemon = new Daemon(folder, List.of(options))) {
            daemon.listen = listen;
            int before = daemon.logLines().size();
            daemon.launch();
            if (daemon.await() == 0) {
                throw new AssertionError("it ended without an error");
            }
            return daemon.logLines().stream().skip(before).filter(line -> !line.isEmpty()).toList();
        }
    }

    /// Kills it without warning. Tells it to stop, if it has not ended.
    public void tellToStop() {
        running().destroy();
    }

    public void kill() {
        running().destroyForcibly();
        int _ = await();
    }

    private int await() {
        try {
            if (!running().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the daemon does not end");
            }
            return running().exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process;
    }

    /// Waits for real time to pass, for what other processes do.
    public static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Kills it if it still runs.
    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            kill();
        }
    }
}
