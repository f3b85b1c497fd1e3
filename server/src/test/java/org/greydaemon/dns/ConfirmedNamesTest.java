package org.greydaemon.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.metrics.Exposition;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Type;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/// Who waits for a name, for how long, and what is counted.
@Timeout(60)
final class ConfirmedNamesTest {
    private static final IpAddress CLIENT = IpAddress.parse("192.0.2.7").orElseThrow();

    private final Metrics metrics = new Metrics();

    private ConfirmedNames answering(CompletableFuture<List<String>> answer) {
        return ConfirmedNames.from(_ -> answer, 1, Silence.never(), metrics);
    }

    private String exposed() {
        return Exposition.of(List.of()).write(metrics);
    }

    private void counted(String result) {
        assertThat(exposed())
                .contains("greydaemon_host_lookups_total{result=\"" + result + "\"} 1");
    }

    @BeforeAll
    static void load() throws IOException {
        DnsServer.loadWhatAsks();
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
                        Silence.never(),
                        metrics);
        for (int i = 0; i <= ConfirmedNames.UNDERWAY_MAX; i++) {
            assertThat(names.of(IpAddress.ipv4(i))).isEmpty();
            assertThat(names.of(IpAddress.ipv4(0))).isEmpty();
        }
        assertThat(asked).hasSize(ConfirmedNames.UNDERWAY_MAX).doesNotHaveDuplicates();
        counted("busy");
    }

    /// Aliases that lead to one another, each after some seconds, kept a place for minutes.
    @Test
    void whatTakesTooLongMakesRoomForOthers() {
        long[] nanos = {0};
        Silence patient = new Silence(() -> nanos[0], Integer.MAX_VALUE, 0);
        IpAddress honest = IpAddress.ipv4(-1);
        ConfirmedNames names =
                ConfirmedNames.from(
                        client ->
                                client.equals(honest)
                                        ? CompletableFuture.completedFuture(List.of("mx.example"))
                                        : new CompletableFuture<>(),
                        0,
                        patient,
                        metrics);
        for (int i = 0; i < ConfirmedNames.UNDERWAY_MAX; i++) {
            assertThat(names.of(IpAddress.ipv4(i))).isEmpty();
        }
        nanos[0] += ConfirmedNames.UNDERWAY_NANOS - 1;
        assertThat(names.of(honest)).isEmpty();
        counted("busy");
        nanos[0]++;
        assertThat(names.of(honest)).contains(List.of("mx.example"));
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
                        new Silence(() -> nanos[0]),
                        metrics);
        for (int i = 0; i < Silence.WAITED_MIN; i++) {
            assertThat(names.of(IpAddress.ipv4(i << 8))).isEmpty();
        }
        nanos[0] += Silence.PROBE_NANOS;
        for (int i = 3; i < 10; i++) {
            assertThat(names.of(IpAddress.ipv4(i << 8))).isEmpty();
        }
        assertThat(asked).hasSize(Silence.WAITED_MIN);
        nanos[0] += Silence.PAUSE_NANOS;
        assertThat(names.of(IpAddress.ipv4(20 << 8))).isEmpty();
        assertThat(names.of(IpAddress.ipv4(21 << 8))).isEmpty();
        assertThat(asked).hasSize(Silence.WAITED_MIN + 1);
        assertThat(exposed())
                .contains("greydaemon_host_lookups_total{result=\"late\"} 4\n")
                .contains("greydaemon_host_lookups_total{result=\"unavailable\"} 8\n");
    }

    /// Three strangers with zones of their own that are silent had everybody judged without names.
    @Test
    void zonesThatAreSilentSilenceOnlyThemselves() throws Exception {
        try (DnsServer dns = new DnsServer()) {
            dns.knows("7.2.0.192.in-addr.arpa.", Type.PTR, "mx.example.org.")
                    .knows("mx.example.org.", Type.A, "192.0.2.7")
                    .silentBelow("10.in-addr.arpa.");
            AtomicLong nanos = new AtomicLong();
            ConfirmedNames names =
                    ConfirmedNames.from(Optional.of(dns.endpoint()), nanos::get, metrics);
            List<Thread> strangers = new ArrayList<>();
            for (int i = 0; i < 3 * Silence.WAITED_MIN; i++) {
                IpAddress stranger = IpAddress.ipv4(0x0a00_0001 + ((i / 3) << 8) + i % 3);
                strangers.add(Thread.ofVirtual().start(() -> names.of(stranger)));
            }
            for (Thread stranger : strangers) {
                stranger.join();
            }
            while (!dns.wasAsked("localhost.")) {
                Thread.onSpinWait();
            }
            assertThat(names.of(CLIENT)).contains(List.of("mx.example.org"));
            nanos.addAndGet(Silence.PROBE_NANOS);
            int queries = dns.queries();
            assertThat(names.of(IpAddress.ipv4(0x0a00_0009))).isEmpty();
            assertThat(dns.queries()).as("nobody waits for that zone").isEqualTo(queries);
        }
    }

    @Test
    void nobodyWaitsAnyLongerWhenTheDaemonStops() throws InterruptedException {
        CompletableFuture<List<String>> never = new CompletableFuture<>();
        ConfirmedNames names = ConfirmedNames.from(_ -> never, 3_600_000, Silence.never(), metrics);
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
