package org.greydaemon.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.metrics.Exposition;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// SPF as a DNS server on loopback answers it, and who waits for it, for how long.
@Timeout(60)
final class SpfLookupsTest {
    private static final IpAddress CLIENT = IpAddress.parse("192.0.2.7").orElseThrow();

    private final Metrics metrics = new Metrics();
    private final AtomicLong now = new AtomicLong();
    private final DnsServer dns = new DnsServer();
    private final SpfLookups spf = SpfLookups.from(Optional.of(dns.endpoint()), now::get, metrics);

    SpfLookupsTest() throws IOException {}

    @BeforeAll
    static void load() throws IOException {
        DnsServer.loadWhatAsks();
    }

    @AfterEach
    void close() {
        spf.close();
        dns.close();
    }

    private SpfResult result(String sender) {
        return result(spf, sender);
    }

    private static SpfResult result(SpfLookups spf, String sender) {
        return spf.of(
                CLIENT, "helo.example.org", sender.substring(sender.indexOf('@') + 1), sender);
    }

    private long counted(String result) {
        return counted(result, metrics);
    }

    private static long counted(String result, Metrics metrics) {
        String line = "greydaemon_spf_lookups_total{result=\"" + result + "\"} ";
        String text = Exposition.of(List.of()).write(metrics);
        int from = text.indexOf(line) + line.length();
        return Long.parseLong(text, from, text.indexOf('\n', from), 10);
    }

    @Test
    void aDomainSaysWhoMaySend() throws IOException {
        dns.knows("example.org.", Type.TXT, "\"v=spf1 include:_spf.example.net -all\"")
                .knows("_spf.example.net.", Type.TXT, "\"v=spf1 a:mx.example.net ~all\"")
                .knows("mx.example.net.", Type.A, "192.0.2.7")
                .knows("example.com.", Type.TXT, "\"v=spf1 -all\"");
        assertThat(dns.queries()).isZero();
        assertThat(result("alice@example.org")).isEqualTo(SpfResult.PASS);
        assertThat(result("alice@example.com")).isEqualTo(SpfResult.FAIL);
        assertThat(result("alice@example.net")).isEqualTo(SpfResult.NONE);
        assertThat(List.of(counted("pass"), counted("fail"), counted("none")))
                .containsExactly(1L, 1L, 1L);
    }

    /// Includes of includes that no cache has take longer than a mail server waits.
    @Test
    void whatTakesLongerThanAnybodyWaitsIsKnownAfterwards() {
        Metrics its = new Metrics();
        List<CompletableFuture<List<Record>>> asked = new CopyOnWriteArrayList<>();
        SpfLookups slow =
                new SpfLookups(
                        (_, _) -> {
                            asked.add(new CompletableFuture<>());
                            return asked.getLast();
                        },
                        () -> {},
                        1,
                        SpfLookups.silence(now::get),
                        its);
        assertThat(result(slow, "alice@example.org")).isEqualTo(SpfResult.TEMPERROR);
        assertThat(counted("late", its)).isEqualTo(1);
        CompletableFuture<SpfResult> found =
                CompletableFuture.supplyAsync(
                        () -> slow.afterwards(CLIENT, "", "example.org", "alice@example.org"));
        while (counted("late", its) < 2 || asked.size() < 2) {
            Thread.onSpinWait();
        }
        asked.getLast().complete(List.of());
        assertThat(found.join()).isEqualTo(SpfResult.NONE);
        assertThat(counted("none", its)).isEqualTo(1);
        slow.close();
    }

    /// Fails when so many have waited in vain.
    private static CompletableFuture<List<Record>> failsAfter(Metrics its, int late) {
        return CompletableFuture.supplyAsync(() -> {
            while (counted("late", its) < late) {
                Thread.onSpinWait();
            }
            throw new CompletionException(new TimeoutException());
        });
    }

    /// That the library has given up in the end is no answer.
    @Test
    void aDomainThatIsSilentIsPausedThoughItIsWaitedForLonger() {
        Metrics its = new Metrics();
        AtomicInteger asked = new AtomicInteger();
        SpfLookups silent =
                new SpfLookups(
                        (_, _) -> failsAfter(its, asked.incrementAndGet()),
                        () -> {},
                        1,
                        SpfLookups.silence(now::get),
                        its);
        for (int i = 0; i < SpfLookups.LATE_IN_A_ROW_MAX; i++) {
            assertThat(silent.afterwards(CLIENT, "", "example.org", "alice@example.org"))
                    .isEqualTo(SpfResult.TEMPERROR);
        }
        assertThat(counted("late", its)).isEqualTo(SpfLookups.LATE_IN_A_ROW_MAX);
        assertThat(silent.afterwards(CLIENT, "", "example.org", "alice@example.org"))
                .isEqualTo(SpfResult.TEMPERROR);
        assertThat(counted("unavailable", its)).isEqualTo(1);
        silent.close();
    }

    /// The daemon ends: what is not known by now is judged as if nobody had answered.
    @Test
    void nobodyWaitsAnyLongerWhenItEnds() throws Exception {
        SpfLookups patient =
                new SpfLookups(
                        (_, _) -> new CompletableFuture<>(),
                        () -> {},
                        600_000,
                        SpfLookups.silence(now::get),
                        new Metrics());
        CompletableFuture<SpfResult> found = new CompletableFuture<>();
        Thread waiting =
                Thread.ofPlatform()
                        .start(() -> found.complete(result(patient, "alice@example.org")));
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        patient.close();
        waiting.join();
        assertThat(found.join()).isEqualTo(SpfResult.TEMPERROR);
        assertThat(result(patient, "alice@example.org"))
                .as("nor begins to")
                .isEqualTo(SpfResult.TEMPERROR);
    }

    /// RFC 7208 4.3. `straße` and `strasse` are two domains of two owners (RFC 5891).
    @Test
    void aDomainBeyondAsciiIsAskedByItsALabels() throws IOException {
        dns.knows("xn--strae-oqa.example.", Type.TXT, "\"v=spf1 a:mx.%{o} -all\"")
                .knows("mx.xn--strae-oqa.example.", Type.A, "192.0.2.7")
                .knows("strasse.example.", Type.TXT, "\"v=spf1 -all\"");
        assertThat(result(octets("alice@stra\u00dfe.example"))).isEqualTo(SpfResult.PASS);
        assertThat(result(octets("alice@STRA\u1e9eE.example"))).isEqualTo(SpfResult.PASS);
        assertThat(result("alice@strasse.example")).isEqualTo(SpfResult.FAIL);
        assertThat(result("alice@stra\u00dfe.example")).as("no UTF-8").isEqualTo(SpfResult.NONE);
    }

    private static String octets(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    @Test
    void theNullSenderIsAskedByHelo() throws IOException {
        dns.knows("helo.example.org.", Type.TXT, "\"v=spf1 exists:%{l}.%{d} -all\"")
                .knows("postmaster.helo.example.org.", Type.A, "127.0.0.2");
        assertThat(spf.of(CLIENT, "helo.example.org", "", ".")).isEqualTo(SpfResult.ANYBODY);
    }

    /// RFC 7208 4.6.4 limits the terms that lead to nothing to two. That none of a domain's own
    /// hosts has an address of IPv6 is nothing new to the provider that sends its mail over it.
    @Test
    void aTermThatLeadsToNothingCountsOnce() throws IOException {
        dns.knows(
                        "example.org.",
                        Type.TXT,
                        "\"v=spf1 a:www.example.org mx:in.example.org"
                                + " include:_spf.example.net -all\"")
                .knows("www.example.org.", Type.A, "198.51.100.1")
                .knows("in.example.org.", Type.MX, "10 mx1.example.org.")
                .knows("in.example.org.", Type.MX, "20 mx2.example.org.")
                .knows("mx1.example.org.", Type.A, "198.51.100.2")
                .knows("mx2.example.org.", Type.A, "198.51.100.3")
                .knows("_spf.example.net.", Type.TXT, "\"v=spf1 ip6:2001:db8::/32 ~all\"")
                .knows(
                        "example.com.",
                        Type.TXT,
                        "\"v=spf1 a:www.example.org mx:in.example.org"
                                + " include:_a.example.net include:_spf.example.net -all\"")
                .knows("_a.example.net.", Type.TXT, "\"v=spf1 a:www.example.org ~all\"");
        IpAddress provider = IpAddress.parse("2001:db8::7").orElseThrow();
        assertThat(spf.of(provider, "h", "example.org", "alice@example.org"))
                .isEqualTo(SpfResult.PASS);
        assertThat(spf.of(provider, "h", "example.com", "alice@example.com"))
                .as("three terms")
                .isEqualTo(SpfResult.PERMERROR);
    }

    @Test
    void whatWasAnsweredIsNotAskedAgain() throws IOException {
        dns.knows("example.org.", Type.TXT, "\"v=spf1 ip4:192.0.2.0/24 -all\"");
        result("alice@example.org");
        int queries = dns.queries();
        assertThat(result("bob@example.org")).isEqualTo(SpfResult.PASS);
        assertThat(dns.queries()).isEqualTo(queries);
    }

    @Test
    void aServerThatFailsIsNoAnswer() {
        dns.says(Rcode.SERVFAIL);
        assertThat(result("alice@example.org")).isEqualTo(SpfResult.TEMPERROR);
    }

    @Test
    void whatIsNoDomainIsNotAsked() {
        for (String domain :
                List.of(
                        "",
                        ".",
                        "..",
                        "localhost",
                        "[192.0.2.7]",
                        "a..b",
                        "x".repeat(3000),
                        "\u00fc.example",
                        "a\\032b.c",
                        "\0.example")) {
            assertThat(spf.of(CLIENT, "", domain, "alice@" + domain)).isEqualTo(SpfResult.NONE);
        }
    }

    /// A record of its own that asks for as much as it can.
    @Test
    void aRecordCannotMakeMuchOfLittle() throws Exception {
        List<String> records =
                List.of(
                        "v=spf1 exists:" + "%{s}.".repeat(10_000) + "example.org",
                        "v=spf1 " + "a ".repeat(30_000) + "-all",
                        "v=spf1 a:" + "a.".repeat(30_000) + "!",
                        "v=spf1 redirect=example.org",
                        "v=spf1 include:example.org",
                        "v=spf1 " + "ip4:198.51.100.1 ".repeat(3_000) + "%");
        Name name = Name.fromString("example.org.");
        for (String record : records) {
            TXTRecord text = new TXTRecord(name, DClass.IN, 300, parts(record));
            SpfCheck check =
                    new SpfCheck(
                            (_, type) -> type == Type.TXT ? List.of(text) : List.of(),
                            CLIENT,
                            "h.example",
                            "a".repeat(2000) + "@example.org");
            assertThat(check.of("example.org")).isEqualTo(SpfResult.PERMERROR);
        }
    }

    @Test
    void whenDnsDoesNotAnswerNobodyWaitsForLong() {
        Metrics own = new Metrics();
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger probed = new AtomicInteger();
        SpfLookups silent =
                new SpfLookups(
                        (_, _) -> {
                            asked.incrementAndGet();
                            return new CompletableFuture<>();
                        },
                        probed::incrementAndGet,
                        1,
                        SpfLookups.silence(now::get),
                        own);
        for (int i = 0; i < SpfLookups.LATE_IN_A_ROW_MAX; i++) {
            assertThat(result(silent, "alice@" + i + ".example.org"))
                    .isEqualTo(SpfResult.TEMPERROR);
        }
        now.addAndGet(1_000);
        assertThat(probed).hasValue(1);
        while (asked.get() < SpfLookups.LATE_IN_A_ROW_MAX) { // Nobody has waited for them.
            Thread.onSpinWait();
        }
        int before = asked.get();
        assertThat(result(silent, "alice@example.org")).isEqualTo(SpfResult.TEMPERROR);
        assertThat(Exposition.of(List.of()).write(own))
                .contains("greydaemon_spf_lookups_total{result=\"unavailable\"} 1");
        now.addAndGet(SpfLookups.PAUSE_MILLIS);
        assertThat(result(silent, "alice@example.org")).isEqualTo(SpfResult.TEMPERROR);
        assertThat(Exposition.of(List.of()).write(own))
                .contains("greydaemon_spf_lookups_total{result=\"unavailable\"} 1");
        assertThat(asked.get()).isBetween(before, before + 1);
    }

    /// Ten senders of domains that are silent had nobody asked for half a minute.
    @Test
    void domainsThatAreSilentSilenceOnlyThemselves() throws Exception {
        dns.knows("example.org.", Type.TXT, "\"v=spf1 ip4:192.0.2.7 -all\"").silentBelow("test.");
        List<Thread> silent = new ArrayList<>();
        for (int i = 0; i < 2 * SpfLookups.LATE_IN_A_ROW_MAX; i++) {
            String sender = "x@" + (i % 2 == 0 ? "tarpit.test" : i + ".test");
            silent.add(Thread.ofVirtual().start(() -> result(sender)));
        }
        for (Thread one : silent) {
            one.join();
        }
        now.addAndGet(1_000);
        while (!spf.isAvailable()) { // Until the answer about localhost is heard.
            Thread.onSpinWait();
        }
        assertThat(dns.wasAsked("localhost.")).isTrue();
        assertThat(result("alice@example.org")).isEqualTo(SpfResult.PASS);
        assertThat(result("x@tarpit.test")).isEqualTo(SpfResult.TEMPERROR);
        assertThat(counted("unavailable")).isEqualTo(1);
    }

    /// Whose own zone was silent had nobody asked for half a minute whatever domain he said, if
    /// that one's record has `ptr`.
    @Test
    void aClientWhoseNamesAreSilentSilencesNobodyElsesDomain() throws Exception {
        dns.knows("example.org.", Type.TXT, "\"v=spf1 ip4:192.0.2.7 ptr -all\"")
                .silentBelow("10.in-addr.arpa.");
        for (int round = 0; round < 2; round++) {
            List<Thread> forgeries = new ArrayList<>();
            for (int i = 0; i < SpfLookups.LATE_IN_A_ROW_MAX; i++) {
                IpAddress forger = IpAddress.ipv4(0x0a00_0001 + i);
                forgeries.add(
                        Thread.ofVirtual()
                                .start(() -> spf.of(forger, "", "example.org", "a@example.org")));
            }
            for (Thread forgery : forgeries) {
                forgery.join();
            }
            now.addAndGet(1_000);
            while (!spf.isAvailable()) { // Until the answer about localhost is heard.
                Thread.onSpinWait();
            }
            assertThat(result("alice@example.org")).isEqualTo(SpfResult.PASS);
        }
        assertThat(counted("late")).as("then nobody waits for them").isEqualTo(10);
        assertThat(counted("fail")).isEqualTo(10);
    }

    /// The names behind `%{p}` cost queries, and were looked up for each macro.
    @Test
    void macrosOfOneCheckAreAskedForOnce() throws Exception {
        AtomicInteger queries = new AtomicInteger();
        Name name = Name.fromString("example.org.");
        String record =
                "v=spf1 " + ("exists:" + "%{p1}".repeat(30) + ".%{d} ").repeat(2) + "ptr -all";
        TXTRecord text = new TXTRecord(name, DClass.IN, 300, parts(record));
        SpfCheck check =
                new SpfCheck(
                        (asked, type) -> {
                            queries.incrementAndGet();
                            return switch (type) {
                                case Type.TXT -> List.of(text);
                                case Type.PTR ->
                                        List.of(new PTRRecord(asked, DClass.IN, 300, name));
                                default -> List.of();
                            };
                        },
                        CLIENT,
                        "h.example",
                        "a@example.org");
        assertThat(check.of("example.org")).isEqualTo(SpfResult.FAIL);
        assertThat(queries).as("the record, the names, what they lead to").hasValue(3);
    }

    /// Each macro has as many octets to take to pieces as the sender has.
    @Test
    void whatMacrosStandForIsBounded() throws Exception {
        Name name = Name.fromString("example.org.");
        TXTRecord text =
                new TXTRecord(
                        name,
                        DClass.IN,
                        300,
                        parts("v=spf1 exists:" + "%{s1}".repeat(40) + ".example.org -all"));
        SpfCheck check =
                new SpfCheck(
                        (_, type) -> type == Type.TXT ? List.of(text) : List.of(),
                        CLIENT,
                        "h.example",
                        "a.".repeat(1000) + "@example.org");
        assertThat(check.of("example.org")).isEqualTo(SpfResult.PERMERROR);
    }

    private static List<String> parts(String record) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < record.length(); i += 255) {
            parts.add(record.substring(i, Math.min(record.length(), i + 255)));
        }
        return parts;
    }
}
