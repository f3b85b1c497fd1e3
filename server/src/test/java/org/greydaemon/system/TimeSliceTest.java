package org.greydaemon.system;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Who asks for short turns keeps its rank, and whatever system this is, nothing breaks.
final class TimeSliceTest {
    /// Nice and policy of the thread (proc_pid_stat(5), fields 19 and 41).
    private static List<String> rank() throws Exception {
        String stat = Files.readString(Path.of("/proc/thread-self/stat"), US_ASCII);
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        return List.of(fields.get(16), fields.get(38));
    }

    @Test
    void whoAsksForShortTurnsKeepsItsRank() throws Exception {
        try (ExecutorService thread =
                Executors.newSingleThreadExecutor(Thread.ofPlatform().factory())) {
            List<String> before = thread.submit(TimeSliceTest::rank).get();
            boolean isGranted = thread.submit(TimeSlice::shorten).get();
            assertThat(thread.submit(TimeSliceTest::rank).get()).isEqualTo(before);
            // Where there is no such call, or it is forbidden, the thread goes on as it was.
            assertThat(isGranted).isEqualTo(System.getProperty("os.arch").matches("amd64|aarch64"));
        }
    }
}
