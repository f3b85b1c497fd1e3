package org.greydaemon.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

final class NicenessTest {
    /// Where proc_pid_stat(5) has the nice value, behind the name, which may hold blanks.
    private static final int NICE = 16;

    private static int nice(Path thread) throws IOException {
        String stat = Files.readString(thread.resolve("stat"));
        String behind = stat.substring(stat.lastIndexOf(')') + 2);
        return Pattern.compile(" ")
                .splitAsStream(behind)
                .skip(NICE)
                .mapToInt(Integer::parseInt)
                .findFirst()
                .orElseThrow();
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
            int expected = thread.getValue() + (isCompiler ? 5 : 0);
            if (after.containsKey(thread.getKey())) {
                assertThat(after.get(thread.getKey())).as(thread.getKey()).isEqualTo(expected);
                found += isCompiler ? 1 : 0;
            }
        }
        assertThat(found).isBetween(1, lowered);
    }

    /// By name and number.
    private static Map<String, Integer> niceByThread() throws IOException {
        Map<String, Integer> found = new HashMap<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                String name = Files.readString(thread.resolve("comm")).strip();
                found.put(name + " " + thread.getFileName(), nice(thread));
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
