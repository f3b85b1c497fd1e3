package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.AllIdentities;
import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Attempts;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Evidence.Spf;
import org.greydaemon.decision.Identification;
import org.greydaemon.decision.Identity;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Source;
import org.greydaemon.decision.Source.Protocol;
import org.greydaemon.exempt.AllowedLines;
import org.greydaemon.exempt.ClientList;
import org.greydaemon.exempt.ExemptionFile;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.exempt.HostNames;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;

/// SPF is asked once of a client and a domain, and what it said counts for the messages that
/// follow.
@Timeout(60)
final class SpfFollowUpsTest {
    private static final String CLIENT = "192.0.2.1";

    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final MapStore store = new MapStore();
    private final Attempt attempt = new Attempt(4096, 2);
    private final Decision decision = new Decision(1);
    private long now = 1_700_000_000;
    private volatile Spf says = Spf.PASS;
    private volatile Thread asker = Thread.currentThread();
    private volatile CountDownLatch maySay = new CountDownLatch(0);
    private Optional<List<String>> names = Optional.empty();
    private final SpfChecks spf =
            new SpfChecks() {
                @Override
                public boolean isAvailable() {
                    return true;
                }

                @Override
                public Spf of(IpAddress client, String helo, String sender) {
                    return says; // Somebody waits for it, and nobody here asks what was asked.
                }

                @Override
                public Spf afterwards(IpAddress client, String helo, String sender) {
                    Spf answer = says; // A test goes on once it is asked.
                    asker = Thread.currentThread();
                    asked.add((client + " " + sender + " " + helo).strip());
                    awaitQuietly(maySay);
                    answered.incrementAndGet();
                    return answer;
                }
            };

    private Gate gate = gate(new Identification(32, 128, null, false, (char) 0, true));

    private Gate gate(Identification who) {
        return new Gate(
                new Gate.Terms(
                        Exemptions.NONE,
                        new ModernRules(
                                new RetryWindow(240, 86_400),
                                new Retention(3_000_000),
                                who,
                                AllIdentities.suspects()),
                        (_, _, _) -> {}),
                store,
                new Tally(new Metrics(), () -> 0),
                HostNames.NONE,
                spf);
    }

    private void ask(String client, String sender, String recipient) {
        ask(client, "", sender, recipient);
    }

    private void ask(String client, String helo, String sender, String recipient) {
        attempt.start(new Source(Protocol.POLICY));
        attempt.evidence().helo(helo);
        names.ifPresent(attempt.evidence()::hosts);
        attempt.client(client.getBytes(ISO_8859_1), 0, client.length());
        attempt.sender(sender.getBytes(ISO_8859_1), 0, sender.length());
        attempt.recipient(recipient.getBytes(ISO_8859_1), 0, recipient.length());
        assertThat(gate.judge(attempt, now, decision)).isTrue();
    }

    /// Waits until the first message's answer is kept: its triplet is there then, if it passes.
    private void awaitAsked(String question) throws InterruptedException {
        assertThat(asked.poll(30, TimeUnit.SECONDS)).isEqualTo(question);
    }

    private void awaitTriplets(int count) {
        while (triplets() != count) {
            Thread.onSpinWait();
        }
    }

    /// Nobody commits here but who has asked.
    private void awaitCommits(int count) {
        while (store.commits() != count) {
            Thread.onSpinWait();
        }
    }

    private long triplets() {
        return store.entries(Key.Kind.SPF_TRIPLET);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The store is closed then.
    @Test
    void whatSpfSaysAfterAStopIsNotRemembered() throws InterruptedException {
        maySay = new CountDownLatch(1);
        ask(CLIENT, "alice@one.example", "bob@example.net");
        awaitAsked("192.0.2.1 alice@one.example");
        assertThat(gate.stop()).isTrue();
        maySay.countDown();
        asker.join();
        assertThat(answered).hasValue(1);
        assertThat(triplets()).isZero();
    }

    /// And it is not closed before.
    @Test
    void aStopWaitsForWhatIsBeingRemembered() throws InterruptedException {
        CountDownLatch mayRemember = new CountDownLatch(1);
        store.beforeCommit = () -> awaitQuietly(mayRemember);
        ask(CLIENT, "alice@one.example", "bob@example.net");
        awaitTriplets(1);
        Thread stops = Thread.ofPlatform().start(gate::stop);
        while (stops.getState() != Thread.State.TIMED_WAITING) {
            assertThat(stops.isAlive()).isTrue();
            Thread.onSpinWait();
        }
        mayRemember.countDown();
        stops.join();
        assertThat(store.commits()).isOne();
    }

    @Test
    void whatPassedCountsForTheNextMessageAtOnce() throws InterruptedException {
        ask(CLIENT, "alice@one.example", "bob@example.net");
        awaitAsked("192.0.2.1 alice@one.example");
        awaitTriplets(1);
        ask(CLIENT, "carol@one.example", "bob@example.net");
        assertThat(triplets()).as("without a thread").isEqualTo(2);
        assertThat(answered).hasValue(1);
    }

    @Test
    void anotherClientOrDomainIsAskedAbout() throws InterruptedException {
        ask(CLIENT, "alice@one.example", "bob@example.net");
        awaitAsked("192.0.2.1 alice@one.example");
        awaitTriplets(1);
        ask(CLIENT, "alice@two.example", "bob@example.net");
        awaitAsked("192.0.2.1 alice@two.example");
        ask("192.0.2.2", "alice@one.example", "bob@example.net");
        awaitAsked("192.0.2.2 alice@one.example");
    }

    @Test
    void afterFiveMinutesItIsAskedAgain() throws InterruptedException {
        ask(CLIENT, "alice@one.example", "bob@example.net");
        awaitAsked("192.0.2.1 alice@one.example");
        awaitTriplets(1);
        now += SpfAnswers.KEPT_SECONDS;
        ask(CLIENT, "carol@one.example", "bob@example.net");
        awaitAsked("192.0.2.1 carol@one.example");
    }

    @Test
    void thatNobodyAnswersIsNoAnswer() throws InterruptedException {
        says = Spf.NO_ANSWER;
        ask(CLIENT, "alice@one.example", "bob@example.net");
        awaitAsked("192.0.2.1 alice@one.example");
        ask(CLIENT, "carol@one.example", "bob@example.net");
        awaitAsked("192.0.2.1 carol@one.example");
        assertThat(triplets()).isZero();
    }

    @Test
    void whatIsRememberedIsSafe() throws InterruptedException {
        ask(CLIENT, "mx.one.example", "alice@one.example", "bob@example.net");
        awaitAsked("192.0.2.1 alice@one.example mx.one.example");
        awaitCommits(1);
        assertThat(store.isCommitted()).isTrue();
        assertThat(triplets()).isOne();
    }

    /// Who was asked before may not have had the time.
    @Test
    void whatWasNotAnsweredInTimeIsAskedOnceMore() throws InterruptedException {
        attempt.start(new Source(Protocol.POLICY));
        attempt.evidence().spf(Spf.NO_ANSWER);
        attempt.client(CLIENT.getBytes(ISO_8859_1), 0, CLIENT.length());
        byte[] address = "alice@one.example".getBytes(ISO_8859_1);
        attempt.sender(address, 0, address.length);
        attempt.recipient(address, 0, address.length);
        assertThat(gate.judge(attempt, now, decision)).isTrue();
        awaitAsked("192.0.2.1 alice@one.example");
        awaitTriplets(1);
    }

    /// A retry that came too early is of a triplet whose clock runs.
    @Test
    void aRetryThatCameTooEarlyIsNotAskedAbout() throws InterruptedException {
        says = Spf.NO_ANSWER;
        ask(CLIENT, "alice@one.example", "bob@example.net");
        awaitAsked("192.0.2.1 alice@one.example");
        now += 100;
        ask(CLIENT, "alice@one.example", "bob@example.net");
        assertThat(decision.reason()).isEqualTo(Reason.EARLY);
        ask(CLIENT, "alice@two.example", "bob@example.net");
        awaitAsked("192.0.2.1 alice@two.example");
    }

    /// Mail that has passed proves the domain that sends from there; a suspect's proves nothing.
    @ParameterizedTest
    @CsvSource({"mx.one.example, 1", "192.0.2.1, 0"})
    void mailThatHasPassedProvesTheDomain(String helo, int proven) throws InterruptedException {
        says = Spf.NO_ANSWER;
        ask(CLIENT, helo, "alice@one.example", "bob@example.net");
        awaitAsked("192.0.2.1 alice@one.example " + helo);
        assertThat(store.entries(Key.Kind.SPF_DOMAIN)).isZero();
        now += 1800;
        says = Spf.PASS;
        ask(CLIENT, helo, "alice@one.example", "bob@example.net");
        assertThat(decision.reason()).isEqualTo(Reason.PASSED);
        awaitCommits(1);
        assertThat(triplets()).isOne();
        assertThat(store.entries(Key.Kind.SPF_DOMAIN)).isEqualTo(proven);
    }

    @Test
    void mailThatWaitsProvesNothing() throws InterruptedException {
        ask(CLIENT, "alice@one.example", "bob@example.net");
        awaitCommits(1);
        assertThat(store.entries(Key.Kind.SPF_DOMAIN)).isZero();
    }

    /// As many as may be under way at a time, one after the other, and one more.
    @Test
    void whoHasAnAnswerMakesRoom() throws InterruptedException {
        says = Spf.FAIL;
        for (int i = 0; i < 201; i++) {
            ask(CLIENT, "alice@d" + i + ".example", "bob@example.net");
            awaitAsked("192.0.2.1 alice@d" + i + ".example");
        }
    }

    /// What a line says of the recipient holds for the domain's clock too: by the usual window it
    /// would start over.
    @Test
    void aLineChangesTheWindowOfTheDomain() throws Exception {
        ExemptionFile file =
                ExemptionFile.parse("e", List.of("greylist delay 2d window 3d sender one.example"));
        gate.exempt(
                Exemptions.of(
                        new ExemptionLists(ClientList.EMPTY, List.of(file), false),
                        AllowedLines.NONE,
                        now));
        long first = now;
        ask(CLIENT, "alice@one.example", "bob@example.net");
        awaitCommits(1);
        now += 36 * 3600;
        ask("192.0.2.2", "alice@one.example", "bob@example.net");
        awaitCommits(2);
        assertThat(found((key, _) -> key.kind() == Key.Kind.SPF_TRIPLET))
                .containsExactly("SPF_TRIPLET " + first);
    }

    private List<String> found(BiPredicate<Key, Long> wanted) {
        List<String> found = new ArrayList<>();
        store.visit((key, entry) -> {
            if (wanted.test(key, entry)) {
                found.add(key.kind() + " " + Entry.time(entry));
            }
        });
        return found;
    }

    /// The domain's triplet hears of a retry from any of its hosts, so it alone tells who never
    /// came back: else a host whose mail another one has brought again would be counted.
    @Test
    void theDomainAloneTellsWhoNeverCameBack() {
        gate = gate(AllIdentities.withPools());
        names = Optional.of(List.of("mx.one.example"));
        ask(CLIENT, "alice@one.example", "bob@example.net");
        awaitCommits(1);
        assertThat(found((_, entry) -> Entry.neverCameBack(entry)))
                .containsExactly("SPF_TRIPLET " + now);
    }

    /// Its sender's zone may be well, and answers for it.
    @Test
    void aHostWhoseReverseZoneFailsPassesByADomainThatHasProvenItself() {
        gate = gate(AllIdentities.withPools());
        names = Optional.of(List.of("mx.one.example"));
        ask(CLIENT, "alice@one.example", "bob@example.net");
        awaitTriplets(1);
        now += 240;
        Attempt retry = Attempts.attempt(CLIENT, "alice@one.example", "bob@example.net");
        retry.evidence().hosts(names.get());
        gate.decide(retry, now, decision);
        assertThat(decision.reason()).isEqualTo(Reason.PASSED);
        Attempt other = Attempts.attempt("198.51.100.1", "carol@one.example", "dora@example.net");
        gate.decide(other, now, decision); // HostNames.NONE answers at once that nobody knows.
        assertThat(decision.reason()).isEqualTo(Reason.KNOWN);
        assertThat(decision.identity()).isEqualTo(Identity.SPF);
    }

    /// Nobody waits for it, so it is no matter that the time is over in which somebody would.
    @Test
    void aHostWhoseReverseZoneIsSilentIsAskedAboutAfterTheAnswer() throws InterruptedException {
        gate = gate(AllIdentities.withPools());
        Attempt silent = Attempts.attempt(CLIENT, "alice@one.example", "bob@example.net");
        silent.evidence().unanswered();
        silent.evidence().asked();
        assertThat(gate.judge(silent, now, decision)).isTrue();
        assertThat(decision.reason()).isEqualTo(Reason.NEW);
        awaitAsked("192.0.2.1 alice@one.example");
        awaitTriplets(1);
    }

    @Test
    void whereSpfIsNotAskedNobodyIsAvailable() {
        assertThat(SpfChecks.NONE.isAvailable()).isFalse();
    }
}
