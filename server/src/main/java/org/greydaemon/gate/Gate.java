package org.greydaemon.gate;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Rules;
import org.greydaemon.decision.Source.Protocol;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.exempt.HostNames;
import org.greydaemon.exempt.Listings;
import org.greydaemon.log.DecisionLog;
import org.greydaemon.metrics.Timer;
import org.greydaemon.store.Store;
import org.jspecify.annotations.Nullable;

/// Judges attempts: the operator's lines, then the rules on the store, then one line in the log.
/// Every front end's only door. Safe for use by several threads.
///
/// What was judged is committed before the answer leaves, and so never forgotten: {@link #decide}
/// does both, and whoever judges several attempts by {@link #judge} calls {@link #commit} once for
/// all of them. What an operator asks and changes is the {@link Ledger}'s.
public final class Gate {
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
    private final Judgement judgement;
    private final Inquiries inquiries;
    private final SpfFollowUps followUps;
    private final PoolLessons lessons;

    // Written under `this`, read once by every attempt: each is judged by the old terms or by the
    // new ones, never by some of both.
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
        judgement = new Judgement(store, hostNames);
        inquiries = new Inquiries(hostNames, spf, lists);
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
        Inquiries.@Nullable Inquiry inquiry = null;
        while (!judge(attempt, now, decision)) {
            inquiry = inquiry == null ? inquiries.new Inquiry(attempt) : inquiry;
            long asked = timer.start();
            inquiry.ask(decision.questions());
            started += timer.start() - asked; // Waiting for others is none of our own time.
        }
        commit();
        timer.stop(started);
    }

    /// Measures the decisions of a front end that calls {@link #judge} and {@link #commit} itself.
    public Timer time(Protocol protocol) {
        return tally.time(protocol);
    }

    /// Judges one attempt; {@link #commit} is still to be called. Never waits.
    ///
    /// @param now the time in seconds
    /// @param decision receives the verdict
    /// @return false if something must be found out first, which only {@link #decide} does: nothing
    ///   was changed, counted or logged
    public boolean judge(Attempt attempt, long now, Decision decision) {
        Terms current = terms;
        if (!judgement.judge(attempt, current, now, decision)) {
            return false;
        }
        tally.decided(attempt, current.rules(), decision);
        current.log().decided(attempt, decision, now);
        lessons.after(attempt, current.rules(), decision, now);
        followUps.after(attempt, current.rules(), decision, now);
        return true;
    }

    /// Returns when what this thread has judged would survive the death of the process.
    public void commit() {
        store.commit();
    }

    /// Remembers nothing more by itself, as what SPF has said after an answer. To be called when
    /// nobody asks any more; waits for what is under way, unless it hangs.
    ///
    /// @return whether nothing is under way any more
    public boolean stop() {
        return followUps.stop();
    }

    /// Judges by other terms from now on.
    public synchronized void change(Terms changed) {
        terms = changed;
    }

    /// Lets others pass from now on; the other terms stay.
    public synchronized void exempt(Exemptions exemptions) {
        terms = new Terms(exemptions, terms.rules(), terms.log(), terms.observe());
    }

    /// The terms by which attempts are judged now.
    public Terms terms() {
        return terms;
    }

    /// Whether any text over UDP is a client, as it is for the original.
    public boolean takesAnyClient() {
        return terms.rules() instanceof OriginalRules;
    }

    /// How often networks were not learned as one because there are too many such.
    public long poolsNotLearned() {
        return lessons.notLearned();
    }

    Store store() {
        return store;
    }

    Judgement judgement() {
        return judgement;
    }

    Inquiries inquiries() {
        return inquiries;
    }
}
