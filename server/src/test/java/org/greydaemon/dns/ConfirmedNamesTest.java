package org.greydaemon.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.metrics.Exposition;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Type;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Who waits for a name, for how long, and what is counted.
@Timeout(60)
final class ConfirmedNamesTest {
    private static final IpAddress CLIENT = IpAddress.parse("192.0.2.7").orElseThrow();

    private final Metrics metrics = new Metrics();

    private ConfirmedNames answering(CompletableFuture<List<String>> answer) {
        return ConfirmedNames.from(_ -> answer, 1, Silence.NEVER, metrics);
    }

    private String exposed() {
        return Exposition.of(List.of()).write(metrics);
    }

    private void counted(String result) {
        assertThat(exposed())
                .contains("greydaemon_host_lookups_total{result=\"" + result + "\"} 1");
    }

    @Test
    void theServersAreAskedWhenSomebodyWantsAName() throws IOException {
        try (DnsServer dns = new DnsServer()) {
            dns.knows("7.2.0.192.in-addr.arpa.", Type.PTR, "mx.example.org.")
                    .knows("mx.example.org.", Type.A, "192.0.2.7");
            ConfirmedNames names =
                    ConfirmedNames.from(Optional.of(dns.endpoint()), () -> 0, metrics);
            assertThat(dns.queries()).isZero();
            assertThat(names.cached(CLIENT)).isEmpty();
            assertThat(names.of(CLIENT)).contains(List.of("mx.example.org"));
            assertThat(names.cached(CLIENT)).contains(List.of("mx.example.org"));
            counted("confirmed");
        }
    }

    @Test
    void withoutAnAnswerInTimeThereIsNone() {
        assertThat(answering(new CompletableFuture<>()).of(CLIENT)).isEmpty();
        counted("late");
    }

    @Test
    void aFailureIsNoName() {
        CompletableFuture<List<String>> failed = new CompletableFuture<>();
        failed.completeExceptionally(new IOException("SERVFAIL"));
        assertThat(answering(failed).of(CLIENT)).isEmpty();
        counted("failed");
    }

    @Test
    void noNameIsCountedAsSuch() {
        assertThat(answering(CompletableFuture.completedFuture(List.of())).of(CLIENT))
                .contains(List.of());
        counted("none");
    }

    @Test
    void thereIsABoundOnLookUpsUnderway() {
        List<IpAddress> asked = new ArrayList<>();
        ConfirmedNames names =
                ConfirmedNames.from(
                        client -> {
                            asked.add(client);
                            return new CompletableFuture<>();
                        },
                        0,
                        Silence.NEVER,
                        metrics);
        for (int i = 0; i <= ConfirmedNames.UNDERWAY_MAX; i++) {
            assertThat(names.of(IpAddress.ipv4(i))).isEmpty();
            assertThat(names.of(IpAddress.ipv4(0))).isEmpty();
        }
        assertThat(asked).hasSize(ConfirmedNames.UNDERWAY_MAX).doesNotHaveDuplicates();
        counted("busy");
    }

    @Test
    void whereDnsIsSilentOnlyOneInAWhileWaits() {
        long[] nanos = {0};
        List<IpAddress> asked = new ArrayList<>();
        ConfirmedNames names =
                ConfirmedNames.from(
                        client -> {
                            asked.add(client);
                            return new CompletableFuture<>();
                        },
                        0,
                        new Silence(() -> nanos[0], Silence.WAITED_MIN),
                        metrics);
        for (int i = 0; i < 10; i++) {
            assertThat(names.of(IpAddress.ipv4(i))).isEmpty();
        }
        assertThat(asked).hasSize(Silence.WAITED_MIN);
        nanos[0] += Silence.PAUSE_NANOS;
        assertThat(names.of(IpAddress.ipv4(20))).isEmpty();
        assertThat(names.of(IpAddress.ipv4(21))).isEmpty();
        assertThat(asked).hasSize(Silence.WAITED_MIN + 1);
    }

    @Test
    void nobodyWaitsAnyLongerWhenTheDaemonStops() throws InterruptedException {
        CompletableFuture<List<String>> never = new CompletableFuture<>();
        ConfirmedNames names = ConfirmedNames.from(_ -> never, 3_600_000, Silence.NEVER, metrics);
        CompletableFuture<Optional<List<String>>> found = new CompletableFuture<>();
        Thread waiting = Thread.ofVirtual().start(() -> found.complete(names.of(CLIENT)));
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        names.stop();
        waiting.join();
        assertThat(found.join()).isEmpty();
        assertThat(names.of(CLIENT)).isEmpty();
    }
}
