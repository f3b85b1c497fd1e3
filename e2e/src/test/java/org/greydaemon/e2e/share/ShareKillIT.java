package org.greydaemon.e2e.share;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Hosts and their server are killed at random on a bad network ({@link KilledHosts}).
final class ShareKillIT {
    private static final boolean SOAK = Boolean.getBoolean("soak");

    /// Side by side, each with a server of its own: a round waits more than it computes.
    private static final int GROUPS = SOAK ? 2 : 1;

    /// Of each group.
    private static final int ROUNDS = SOAK ? 100 : 2;

    @TempDir Path folder;

    private final long seed = Long.getLong("seed", 20_261_128);

    @Test
    void afterQuietAllRememberTheSame() throws InterruptedException {
        List<String> wrong = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(GROUPS)) {
            List<Future<?>> groups = new ArrayList<>();
            for (int i = 0; i < GROUPS; i++) {
                int group = i;
                groups.add(threads.submit(() -> rounds(group)));
            }
            for (Future<?> group : groups) {
                try {
                    group.get();
                } catch (ExecutionException e) {
                    wrong.add(String.valueOf(e.getCause()));
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private void rounds(int group) {
        try (KilledHosts hosts = new KilledHosts(folder.resolve("group" + group), seed + group)) {
            for (int round = 0; round < ROUNDS; round++) {
                hosts.round("seed " + seed + ", group " + group + ", round " + round);
            }
            if (SOAK) {
                System.out.println("group " + group + ": " + hosts.summary());
            }
        }
    }
}
