package org.greydaemon.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.regex.Pattern;

final class NicenessTest {
    /// Where proc_pid_stat(5) has the nice value, behind the name, which may hold blanks.
    private static final int NICE = 16;

    private static int nice(String stat) {
        String behind = stat.substring(stat.lastIndexOf(')') + 2);
        return Pattern.compile(" ")
                .splitAsStream(behind)
                .skip(NICE)
                .mapToInt(Integer::parseInt)
                .findFirst()
                .orElseThrow();
    }

    /// Who runs the tests may have lowered them already.
    private static int lower(int nice) {
        return Math.min(nice + 5, 19);
    }

    /// It cannot be taken back: the tests that follow are compiled a little later on a busy
    /// machine.
    @Test
    void theCompilersOfThisProcessGiveWayAndNobodyElse() throws IOException {
        Map<String, Integer> before = niceByThread();
        int lowered = Niceness.compilersGiveWay();
        assertThat(lowered).isPositive();
        Map<String, Integer> after = niceByThread();
        int found = 0;
        for (Map.Entry<String, Integer> thread : before.entrySet()) {
            boolean isCompiler = Niceness.isCompiler(thread.getKey());
            int expected = isCompiler ? lower(thread.getValue()) : thread.getValue();
            if (after.containsKey(thread.getKey())) {
                assertThat(after.get(thread.getKey())).as(thread.getKey()).isEqualTo(expected);
                found += isCompiler ? 1 : 0;
            }
        }
        assertThat(found).isBetween(1, lowered);
    }

    /// A thread may end between the list and the look at it: the compilers behind it give way all
    /// the same. The one that is found here is a thread of this test's own, as a nice value cannot
    /// be taken back.
    @Test
    void aThreadThatHasEndedHidesNoneOfTheOthers(@TempDir Path tasks) throws Exception {
        for (int i = 0; i < 20; i++) {
            Files.createDirectory(tasks.resolve("ended" + i));
        }
        FutureTask<Integer> giveWay =
                new FutureTask<>(() -> {
                    Path self = Path.of("/proc/thread-self");
                    Path number = Files.readSymbolicLink(self).getFileName();
                    Path living = Files.createDirectory(tasks.resolve(number));
                    Files.writeString(living.resolve("comm"), "C2 CompilerThre\n");
                    int before = nice(Files.readString(self.resolve("stat")));
                    assertThat(Niceness.compilersGiveWay(tasks)).isEqualTo(1);
                    return nice(Files.readString(self.resolve("stat"))) - before;
                });
        Thread.ofPlatform().start(giveWay);
        assertThat(giveWay.get()).isEqualTo(5);
    }

    @Test
    void whoRehearsesGivesWayAloneAndWithWhatItBegins() throws Exception {
        Path self = Path.of("/proc/thread-self/stat");
        int here = nice(Files.readString(self));
        FutureTask<Integer> begun = new FutureTask<>(() -> nice(Files.readString(self)));
        FutureTask<Integer> rehearsing =
                new FutureTask<>(() -> {
                    assertThat(Niceness.rehearsalGivesWay()).isTrue();
                    Thread.ofPlatform().start(begun);
                    return nice(Files.readString(self));
                });
        Thread.ofPlatform().start(rehearsing);
        assertThat(rehearsing.get()).isEqualTo(Math.min(here + 10, 19));
        assertThat(begun.get()).isEqualTo(rehearsing.get());
        assertThat(nice(Files.readString(self))).isEqualTo(here);
    }

    /// By name and number.
    private static Map<String, Integer> niceByThread() throws IOException {
        Map<String, Integer> found = new HashMap<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                Optional<String> name = ThreadFile.read(thread.resolve("comm"));
                Optional<String> stat = ThreadFile.read(thread.resolve("stat"));
                if (name.isPresent() && stat.isPresent()) {
                    found.put(name.get().strip() + " " + thread.getFileName(), nice(stat.get()));
                }
            }
        }
        return found;
    }

    @ParameterizedTest
    @CsvSource({
        "'C1 CompilerThre\n', true",
        "'C2 CompilerThre\n', true",
        "'udp\n', false",
        "'save\n', false",
        "'VM Thread\n', false",
        "'GC Thread#0\n', false",
        "'', false"
    })
    void theCompilersAreKnownByTheirNames(String name, boolean isOne) {
        assertThat(Niceness.isCompiler(name)).isEqualTo(isOne);
    }
}
