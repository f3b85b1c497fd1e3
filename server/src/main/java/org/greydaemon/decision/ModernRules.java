package org.greydaemon.decision;

import org.greydaemon.identity.HostDomain;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The rules that RFC 6647 recommends, and who is who (docs/rules.md): one matured triplet passes
/// the whole message and proves the client (5, item 1), a late retry starts over (5, item 2), a
/// quiet client is forgotten after weeks (5, item 3).
///
/// Beyond it: a client has several identities, each with a triplet of its own, and a retry by any
/// of them counts; what a pass proves is only what somebody confirmed. Suspect clients wait longer
/// and prove less. The null sender never proves anything, because anybody can make a host send
/// bounces.
///
/// A request that is malformed or names no recipient changes nothing.
public final class ModernRules implements Rules {
    private final RetryWindow window;
    private final Retention retention;
    private final Identification who;
    private final Suspects suspects;
    private final Proofs proofs;
    private final Patiences patiences;
    private final LearnedPools learned;
    private final IdentityTriplets triplets;

    /// Rules that know a client by its address alone, and suspect nobody.
    ///
    /// @param window when a retry counts
    /// @param retention how long a quiet proven client is known
    public ModernRules(RetryWindow window, Retention retention) {
        this(window, retention, Identification.PLAIN, Suspects.NONE);
    }

    /// @param window when a retry counts
    /// @param retention how long a quiet proven client is known
    /// @param who by what clients and senders are recognised
    /// @param suspects how long suspect clients wait
    public ModernRules(
            RetryWindow window, Retention retention, Identification who, Suspects suspects) {
        this(window, retention, who, suspects, Set.of());
    }

    private ModernRules(
            RetryWindow window,
            Retention retention,
            Identification who,
            Suspects suspects,
            Set<Wait> said) {
        this.window = window;
        this.retention = retention;
        this.who = who;
        this.suspects = suspects;
        proofs = new Proofs(retention, who, suspects);
        patiences = new Patiences(window, retention, suspects, said);
        learned = new LearnedPools(retention);
        triplets = new IdentityTriplets(who, patiences);
    }

    @Override
    public Rules covering(Set<Wait> said) {
        return new ModernRules(window, retention, who, suspects, said);
    }

    @Override
    public void judge(Attempt attempt, Memory memory, long now, Decision decision) {
        if (attempt.fault() != Attempt.Fault.NONE || attempt.recipients() == 0) {
            decision.conclude(Reason.MALFORMED);
            return;
        }
        IdentityKeys keys = attempt.keys();
        keys.start(attempt, who);
        List<HostDomain> domains = List.of();
        Identity knownBy = Identity.ADDRESS;
        if (!proofs.isAddressKnown(attempt, memory, now)) {
            if (who.asksForHosts() && attempt.mayAskForHosts()) {
                decision.questions().askForHosts();
                return;
            }
            domains = who.domains(attempt);
            keys.fetch(memory, domains);
            knownBy = proofs.knownName(domains, attempt, memory, now);
        }
        if (knownBy != Identity.NONE) {
            if (knownBy == Identity.SPF) {
                noteReturn(attempt, memory, now);
            }
            decision.identity(knownBy);
            decision.conclude(Reason.KNOWN);
            return;
        }
        decision.suspicion(suspicion(attempt, domains));
        if (who.spf() && attempt.mayAskForSpf() && spfMightHelp(attempt, memory, now)) {
            decision.questions().askForSpf();
            return;
        }
        keys.inPool(pool(attempt, decision.suspicion(), memory, now));
        judgeRecipients(attempt, domains, memory, now, decision);
        if (decision.reason() == Reason.PASSED && !attempt.isNullSender()) {
            proofs.prove(attempt, domains, memory, now, decision);
        }
    }

    /// Whether the message would pass now if SPF said pass: only then is anybody kept waiting for
    /// DNS. Its domain has proven itself, or its triplet has waited.
    private boolean spfMightHelp(Attempt attempt, Memory memory, long now) {
        IdentityKeys keys = attempt.keys();
        if (!keys.hasSenderDomain()) {
            return false;
        }
        if (proofs.wouldSpfBeKnown(keys, memory, now)) {
            return true;
        }
        if (!memory.mayHold(Key.Kind.SPF_TRIPLET)) {
            return false;
        }
        for (int i = 0; i < attempt.recipients(); i++) {
            long entry = memory.step(keys.spf(i), Rule.LOOK, now);
            Patience its = patiences.with(attempt, i, Suspicion.NONE);
            if (!attempt.isExempt(i) && its.judge(entry, now).accepts()) {
                return true;
            }
        }
        return false;
    }

    /// With which networks the client's counts as one; 0 if with none. Bots try again from many
    /// networks too, so suspects have no pool, and nobody has where names of hosts say nothing.
    private int pool(Attempt attempt, Suspicion suspicion, Memory memory, long now) {
        return suspicion == Suspicion.NONE
                        && who.asksForHosts()
                        && attempt.keys().hasNetwork()
                        && memory.mayHold(Key.Kind.POOL_NETWORK)
                ? learned.numberOf(attempt.keys(), memory, now)
                : 0;
    }

    /// Why a client that is not known has to wait longer. What nobody told makes nobody suspect.
    private Suspicion suspicion(Attempt attempt, List<HostDomain> domains) {
        Suspicion called = suspects.calledBy(attempt.evidence().helo());
        if (called != Suspicion.NONE) {
            return called;
        }
        if (!who.asksForHosts() || attempt.evidence().hosts().isEmpty() || !domains.isEmpty()) {
            return Suspicion.NONE;
        }
        return attempt.evidence().hosts().get().isEmpty()
                ? Suspicion.NO_NAME
                : Suspicion.GENERIC_NAME;
    }

    @Override
    public Optional<Suspicion> suspicion(Attempt attempt) {
        boolean dependsOnHost =
                who.asksForHosts()
                        && attempt.evidence().hosts().isEmpty()
                        && suspects.calledBy(attempt.evidence().helo()) == Suspicion.NONE;
        return dependsOnHost
                ? Optional.empty()
                : Optional.of(suspicion(attempt, who.domains(attempt)));
    }

    @Override
    public Optional<String> provider(Attempt attempt) {
        List<HostDomain> domains = who.domains(attempt);
        return domains.isEmpty() ? Optional.empty() : Optional.of(domains.getFirst().name());
    }

    private void judgeRecipients(
            Attempt attempt, List<HostDomain> domains, Memory memory, long now, Decision decision) {
        Reason message = Reason.NEW;
        long retryIn = Long.MAX_VALUE;
        boolean isFirst = true;
        for (int i = 0; i < attempt.recipients(); i++) {
            if (attempt.isExempt(i)) {
                decision.recipient(Reason.EXEMPT);
                continue; // The others decide.
            }
            Identities found = attempt.identities();
            found.start(patiences.with(attempt, i, decision.suspicion()), memory, now, isFirst);
            triplets.consider(found, attempt, domains, i);
            isFirst &= !found.isNew();
            if (found.isReturn() && who.spf() && !who.passesSpf(attempt)) {
                noteReturn(attempt, i, memory, now);
            }
            decision.recipient(found.reason());
            retryIn = Math.min(retryIn, found.retryIn());
            if (found.isMoreHopefulThan(message)) {
                message = found.reason();
                decision.identity(found.by());
            }
            if (found.reason() == Reason.PASSED) {
                decision.waited(found.waited());
            }
        }
        decision.conclude(message);
        decision.retryIn(message.accepts() ? 0 : retryIn);
    }

    /// The mail of a domain that has proven itself meanwhile came back, too.
    private static void noteReturn(Attempt attempt, Memory memory, long now) {
        for (int i = 0; i < attempt.recipients(); i++) {
            noteReturn(attempt, i, memory, now);
        }
    }

    /// Where SPF's triplet tells whether somebody came back, a retry from the same host did, too.
    private static void noteReturn(Attempt attempt, int recipient, Memory memory, long now) {
        if (memory.mayHold(Key.Kind.SPF_TRIPLET)) {
            memory.step(attempt.keys().spf(recipient), Patience.RETURNED, now);
        }
    }

    /// Notes what was found out about the client's host after the attempt was judged: SPF is asked
    /// when the answer has left, so that nobody waits for it (docs/rules.md). From then on the
    /// triplet of its domain tells whether somebody came back: it hears of every host of the
    /// domain.
    ///
    /// @param attempt says that SPF passes
    /// @param proves whether the message has passed, and its client is not suspect
    public void spfPassed(Attempt attempt, Memory memory, long now, boolean proves) {
        IdentityKeys keys = attempt.keys();
        keys.start(attempt, who);
        List<HostDomain> domains = who.domains(attempt);
        keys.inPool(pool(attempt, suspicion(attempt, domains), memory, now));
        for (int i = 0; i < attempt.recipients(); i++) {
            Key widest = IdentityTriplets.widest(attempt, domains, i);
            long told = memory.step(widest, Patience.TELLS_NO_MORE, now);
            Patience its = patiences.with(attempt, i, Suspicion.NONE);
            boolean isMessage = (Entry.mark(told) & Entry.MESSAGE) != 0;
            Rule first = isMessage ? its.startMessage : its.startFirst;
            memory.step(keys.spf(i), Entry.neverCameBack(told) ? first : its.start, now);
        }
        if (proves && !attempt.isNullSender()) {
            proofs.proveSpf(keys, memory, now);
        }
    }

    /// Whether an attempt that was judged can teach which networks belong together: one of a client
    /// that is not suspect, nor is none only because DNS did not answer, as bots' zones often do
    /// not, or was not asked; about mail that has a sender.
    public boolean teaches(Attempt attempt, Decision decision) {
        return switch (decision.reason()) {
            case NEW, EARLY, LATE, PASSED ->
                    decision.suspicion() == Suspicion.NONE
                            && who.asksForHosts()
                            && attempt.evidence().hosts().isPresent()
                            && !attempt.isNullSender()
                            && !attempt.isCut()
                            && attempt.keys().hasNetwork();
            case KNOWN, EXEMPT, AUTHENTICATED, UNIDENTIFIED, BOUNCE, MALFORMED -> false;
        };
    }

    /// 64 bits that stand for the sender and the first recipient of an attempt that was judged.
    public long envelope(Attempt attempt) {
        return attempt.keys().envelope();
    }

    /// Notes that an attempt that was judged is the retry of one that another network has made.
    ///
    /// @param high the first 64 bits of that network's address, a /24 or /48
    /// @param low the last 64 bits
    /// @param networks counts the networks that count as one with others
    /// @return whether the two should count as one now, but there are too many such
    public boolean finished(
            Attempt attempt, long high, long low, Memory memory, long now, LongSupplier networks) {
        Key first = new Key();
        LearnedPools.name(first, high, low, new byte[LearnedPools.TEXT_MAX]);
        IdentityKeys keys = attempt.keys();
        int sender = keys.fingerprint();
        return learned.finished(first, keys.poolNetwork(), sender, memory, now, networks);
    }

    /// Shows each identity of a client with the first recipient, as they are remembered now.
    /// Changes nothing.
    ///
    /// @param memory changes nothing
    public void show(Attempt attempt, Memory memory, long now, IdentityView view) {
        IdentityKeys keys = attempt.keys();
        keys.start(attempt, who);
        List<HostDomain> domains = who.domains(attempt);
        Suspicion suspicion = suspicion(attempt, domains);
        Patience its = patiences.with(attempt, 0, suspicion);
        view.suspicion(suspicion, its.minSeconds());
        keys.inPool(pool(attempt, suspicion, memory, now));
        if (keys.poolNumber() != 0) {
            view.learnedPool(keys.poolNumber());
        }
        attempt.identities().start(its, memory, now, false);
        attempt.identities().show(view);
        triplets.consider(attempt.identities(), attempt, domains, 0);
        attempt.identities().show(null);
        proofs.show(attempt, domains, memory, now, view);
    }

    /// By what clients and senders are recognised.
    public Identification identification() {
        return who;
    }

    @Override
    public Key clientKey(Attempt attempt) {
        attempt.keys().start(attempt, who);
        return attempt.keys().client();
    }

    @Override
    public Key tripletKey(Attempt attempt, int recipient) {
        attempt.keys().start(attempt, who);
        return attempt.keys().triplet(recipient);
    }

    @Override
    public void triplets(
            Attempt attempt, int recipient, Memory memory, long now, Consumer<Key> each) {
        showTriplets(attempt, who, recipient, memory, now, each);
    }

    /// Shows by which keys an attempt remembers its client's network, the networks that count as
    /// one with it, and the domain that SPF would have named.
    ///
    /// @param attempt the client, and sender and recipient in their normal form
    /// @param memory changes nothing
    /// @param each receives each key, only lent
    void showCompanions(Attempt attempt, Memory memory, long now, Consumer<Key> each) {
        attempt.evidence().spf(Evidence.Spf.PASS);
        showTriplets(
                attempt,
                who.ofKept(),
                0,
                memory,
                now,
                key -> {
                    if (Companions.isOne(key)) {
                        each.accept(key);
                    }
                });
    }

    private void showTriplets(
            Attempt attempt,
            Identification by,
            int recipient,
            Memory memory,
            long now,
            Consumer<Key> each) {
        IdentityKeys keys = attempt.keys();
        keys.start(attempt, by);
        int pool = pool(attempt, Suspicion.NONE, memory, now);
        IdentityTriplets.each(attempt, by, pool, recipient, each);
    }

    @Override
    public RetryWindow window() {
        return window;
    }

    @Override
    public RetryWindow window(Wait wait) {
        return wait.window(window);
    }

    @Override
    public RetryWindow window(long entry, Wait wait) {
        return patiences.window(entry, wait);
    }

    @Override
    public RetryWindow window(long entry) {
        return patiences.window(entry);
    }

    @Override
    public Lifetimes lifetimes() {
        return patiences.lifetimes();
    }
}
