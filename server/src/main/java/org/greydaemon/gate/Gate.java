package org.greydaemon.gate;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Cause;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Entry;
import org.greydaemon.decision.IdentityView;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Questions;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Rule;
import org.greydaemon.decision.Rules;
import org.greydaemon.decision.Source.Protocol;
import org.greydaemon.exempt.Exemption;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.exempt.HostNames;
import org.greydaemon.exempt.Listings;
import org.greydaemon.log.DecisionLog;
import org.greydaemon.metrics.Timer;
import org.greydaemon.net.IpAddress;
import org.greydaemon.store.Store;
import org.jspecify.annotations.Nullable;

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
    private final Inquiries inquiries;
    private final SpfFollowUps followUps;
    private final PoolLessons lessons;

    // Written under `this`, read once by every attempt, which so is judged by the old or by the
    // new.
    private volatile Terms terms;

    /// @param tally counts what is decided
    /// @param hostNames finds the names of clients' hosts when an exemption asks for them
    /// @param spf finds what SPF says, when it could let mail pass or prove something
    public Gate(Terms terms, Store store, Tally tally, HostNames hostNames, SpfChecks spf) {
        this(terms, store, tally, hostNames, spf, Listings.NONE);
    }

    /// @param lists asks lists in DNS when a line asks for one
    public Gate(
            Terms terms,
            Store store,
            Tally tally,
            HostNames hostNames,
            SpfChecks spf,
            Listings lists) {
        this.terms = terms;
        this.store = store;
        this.tally = tally;
        this.hostNames = hostNames;
        inquiries = new Inquiries(hostNames, spf, lists);
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
        Inquiries.@Nullable Patience patience = null;
        while (!judge(attempt, now, decision)) {
            timer.stop(started); // Waiting for others is none of our own time.
            patience = patience == null ? inquiries.new Patience(attempt) : patience;
            patience.ask(decision.questions());
            started = timer.start();
        }
        commit();
        timer.stop(started);
    }

    /// Measures the decisions of who calls {@link #judge} and {@link #commit} himself.
    public Timer time(Protocol protocol) {
        return tally.time(protocol);
    }

    /// Finds out all that may ever matter for an attempt, as {@link #decide} would.
    public void lookUp(Attempt attempt, long now) {
        Decision decision = new Decision(Math.max(1, attempt.recipients()));
        Inquiries.Patience patience = inquiries.new Patience(attempt);
        while (!foresees(attempt, now, decision)) {
            patience.ask(decision.questions());
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
        } else {
            return judgeByLines(attempt, current, memory, now, decision, counts);
        }
        return true;
    }

    /// The first line of the operator's that fits decides: it lets mail pass, or the rules judge it
    /// (docs/terms.md). Recipients that a line lets pass alone are left out then: else a message
    /// for anybody would pass that is for the postmaster too.
    private boolean judgeByLines(
            Attempt attempt,
            Terms current,
            Memory memory,
            long now,
            Decision decision,
            boolean counts) {
        Exemption whole =
                current.exemptions().decide(attempt, current.rules(), decision.questions());
        boolean passes = whole.passes() || passesEach(attempt);
        boolean waits =
                !decision.questions().isEmpty()
                        && answerMatters(attempt, current, passes, now, decision.questions());
        if (!waits) {
            decision.questions().clear();
            if (!passes) {
                current.rules().judge(attempt, memory, now, decision);
            }
        }
        if (decision.questions().hosts() && isNamedAtOnce(attempt)) {
            return judge(attempt, current, memory, now, decision, counts);
        }
        if (!decision.questions().isEmpty()) {
            return false;
        }
        tellLine(attempt, whole, passes, decision);
        if (current.observe() && isDeferred(decision.reason())) {
            decision.observe();
        }
        if (counts) {
            use(attempt, whole);
        }
        return true;
    }

    private static boolean passesEach(Attempt attempt) {
        for (int i = 0; i < attempt.recipients(); i++) {
            if (!attempt.isExempt(i)) {
                return false;
            }
        }
        return attempt.recipients() > 0;
    }

    /// Whether mail that passes could have to wait, or the other way round, if a line were known to
    /// fit: mail that passes anyway waits for no answer.
    ///
    /// @param passes whether it passes by the lines that fit now
    /// @param questions what the lines ask; receives what the rules ask besides
    private boolean answerMatters(
            Attempt attempt, Terms current, boolean passes, long now, Questions questions) {
        boolean mayGreylist = current.exemptions().answersMayGreylist();
        if (passes && !mayGreylist) {
            return false;
        }
        Decision foreseen = new Decision(Math.max(1, attempt.recipients()));
        current.rules().judge(attempt, unchanged, now, foreseen);
        questions.askAll(foreseen.questions());
        if (!foreseen.questions().isEmpty()) {
            return true;
        }
        Reason reason = foreseen.reason();
        return reason != Reason.KNOWN
                && reason != Reason.MALFORMED
                && (mayGreylist || !reason.accepts());
    }

    /// Writes which line has decided; of several, that of the first recipient.
    private static void tellLine(
            Attempt attempt, Exemption whole, boolean passes, Decision decision) {
        if (whole.passes()) {
            decision.exempt(whole);
        } else if (passes) {
            decision.exemptEach(attempt.recipients(), attempt.cause(0));
        } else {
            for (int i = 0; i < attempt.recipients(); i++) {
                if (!attempt.isExempt(i)) {
                    decision.judgedBy(attempt.cause(i));
                    return;
                }
            }
        }
    }

    private static void use(Attempt attempt, Exemption whole) {
        if (whole != Exemption.NONE) {
            whole.use();
            return;
        }
        for (int i = 0; i < attempt.recipients(); i++) {
            attempt.cause(i).use();
        }
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

    /// Whether the names of the client's host are known by now without asking anybody.
    private boolean isNamedAtOnce(Attempt attempt) {
        if (!attempt.mayAskForHosts()) {
            return false;
        }
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

    /// The line of the operator's that decides about the attempt, or its first recipient.
    public Optional<Exemption> line(Attempt attempt) {
        Exemption whole = terms.exemptions().decide(attempt, terms.rules(), new Questions());
        Cause line = whole == Exemption.NONE && attempt.recipients() > 0 ? attempt.cause(0) : whole;
        return line instanceof Exemption found && found.isLine()
                ? Optional.of(found)
                : Optional.empty();
    }

    /// Who passes by the operator's word.
    public Exemptions exemptions() {
        return terms.exemptions();
    }

    /// The rule set.
    public Rules rules() {
        return terms.rules();
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
