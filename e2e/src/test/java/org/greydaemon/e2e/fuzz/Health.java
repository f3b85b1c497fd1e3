package org.greydaemon.e2e.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a daemon that is well does not do, however it is spoken to: grow, keep connections, say
/// what only a bug says, forget.
final class Health {
    private static final Pattern USED = Pattern.compile("generation +total \\d+K, used (\\d+)K");
    private static final Pattern BUG =
            Pattern.compile("bug in thread|^\\s+at [\\w.$/]+\\(|^Exception in|OutOfMemory");

    /// What classes and caches that are used for the first time may add.
    private static final long HEAP_GROWTH_KIB = 8 << 10;

    private static final long RESIDENT_GROWTH_KIB = 160 << 10;
    private static final int PATIENCE = 600;

    private final Target target;
    private final long heap;
    private final long resident;
    private final List<String> files;

    /// Takes the measure of a daemon that has done everything once.
    Health(Target target) throws IOException {
        this.target = target;
        awaitNoConnections();
        heap = heap();
        resident = resident();
        files = files();
    }

    /// Compares, after a long time.
    void check() throws IOException {
        awaitNoConnections();
        for (int i = 0; i < PATIENCE && files().size() > files.size(); i++) {
            pause(100); // Whoever follows decisions is missed at the next sign of life.
        }
        assertThat(files()).as("open files").hasSizeLessThanOrEqualTo(files.size());
        assertThat(heap()).as("KiB of live objects").isLessThan(heap + HEAP_GROWTH_KIB);
        assertThat(resident()).as("KiB resident").isLessThan(resident + RESIDENT_GROWTH_KIB);
    }

    /// Makes sure that no connection had to be ended by its deadline: its peer had said everything.
    static void checkNoneOverdue(Target target) throws IOException {
        for (String protocol : List.of("policy", "milter")) {
            String labels = "{protocol=\"" + protocol + "\",why=\"overdue\"}";
            assertThat(target.metric("greydaemon_connections_closed_total" + labels))
                    .as("connections of %s that went by their deadline", protocol)
                    .isZero();
        }
    }

    /// Looks at all that was said.
    static void checkLog(List<String> log) {
        assertThat(log).noneMatch(line -> BUG.matcher(line).find());
        log.forEach(Harmless::check);
    }

    private void awaitNoConnections() throws IOException {
        for (int i = 0;
                target.metric("greydaemon_connections{protocol=\"policy\"}") > 0
                        || target.metric("greydaemon_connections{protocol=\"milter\"}") > 0;
                i++) {
            assertThat(i).as("seconds that connections stay open").isLessThan(PATIENCE);
            pause(100);
        }
    }

    /// The last sockets go a moment after their peers.
    private List<String> files() throws IOException {
        List<String> least = open();
        for (int i = 0; i < 5; i++) {
            pause(20);
            List<String> now = open();
            least = now.size() < least.size() ? now : least;
        }
        return least;
    }

    /// Without what the JVM opens when it first needs it.
    private List<String> open() throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> open = Files.list(Path.of("/proc/" + target.daemon.pid() + "/fd"))) {
            for (Path file : open.toList()) {
                try {
                    String name = Files.readSymbolicLink(file).toString();
                    if (!name.matches("anon_inode:.*|.*\\.jar|/dev/.*random|.*/lib/modules")) {
                        names.add(name);
                    }
                } catch (NoSuchFileException e) {
                    // It is closed again.
                }
            }
        }
        return names;
    }

    private long resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + target.daemon.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    /// What is alive on the heap, in KiB.
    private long heap() throws IOException {
        jcmd("GC.run");
        Matcher used = USED.matcher(jcmd("GC.heap_info"));
        return used.results().mapToLong(found -> Long.parseLong(found.group(1))).sum();
    }

    private String jcmd(String command) throws IOException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/jcmd").toString(),
                                String.valueOf(target.daemon.pid()),
                                command)
                        .redirectErrorStream(true)
                        .start();
        String said = process.inputReader().lines().collect(joining("\n"));
        try {
            assertThat(process.waitFor()).as(said).isZero();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return said;
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
