package org.greydaemon.gate;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Decision.Question;
import org.greydaemon.decision.Entry;
import org.greydaemon.decision.IdentityView;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Rule;
import org.greydaemon.decision.Rules;
import org.greydaemon.decision.Source.Protocol;
import org.greydaemon.exempt.Exemption;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.exempt.HostNames;
import org.greydaemon.log.DecisionLog;
import org.greydaemon.metrics.Timer;
import org.greydaemon.net.IpAddress;
import org.greydaemon.store.Store;

import java.util.Optional;
import java.util.function.ObjLongConsumer;

/// Judges attempts: exemption, then the rules on the store, then one line in the log. Safe for use
/// by several threads.
///
/// What was judged is committed before the answer leaves, and so never forgotten: {@link #decide}
/// does both, and who judges several attempts by {@link #judge} calls {@link #commit} for all.
public final class Gate {
    private static final Rule NOW = (seen, now) -> Entry.of(now, 0);
    private static final Rule FORGET = (seen, now) -> Memory.NEVER;

    /// What a reload changes.
    ///
    /// @param exemptions who passes by the operator's word
    /// @param rules judge the others
    /// @param log hears of every decision
    /// @param observe whether everything is judged and remembered, but all mail passes
    public record Terms(Exemptions exemptions, Rules rules, DecisionLog log, boolean observe) {
        /// What is deferred is deferred.
        public Terms(Exemptions exemptions, Rules rules, DecisionLog log) {
            this(exemptions, rules, log, false);
        }
    }

    private final Store store;
    private final Tally tally;
    private final Memory unchanged;
    private final HostNames hostNames;
    private final SpfChecks spf;
    private final SpfFollowUps followUps;
    private final PoolLessons lessons;

    // Written under `this`, read once by every attempt, which so is judged by the old or by the
    // new.
    private volatile Terms terms;

    /// @param tally counts what is decided
    /// @param hostNames finds the names of clients' hosts when an exemption asks for them
    /// @param spf finds what SPF says, when it could let mail pass or prove something
    public Gate(Terms terms, Store store, Tally tally, HostNames hostNames, SpfChecks spf) {
        this.terms = terms;
        this.store = store;
        this.tally = tally;
        this.hostNames = hostNames;
        this.spf = spf;
        unchanged = (key, _, at) -> store.step(key, Rule.LOOK, at);
        followUps = new SpfFollowUps(store, spf);
        lessons = new PoolLessons(store);
    }

    /// Judges one attempt and returns when the decision would survive the death of the process. May
    /// wait some seconds for DNS.
    ///
    /// @param now the time in seconds
    /// @param decision receives the verdict
    public void decide(Attempt attempt, long now, Decision decision) {
        Timer timer = time(attempt.source().protocol());
        long started = timer.start();
        while (!judge(attempt, now, decision)) {
            timer.stop(started); // Waiting for others is none of our own time.
            lookUp(attempt, decision.question());
            started = timer.start();
        }
        commit();
        timer.stop(started);
    }

    /// Measures the decisions of who calls {@link #judge} and {@link #commit} himself.
    public Timer time(Protocol protocol) {
        return tally.time(protocol);
    }

    /// Finds out what must be known of an attempt before it can be judged; this may take some
    /// seconds. What nobody knows in time neither helps nor harms.
    private void lookUp(Attempt attempt, Question question) {
        IpAddress client = new IpAddress(attempt.addressHigh(), attempt.addressLow());
        switch (question) {
            case NONE -> {}
            case HOSTS -> hostNames.of(client).ifPresentOrElse(attempt::hosts, attempt::asked);
            case SPF -> attempt.spf(spf.of(client, attempt.helo(), attempt.senderText()));
        }
    }

    /// Finds out all that may ever matter for an attempt, as {@link #decide} would.
    public void lookUp(Attempt attempt, long now) {
        Decision decision = new Decision(Math.max(1, attempt.recipients()));
        while (!foresees(attempt, now, decision)) {
            lookUp(attempt, decision.question());
        }
    }

    /// Judges one attempt; {@link #commit} is still to be called. Never waits.
    ///
    /// @param now the time in seconds
    /// @param decision receives the verdict
    /// @return false if something must be found out first, which only {@link #decide} does: nothing
    ///   was changed, counted or logged
    public boolean judge(Attempt attempt, long now, Decision decision) {
        Terms current = terms;
        if (!judge(attempt, current, store, now, decision, true)) {
            return false;
        }
        tally.decided(attempt, decision);
        current.log().decided(attempt, decision, now);
        lessons.after(attempt, current.rules(), decision, now);
        followUps.after(attempt, current.rules(), decision, now);
        return true;
    }

    private boolean judge(
            Attempt attempt,
            Terms current,
            Memory memory,
            long now,
            Decision decision,
            boolean counts) {
        decision.start();
        if (attempt.fault() == Attempt.Fault.NO_CLIENT) {
            decision.conclude(Reason.MALFORMED);
        } else if (attempt.isAuthenticated()) {
            decision.conclude(Reason.AUTHENTICATED);
        } else if (isUnidentified(attempt, current.rules())) {
            decision.conclude(Reason.UNIDENTIFIED);
        } else if (!exempt(attempt, current.exemptions(), decision, counts)) {
            if (nameMightExempt(attempt, current, now, decision)) {
                decision.ask(Question.HOSTS);
            } else {
                current.rules().judge(attempt, memory, now, decision);
            }
        }
        if (decision.question() == Question.HOSTS && isNamedAtOnce(attempt)) {
            return judge(attempt, current, memory, now, decision, counts);
        }
        if (current.observe() && isDeferred(decision.reason())) {
            decision.observe();
        }
        return decision.question() == Question.NONE;
    }

    private static boolean isDeferred(Reason reason) {
        return !reason.accepts() && reason != Reason.MALFORMED;
    }

    /// Whether nobody knows who the client is: its mail server told no address, and all such would
    /// be one client.
    private static boolean isUnidentified(Attempt attempt, Rules rules) {
        boolean anyClient =
                attempt.source().protocol() == Protocol.UDP && rules instanceof OriginalRules;
        return !anyClient && !attempt.isAddress();
    }

    /// Whether any text over UDP is a client, as it is for the original.
    public boolean takesAnyClient() {
        return terms.rules() instanceof OriginalRules;
    }

    /// Whether the unknown names of the client's host could let mail pass that is deferred without:
    /// mail that passes anyway waits for no name.
    private boolean nameMightExempt(Attempt attempt, Terms current, long now, Decision decision) {
        if (!attempt.mayAskForHosts() || !current.exemptions().dependOnHost(attempt)) {
            return false;
        }
        current.rules().judge(attempt, unchanged, now, decision);
        boolean mayBeDeferred =
                decision.question() != Question.NONE || isDeferred(decision.reason());
        decision.start();
        return mayBeDeferred;
    }

    private boolean isNamedAtOnce(Attempt attempt) {
        hostNames
                .cached(new IpAddress(attempt.addressHigh(), attempt.addressLow()))
                .ifPresent(attempt::hosts);
        return attempt.hosts().isPresent();
    }

    /// What {@link #judge} would say; nothing is remembered, counted or logged, and nobody asked.
    public void foresee(Attempt attempt, long now, Decision decision) {
        if (!foresees(attempt, now, decision)) {
            attempt.asked();
            boolean _ = foresees(attempt, now, decision);
        }
    }

    private boolean foresees(Attempt attempt, long now, Decision decision) {
        return judge(attempt, terms, unchanged, now, decision, false);
    }

    /// Shows what an attempt's identities are worth now. Changes nothing.
    public void show(ModernRules rules, Attempt attempt, long now, IdentityView view) {
        rules.show(attempt, unchanged, now, view);
    }

    /// Takes the client for proven, as if it had retried in time.
    public void prove(Attempt attempt, long now) {
        store.step(terms.rules().clientKey(attempt), NOW, now);
        store.commit();
    }

    /// Starts the clock of the first recipient's triplet.
    public void startClock(Attempt attempt, long now) {
        store.step(terms.rules().tripletKey(attempt, 0), NOW, now);
        store.commit();
    }

    /// Forgets that the client is proven.
    ///
    /// @return whether it was remembered
    public boolean forgetClient(Attempt attempt) {
        return forget(terms.rules().clientKey(attempt));
    }

    /// Forgets the first recipient's triplet.
    ///
    /// @return whether it was remembered
    public boolean forgetTriplet(Attempt attempt) {
        return forget(terms.rules().tripletKey(attempt, 0));
    }

    private boolean forget(Key key) {
        boolean found = store.step(key, FORGET, 0) != Memory.NEVER;
        store.commit();
        return found;
    }

    /// Shows all that is of any use at `now`, triplets among it whose retry would be late. No
    /// attempt waits for the visitor, which receives each key, only lent, and its {@link Entry}.
    public void visit(long now, ObjLongConsumer<Key> visitor) {
        store.visit((key, entry) -> {
            if (terms.rules().lifetimes().isKept(key.kind(), entry, now)) {
                visitor.accept(key, entry);
            }
        });
    }

    /// The time in seconds that is remembered of a key, or {@link Memory#NEVER}.
    public long seen(Key key, long now) {
        return Entry.time(store.step(key, Rule.LOOK, now));
    }

    /// Forgets one entry; {@link #commit} is still to be called.
    public void drop(Key key) {
        store.step(key, FORGET, 0);
    }

    /// Remembers an entry of another time or place; {@link #commit} is still to be called. What is
    /// remembered already stays when it serves better: the later time of a client, the triplet
    /// whose clock runs.
    ///
    /// @param time in seconds
    /// @param now the time in seconds
    /// @return whether it serves better than what was remembered
    public boolean restore(Key key, long time, long now) {
        return mayRestore(key, time, now)
                && serves(
                        key,
                        store.step(key, (seen, at) -> better(key, seen, at, now), time),
                        time,
                        now);
    }

    /// What {@link #restore} would return; nothing is changed.
    public boolean restores(Key key, long time, long now) {
        return mayRestore(key, time, now)
                && serves(key, store.step(key, Rule.LOOK, time), time, now);
    }

    private boolean mayRestore(Key key, long time, long now) {
        return time > 0 && time <= now && isSaved(key, Entry.of(time, 0), now);
    }

    private long better(Key key, long seen, long time, long now) {
        return serves(key, seen, time, now) ? Entry.of(time, 0) : seen;
    }

    /// Whether an entry of another time serves better than what is remembered.
    private boolean serves(Key key, long seen, long time, long now) {
        return seen == Memory.NEVER
                || !isSaved(key, seen, now)
                || (!key.isTriplet() && time > Entry.time(seen));
    }

    private boolean isSaved(Key key, long entry, long now) {
        return terms.rules().lifetimes().isSaved(key.kind(), entry, now);
    }

    /// What lets the attempt pass whatever the rules say, or its first recipient.
    public Optional<Exemption> exemption(Attempt attempt) {
        Exemptions exemptions = terms.exemptions();
        Exemption found = exemptions.ofMessage(attempt);
        if (found == Exemption.NONE && attempt.recipients() > 0 && exemptions.concernRecipients()) {
            found = exemptions.ofRecipient(attempt, 0);
        }
        return found == Exemption.NONE ? Optional.empty() : Optional.of(found);
    }

    /// Who passes by the operator's word.
    public Exemptions exemptions() {
        return terms.exemptions();
    }

    /// The rule set.
    public Rules rules() {
        return terms.rules();
    }

    /// Whether the operator's word lets the whole attempt pass. Recipients that it lets pass alone
    /// are marked, and the rules then judge the others: else a message for anybody would pass that
    /// is for the postmaster too. For the same reason no recipient is exempt of an attempt that is
    /// cut: nobody knows the others.
    ///
    /// @param counts whether the exemptions are to know that they were of use
    private static boolean exempt(
            Attempt attempt, Exemptions exemptions, Decision decision, boolean counts) {
        Exemption found = exemptions.ofMessage(attempt);
        if (found != Exemption.NONE) {
            decision.exempt(found);
            if (counts) {
                found.use();
            }
            return true;
        }
        return exemptions.concernRecipients()
                && !attempt.isCut()
                && attempt.fault() == Attempt.Fault.NONE
                && exemptEach(attempt, exemptions, decision, counts);
    }

    private static boolean exemptEach(
            Attempt attempt, Exemptions exemptions, Decision decision, boolean counts) {
        Exemption first = Exemption.NONE;
        int count = 0;
        for (int i = 0; i < attempt.recipients(); i++) {
            Exemption found = exemptions.ofRecipient(attempt, i);
            if (found != Exemption.NONE) {
                attempt.exempt(i);
                first = count++ == 0 ? found : first;
                if (counts) {
                    found.use();
                }
            }
        }
        if (count == 0 || count < attempt.recipients()) {
            return false;
        }
        decision.exemptEach(count, first);
        return true;
    }

    /// Returns when what this thread has judged would survive the death of the process.
    public void commit() {
        store.commit();
    }

    /// Judges by other terms from now on.
    public synchronized void change(Terms changed) {
        terms = changed;
    }

    /// Lets others pass from now on; the other terms stay.
    public synchronized void exempt(Exemptions exemptions) {
        terms = new Terms(exemptions, terms.rules(), terms.log(), terms.observe());
    }

    /// How often networks were not learned as one because there are too many such.
    public long poolsNotLearned() {
        return lessons.notLearned();
    }

    /// Whether all mail passes, and what greylisting would do is only remembered, logged and
    /// counted.
    public boolean observes() {
        return terms.observe();
    }

    /// How many attempts would have been deferred since the start, but for {@link #observes}.
    public long countObserved() {
        return tally.countObserved();
    }

    /// How many attempts were judged with this reason since the start.
    public long count(Reason reason) {
        return tally.count(reason);
    }
}
