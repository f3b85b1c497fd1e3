package org.greydaemon.gate;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Evidence.Spf;
import org.greydaemon.decision.Questions;
import org.greydaemon.exempt.HostNames;
import org.greydaemon.exempt.Listings;
import org.greydaemon.net.IpAddress;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Finds out what must be known of attempts, all of it at the same time: nobody waits longer for
/// all the answers than for one. Safe for use by several threads.
final class Inquiries {
    /// How long anybody waits: qmail's clients give the daemon 3 s and then go on without it.
    private static final long WAIT_SECONDS = 2;

    private final HostNames hostNames;
    private final SpfChecks spf;
    private final Listings lists;
    private final Supplier<CompletableFuture<Boolean>> deadlines;

    Inquiries(HostNames hostNames, SpfChecks spf, Listings lists) {
        this(hostNames, spf, lists, Inquiries::deadline);
    }

    /// @param deadlines each of them is done when an attempt has waited long enough
    Inquiries(
            HostNames hostNames,
            SpfChecks spf,
            Listings lists,
            Supplier<CompletableFuture<Boolean>> deadlines) {
        this.deadlines = deadlines;
        this.hostNames = hostNames;
        this.spf = spf;
        this.lists = lists;
    }

    /// One attempt that waits. Confined to its thread.
    final class Inquiry {
        private final Attempt attempt;
        private final CompletableFuture<Boolean> over = deadlines.get();

        /// Begins to wait.
        Inquiry(Attempt attempt) {
            this.attempt = attempt;
        }

        /// Tells the attempt what there is to know. What is not known in time neither helps nor
        /// harms.
        void ask(Questions questions) {
            IpAddress client = new IpAddress(attempt.addressHigh(), attempt.addressLow());
            String helo = attempt.evidence().helo();
            String sender = attempt.senderText();
            CompletableFuture<Optional<List<String>>> names =
                    start(questions.hosts(), () -> hostNames.of(client), Optional.empty());
            CompletableFuture<Spf> said =
                    start(questions.spf(), () -> spf.of(client, helo, sender), Spf.NO_ANSWER);
            Map<String, CompletableFuture<Optional<List<IpAddress>>>> listings = new HashMap<>();
            for (String zone : questions.zones()) {
                listings.put(zone, start(true, () -> lists.of(client, zone), Optional.empty()));
            }
            if (questions.hosts()) {
                await(names, Optional.empty())
                        .ifPresentOrElse(attempt.evidence()::hosts, attempt.evidence()::unanswered);
            }
            if (questions.spf()) {
                attempt.evidence().spf(await(said, Spf.NO_ANSWER));
            }
            listings.forEach((zone, found) ->
                    attempt.evidence().listing(zone, await(found, Optional.empty())));
            if (over.isDone()) {
                attempt.evidence().asked();
            }
        }

        private <T> T await(CompletableFuture<T> found, T unanswered) {
            try {
                Object _ = CompletableFuture.anyOf(found, over).get();
                return found.getNow(unanswered);
            } catch (ExecutionException e) {
                throw new IllegalStateException(e); // Who looks up returns a value.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return unanswered;
            }
        }
    }

    private static CompletableFuture<Boolean> deadline() {
        return new CompletableFuture<Boolean>()
                .completeOnTimeout(true, WAIT_SECONDS, TimeUnit.SECONDS);
    }

    private static <T> CompletableFuture<T> start(boolean wanted, Supplier<T> work, T unasked) {
        return wanted
                ? CompletableFuture.supplyAsync(work, Inquiries::inThreadOfItsOwn)
                : CompletableFuture.completedFuture(unasked);
    }

    private static void inThreadOfItsOwn(Runnable inquiry) {
        Thread _ = Thread.ofVirtual().name("inquiry").start(inquiry);
    }
}
