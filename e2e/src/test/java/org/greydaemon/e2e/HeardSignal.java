package org.greydaemon.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A signal that the daemon has heard when this returns, and not only the system. In the JVM the
/// thread `Signal Dispatcher` wakes, begins a thread `SIGTERM handler` and sleeps again.
final class HeardSignal {
    private static final String SLEEPS = "voluntary_ctxt_switches:";

    private HeardSignal() {}

    /// Sends it.
    ///
    /// @param name without `SIG`
    static void tell(Daemon daemon, String name) {
        long before = dispatched(daemon);
        daemon.signal(name);
        for (int i = 0; i < 6_000; i++) {
            if (dispatched(daemon) > before && !isBeingHandled(daemon, name)) {
                return;
            }
            Daemon.pause(10);
        }
        throw new AssertionError("the daemon does not hear " + name);
    }

    /// How often the dispatcher has gone to sleep; -1 while a thread that it has begun still has
    /// its name.
    private static long dispatched(Daemon daemon) {
        List<Long> sleeps =
                threads(daemon).stream()
                        .filter(status -> status.contains("Name:\tSignal Dispatch"))
                        .map(HeardSignal::sleeps)
                        .toList();
        return sleeps.size() == 1 ? sleeps.getFirst() : -1;
    }

    private static long sleeps(List<String> status) {
        return status.stream()
                .filter(line -> line.startsWith(SLEEPS))
                .mapToLong(line -> Long.parseLong(line.substring(SLEEPS.length()).strip()))
                .findFirst()
                .orElse(-1);
    }

    private static boolean isBeingHandled(Daemon daemon, String name) {
        return threads(daemon).stream()
                .anyMatch(status -> status.contains("Name:\tSIG" + name + " handler"));
    }

    private static List<List<String>> threads(Daemon daemon) {
        try (Stream<Path> all = Files.list(Path.of("/proc", daemon.pid() + "", "task"))) {
            return all.map(Daemon::status).toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
