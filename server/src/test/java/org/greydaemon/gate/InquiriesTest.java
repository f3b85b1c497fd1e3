package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.decision.Attempts.attempt;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Evidence.Spf;
import org.greydaemon.decision.Questions;
import org.greydaemon.exempt.HostNames;
import org.greydaemon.exempt.Listings;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/// However many lists in DNS are silent, an attempt waits for all of them together as long as for
/// one. No clock is read: the test says when the time is over.
@Timeout(60)
final class InquiriesTest {
    private static final int ZONES = 16;

    private final List<CompletableFuture<Boolean>> deadlines = new ArrayList<>();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final CountDownLatch allAsked = new CountDownLatch(ZONES);
    private final CountDownLatch silence = new CountDownLatch(1);
    private final Inquiries inquiries =
            new Inquiries(
                    HostNames.NONE,
                    SpfChecks.NONE,
                    (_, zone) -> {
                        asked.add(zone);
                        allAsked.countDown();
                        if (!zone.equals("zone3.example")) {
                            await(silence);
                        }
                        return Optional.of(List.of());
                    },
                    this::deadline);

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private CompletableFuture<Boolean> deadline() {
        CompletableFuture<Boolean> deadline = new CompletableFuture<>();
        deadlines.add(deadline);
        return deadline;
    }

    @Test
    void silentListsAreWaitedForTogether() throws Exception {
        Attempt attempt = attempt("192.0.2.7", "a@b", "c@d");
        Questions questions = new Questions();
        for (int i = 0; i < ZONES; i++) {
            questions.askForListing("zone" + i + ".example");
        }
        Inquiries.Inquiry inquiry = inquiries.new Inquiry(attempt);
        Thread waiting = Thread.ofVirtual().start(() -> inquiry.ask(questions));
        allAsked.await(); // All at the same time: none waits for another one to be silent first.
        assertThat(asked).hasSize(ZONES);
        assertThat(waiting.isAlive()).isTrue();
        assertThat(deadlines).hasSize(1);
        deadlines.getFirst().complete(true);
        waiting.join();
        assertThat(attempt.evidence().listing("zone3.example")).isPresent();
        assertThat(attempt.evidence().listing("zone4.example")).isEmpty();
        assertThat(attempt.mayAskForListing("zone4.example"))
                .as("nor asked again for the same attempt")
                .isFalse();
        inquiry.ask(questions); // Returns at once, though everybody is silent still.
        assertThat(deadlines).hasSize(1);
        silence.countDown();
    }

    private Inquiries inquiries(HostNames names, SpfChecks spf) {
        return new Inquiries(names, spf, Listings.NONE, this::deadline);
    }

    private static SpfChecks spf(Spf says) {
        return new SpfChecks() {
            @Override
            public boolean isAvailable() {
                return true;
            }

            @Override
            public Spf of(IpAddress client, String helo, String sender) {
                return (client + " " + helo + " " + sender).equals("192.0.2.7 mx.b a@b")
                        ? says
                        : Spf.FAIL;
            }
        };
    }

    private static Attempt mail() {
        Attempt attempt = attempt("192.0.2.7", "a@b", "c@d");
        attempt.evidence().helo("mx.b");
        return attempt;
    }

    @Test
    void whatIsAnsweredInTimeIsKnownAndMoreMayBeAskedLater() {
        Attempt attempt = mail();
        Questions questions = new Questions();
        questions.askForHosts();
        questions.askForSpf();
        inquiries(_ -> Optional.of(List.of("mx.b")), spf(Spf.PASS)).new Inquiry(attempt)
                .ask(questions);
        assertThat(attempt.evidence().hosts()).contains(List.of("mx.b"));
        assertThat(attempt.evidence().spf()).isEqualTo(Spf.PASS);
        assertThat(attempt.mayAskForListing("black.example")).isTrue();
    }

    @Test
    void whatNobodyAsksStaysOpen() {
        Attempt attempt = mail();
        Questions questions = new Questions();
        questions.askForHosts();
        inquiries(_ -> Optional.of(List.of()), spf(Spf.PASS)).new Inquiry(attempt).ask(questions);
        assertThat(attempt.evidence().spf()).isEqualTo(Spf.UNKNOWN);
        assertThat(attempt.mayAskForSpf()).isTrue();
        Attempt other = mail();
        questions.clear();
        questions.askForSpf();
        inquiries(_ -> Optional.of(List.of()), spf(Spf.PASS)).new Inquiry(other).ask(questions);
        assertThat(other.evidence().hosts()).isEmpty();
        assertThat(other.mayAskForHosts()).isTrue();
    }

    /// The zone of a client's address may be broken while its sender's is well, and the answer that
    /// nobody knows may come at once.
    @Test
    void whoseNamesNobodyKnowsMayStillBeAskedAbout() {
        Attempt attempt = mail();
        Questions questions = new Questions();
        questions.askForHosts();
        inquiries(_ -> Optional.empty(), spf(Spf.PASS)).new Inquiry(attempt).ask(questions);
        assertThat(attempt.mayAskForHosts()).isFalse();
        assertThat(attempt.mayAskForSpf()).isTrue();
        assertThat(attempt.mayAskForListing("black.example")).isTrue();
    }

    /// What is found out too late would have a mail wait once more.
    @Test
    void whenTheTimeIsOverNothingIsAskedAnyMore() {
        Attempt attempt = mail();
        Questions questions = new Questions();
        questions.askForListing("zone4.example"); // It is silent.
        Inquiries.Inquiry inquiry = inquiries.new Inquiry(attempt);
        deadlines.getFirst().complete(true);
        inquiry.ask(questions);
        assertThat(attempt.evidence().listing("zone4.example")).isEmpty();
        assertThat(attempt.mayAskForHosts()).isFalse();
        assertThat(attempt.mayAskForSpf()).isFalse();
        assertThat(attempt.mayAskForListing("black.example")).isFalse();
        silence.countDown();
    }

    /// Who is told to end while it waits goes without the answer, and still knows that it must end.
    @Test
    void whoIsInterruptedWaitsNoLonger() throws Exception {
        Attempt attempt = mail();
        Questions questions = new Questions();
        questions.askForHosts();
        Inquiries.Inquiry inquiry =
                inquiries(
                        _ -> {
                            await(silence);
                            return Optional.empty();
                        },
                        spf(Spf.PASS))
                .new Inquiry(attempt);
        CompletableFuture<Boolean> isTold = new CompletableFuture<>();
        Thread waiting =
                Thread.ofVirtual()
                        .unstarted(() -> {
                            inquiry.ask(questions);
                            isTold.complete(Thread.currentThread().isInterrupted());
                        });
        waiting.start();
        waiting.interrupt();
        assertThat(isTold.get()).isTrue();
        assertThat(attempt.evidence().hosts()).isEmpty();
        silence.countDown();
    }
}
