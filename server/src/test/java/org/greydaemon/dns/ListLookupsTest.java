package org.greydaemon.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.metrics.Exposition;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/// Lists in DNS as a server on loopback answers for them.
@Timeout(60)
final class ListLookupsTest {
    private static final IpAddress CLIENT = IpAddress.parse("192.0.2.7").orElseThrow();
    private static final String ZONE = "list.test";

    private final Metrics metrics = new Metrics();
    private final AtomicLong now = new AtomicLong();
    private final DnsServer dns = new DnsServer();
    private final ListLookups lists =
            new ListLookups(Optional.of(dns.endpoint()), now::get, metrics);

    ListLookupsTest() throws IOException {}

    @BeforeAll
    static void load() throws IOException {
        DnsServer.loadWhatAsks();
    }

    @AfterEach
    void close() {
        lists.close();
        dns.close();
    }

    private long counted(String result) {
        return counted(metrics, result);
    }

    private static long counted(Metrics metrics, String result) {
        String line = "greydaemon_list_lookups_total{result=\"" + result + "\"} ";
        String text = Exposition.of(List.of()).write(metrics);
        int from = text.indexOf(line) + line.length();
        return Long.parseLong(text, from, text.indexOf('\n', from), 10);
    }

    @Test
    void theAddressIsAskedForBackwards() throws IOException {
        dns.knows("7.2.0.192.list.test.", Type.A, "127.0.10.2")
                .knows("7.2.0.192.list.test.", Type.A, "127.0.0.4")
                .knows(
                        "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2."
                                + "list.test.",
                        Type.A,
                        "127.0.0.3");
        assertThat(lists.of(CLIENT, ZONE).orElseThrow())
                .extracting(IpAddress::toString)
                .containsExactlyInAnyOrder("127.0.10.2", "127.0.0.4");
        assertThat(lists.of(IpAddress.parse("2001:db8::7").orElseThrow(), ZONE).orElseThrow())
                .extracting(IpAddress::toString)
                .containsExactly("127.0.0.3");
        assertThat(lists.of(IpAddress.parse("192.0.2.8").orElseThrow(), ZONE)).contains(List.of());
        assertThat(counted("listed")).isEqualTo(2);
        assertThat(counted("none")).isEqualTo(1);
    }

    @Test
    void answersAreKept() throws IOException {
        dns.knows("7.2.0.192.list.test.", Type.A, "127.0.0.2");
        assertThat(lists.of(CLIENT, ZONE).orElseThrow()).hasSize(1);
        int queries = dns.queries();
        assertThat(lists.of(CLIENT, ZONE).orElseThrow()).hasSize(1);
        assertThat(dns.queries()).isEqualTo(queries);
    }

    /// The daemon ends: what is not known by now is judged as if nobody had answered.
    @Test
    void nobodyWaitsAnyLongerWhenItEnds() throws Exception {
        dns.silent();
        Metrics its = new Metrics();
        ListLookups patient = new ListLookups(Optional.of(dns.endpoint()), now::get, 600_000, its);
        CompletableFuture<Optional<List<IpAddress>>> found = new CompletableFuture<>();
        Thread waiting = Thread.ofPlatform().start(() -> found.complete(patient.of(CLIENT, ZONE)));
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        patient.close();
        waiting.join();
        assertThat(found.join()).isEmpty();
        assertThat(patient.of(CLIENT, ZONE)).as("nor begins to").isEmpty();
        assertThat(counted(its, "unavailable")).isEqualTo(2);
    }

    @Test
    void aDomainThatHasAnotherOwnerListsNobody() throws IOException {
        dns.knows("7.2.0.192.list.test.", Type.A, "203.0.113.80");
        assertThat(lists.of(CLIENT, ZONE)).contains(List.of());
    }

    @Test
    void aRefusalIsNoAnswer() throws IOException {
        dns.knows("7.2.0.192.list.test.", Type.A, "127.255.255.254")
                .knows("7.2.0.192.white.test.", Type.A, "127.0.0.255");
        assertThat(lists.of(CLIENT, ZONE)).isEmpty();
        assertThat(lists.of(CLIENT, "white.test")).isEmpty();
        assertThat(counted("refused")).isEqualTo(2);
    }

    @Test
    void aServerThatDoesNotKnowIsNoAnswer() {
        dns.says(Rcode.SERVFAIL);
        assertThat(lists.of(CLIENT, ZONE)).isEmpty();
        assertThat(counted("failed")).isEqualTo(1);
    }

    @Test
    void aListThatIsSilentIsLeftAloneAndTheOthersAreNot() throws IOException {
        dns.silent();
        Metrics its = new Metrics();
        ListLookups impatient = new ListLookups(Optional.of(dns.endpoint()), now::get, 1, its);
        for (int i = 0; i < Silence.WAITED_MIN; i++) {
            assertThat(impatient.of(CLIENT, ZONE)).isEmpty();
        }
        assertThat(impatient.of(CLIENT, ZONE)).isEmpty();
        assertThat(impatient.of(CLIENT, "white.test")).isEmpty();
        assertThat(counted(its, "late")).isEqualTo(Silence.WAITED_MIN + 1);
        assertThat(counted(its, "unavailable")).isEqualTo(1);
        now.addAndGet(Silence.PAUSE_NANOS);
        assertThat(impatient.of(CLIENT, ZONE)).isEmpty();
        assertThat(counted(its, "late")).isEqualTo(Silence.WAITED_MIN + 2);
    }
}
