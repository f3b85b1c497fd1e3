package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.decision.Attempts.attempt;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Questions;
import org.greydaemon.exempt.HostNames;
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
}
