package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Evidence.Spf;
import org.greydaemon.decision.Identification;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Source;
import org.greydaemon.decision.Source.Protocol;
import org.greydaemon.decision.Suspects;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.exempt.HostNames;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// SPF is asked once of a client and a domain, and what it said counts for the messages that
/// follow.
@Timeout(60)
final class SpfFollowUpsTest {
    private static final String CLIENT = "192.0.2.1";

    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final MapStore store = new MapStore();
    private final Attempt attempt = new Attempt(4096, 2);
    private long now = 1_700_000_000;
    private volatile Spf says = Spf.PASS;
    private volatile Thread asker = Thread.currentThread();
    private volatile CountDownLatch maySay = new CountDownLatch(0);
    private final Gate gate =
            new Gate(
                    new Gate.Terms(
                            Exemptions.NONE,
                            new ModernRules(
                                    new RetryWindow(240, 86_400),
                                    new Retention(3_000_000),
                                    new Identification(32, 128, null, false, (char) 0, true),
                                    Suspects.NONE),
                            (_, _, _) -> {}),
                    store,
                    new Tally(new Metrics(), () -> 0),
                    HostNames.NONE,
                    new SpfChecks() {
                        @Override
                        public boolean isAvailable() {
                            return true;
                        }

                        @Override
                        public Spf of(IpAddress client, String helo, String sender) {
                            asker = Thread.currentThread();
                            asked.add(client + " " + sender);
                            awaitQuietly(maySay);
                            answered.incrementAndGet();
                            return says;
                        }
                    });

    private void ask(String client, String sender, String recipient) {
        attempt.start(new Source(Protocol.POLICY));
        attempt.client(client.getBytes(ISO_8859_1), 0, client.length());
        attempt.sender(sender.getBytes(ISO_8859_1), 0, sender.length());
        attempt.recipient(recipient.getBytes(ISO_8859_1), 0, recipient.length());
        assertThat(gate.judge(attempt, now, new Decision(1))).isTrue();
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
    void whatDoesNotPassIsNotAskedAgainAndNothingIsRemembered() {
        SpfAnswers answers = new SpfAnswers();
        SpfAnswers.About about = new SpfAnswers.About(0, 1, "one.example", "mx.one.example");
        answers.keep(about, Spf.FAIL, now);
        assertThat(answers.said(about, now + 299)).isEqualTo(Spf.FAIL);
        assertThat(answers.said(about, now + 300)).isEqualTo(Spf.UNKNOWN);
        assertThat(answers.said(about, now - 1)).as("of a clock set back").isEqualTo(Spf.UNKNOWN);
        assertThat(answers.said(new SpfAnswers.About(0, 1, "one.example", ""), now))
                .isEqualTo(Spf.UNKNOWN);
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
    void thereIsABound() {
        SpfAnswers answers = new SpfAnswers();
        for (int i = 0; i <= SpfAnswers.KEPT_MAX; i++) {
            answers.keep(new SpfAnswers.About(0, i, "one.example", ""), Spf.PASS, now);
        }
        assertThat(answers.said(new SpfAnswers.About(0, 0, "one.example", ""), now))
                .isEqualTo(Spf.UNKNOWN);
        assertThat(answers.said(new SpfAnswers.About(0, 1, "one.example", ""), now))
                .isEqualTo(Spf.PASS);
    }
}
