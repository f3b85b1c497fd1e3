package org.greydaemon.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import org.greydaemon.log.Lines;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Tells the supervisor of the process, usually systemd, how the daemon is: that it reads its files
/// and needs more time, answers, reloads, stops, and every now and then that it lives
/// (sd_notify(3)). Without `NOTIFY_SOCKET` in the environment it does nothing.
///
/// Threads: `notify` owns the socket and sends what the others leave in the queue. {@link
/// #reloading} comes from the thread of a signal or of a connection, everything else from `main`.
public final class Supervisor implements AutoCloseable {
    /// How often the supervisor hears something if it does not want it more often.
    private static final long PERIOD_MICROS = SECONDS.toMicros(10);

    /// A time that needs extension is extended by so many periods.
    private static final int PATIENCE = 3;

    private static final Message END = new Message("", List.of());

    /// What is said, and the open files that are given with it.
    private record Message(String text, List<Integer> descriptors) {}

    /// What is said at every period, by the phase the daemon is in.
    private sealed interface Phase {
        /// It reads or writes files, which may take longer than the supervisor would wait.
        record Busy(long micros) implements Phase {}

        /// It answers.
        record Answering(BooleanSupplier alive, Supplier<String> status) implements Phase {}
    }

    private final long periodMicros;
    private final Lines log;
    private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    private final @Nullable Thread thread;

    // Written by `main`, read by `notify`: an old phase may be told once more, which does no harm.
    private volatile Phase phase;

    // Confined to `notify`.
    private boolean saidFailure;

    /// @param environment what the process was started with; `NOTIFY_SOCKET` names the supervisor's
    ///   socket, `WATCHDOG_USEC` the longest time without a sign of life
    public Supervisor(Map<String, String> environment, Lines log) {
        this.log = log;
        periodMicros = period(environment);
        phase = new Phase.Busy(PATIENCE * periodMicros);
        String socket = environment.get("NOTIFY_SOCKET");
        thread =
                socket == null
                        ? null
                        : Thread.ofPlatform().name("notify").daemon().start(() -> run(socket));
    }

    /// A third of the watchdog's time, so that one late sign of life is not the end.
    private static long period(Map<String, String> environment) {
        try {
            long watchdog = Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0"));
            return watchdog > 0 ? Math.min(watchdog / 3, PERIOD_MICROS) : PERIOD_MICROS;
        } catch (NumberFormatException e) {
            return PERIOD_MICROS;
        }
    }

    /// The daemon begins to read its files.
    public void loading(String what) {
        say(periodic(phase) + "\nSTATUS=reading " + what);
    }

    /// The daemon answers.
    ///
    /// @param alive whether it still does, asked at every period by `notify`; no sign of life is
    ///   given if it does not
    /// @param status one line for the operator, asked at every period by `notify`
    public void ready(BooleanSupplier alive, Supplier<String> status) {
        Phase answering = new Phase.Answering(alive, status);
        phase = answering;
        // Otherwise it would still be said to be reading, until the first period ends.
        say("READY=1\nSTATUS=answers");
    }

    /// Runs a reload, and tells when it begins and ends.
    ///
    /// @return what came of it
    public <T> T reloading(Supplier<T> reload) {
        say("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / 1000);
        try {
            return reload.get();
        } finally {
            say("READY=1");
        }
    }

    /// The daemon no longer answers and writes its files.
    public void stopping() {
        phase = new Phase.Busy(PATIENCE * periodMicros);
        say("STOPPING=1\nSTATUS=saving");
    }

    /// Gives a socket into the supervisor's keeping: it passes it to whoever it starts after us
    /// ({@link InheritedSockets}), so what is asked meanwhile waits for an answer. One that it has
    /// under the same name is given up. A supervisor that keeps none does not mind.
    ///
    /// @param name a word
    /// @param descriptor by what number the system knows the socket
    public void keep(String name, int descriptor) {
        forget(name);
        say(new Message("FDSTORE=1\nFDPOLL=0\nFDNAME=" + name, List.of(descriptor)));
    }

    /// The supervisor need not keep a socket any longer.
    public void forget(String name) {
        say("FDSTOREREMOVE=1\nFDNAME=" + name);
    }

    /// Whether there is one.
    public boolean isThere() {
        return thread != null;
    }

    private void say(String text) {
        say(new Message(text, List.of()));
    }

    private void say(Message message) {
        if (thread != null) {
            messages.add(message);
        }
    }

    private void run(String path) {
        try (UnixDatagrams socket = new UnixDatagrams(path)) {
            while (true) {
                Message message = messages.poll(periodMicros, MICROSECONDS);
                if (END.equals(message)) {
                    return;
                }
                send(socket, message == null ? new Message(periodic(phase), List.of()) : message);
            }
        } catch (IOException e) {
            tell(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String periodic(Phase phase) {
        return switch (phase) {
            case Phase.Busy(long micros) -> "EXTEND_TIMEOUT_USEC=" + micros;
            case Phase.Answering(BooleanSupplier alive, Supplier<String> status) ->
                    alive.getAsBoolean()
                            ? "WATCHDOG=1\nSTATUS=" + status.get()
                            : "STATUS=no longer answers";
        };
    }

    private void send(UnixDatagrams socket, Message message) {
        try {
            socket.send(message.text().getBytes(UTF_8), message.descriptors());
            saidFailure = false;
        } catch (IOException e) {
            tell(e); // The supervisor may be back the next time.
        }
    }

    private void tell(IOException failure) {
        if (!saidFailure) {
            saidFailure = true;
            log.line(
                    "notify: "
                            + failure.getMessage()
                            + "; the supervisor hears nothing, see NotifyAccess= in its unit");
        }
    }

    /// Waits until everything is said. Idempotent.
    @Override
    public void close() {
        if (thread == null) {
            return;
        }
        messages.add(END);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
