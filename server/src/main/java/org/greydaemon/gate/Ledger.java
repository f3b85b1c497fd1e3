package org.greydaemon.gate;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Cause;
import org.greydaemon.decision.Companions;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Entry;
import org.greydaemon.decision.IdentityView;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.LearnedPools;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Merge;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.Questions;
import org.greydaemon.decision.Rule;
import org.greydaemon.decision.Rules;
import org.greydaemon.decision.Wait;
import org.greydaemon.exempt.Exemption;
import org.greydaemon.exempt.FinerLines;
import org.greydaemon.store.Store;

import java.util.Optional;
import java.util.Set;
import java.util.function.ObjLongConsumer;

/// What is remembered, for the operator: to look at it, to foresee what it leads to, to add to it
/// and to forget it. No mail is judged here. Safe for use by several threads.
public final class Ledger {
    private static final Rule NOW = (seen, now) -> Entry.of(now, 0);
    private static final Rule FORGET = (seen, now) -> Memory.NEVER;

    private final Gate gate;
    private final Store store;
    private final Runnable afterForgetting;

    /// @param gate what judges by it
    public Ledger(Gate gate) {
        this(gate, () -> {});
    }

    /// @param gate what judges by it
    /// @param afterForgetting what must be done before an operator hears that something is
    ///   forgotten; may wait
    public Ledger(Gate gate, Runnable afterForgetting) {
        this.gate = gate;
        store = gate.store();
        this.afterForgetting = afterForgetting;
    }

    /// The rule set that judges now.
    public Rules rules() {
        return gate.terms().rules();
    }

    /// Finds out all that may ever matter for an attempt, as {@link Gate#decide} would; may wait
    /// some seconds for DNS.
    ///
    /// @param now the time in seconds
    public void lookUp(Attempt attempt, long now) {
        Decision decision = new Decision(Math.max(1, attempt.recipients()));
        Inquiries.Inquiry inquiry = gate.inquiries().new Inquiry(attempt);
        while (!foresees(attempt, now, decision)) {
            inquiry.ask(decision.questions());
        }
    }

    /// What {@link Gate#judge} would say; nothing is remembered, counted or logged, and nobody
    /// asked.
    public void foresee(Attempt attempt, long now, Decision decision) {
        if (!foresees(attempt, now, decision)) {
            attempt.evidence().asked();
            boolean _ = foresees(attempt, now, decision);
        }
    }

    private boolean foresees(Attempt attempt, long now, Decision decision) {
        return gate.judgement().foresee(attempt, gate.terms(), now, decision);
    }

    /// Shows what an attempt's identities are worth now. Changes nothing.
    public void show(ModernRules rules, Attempt attempt, long now, IdentityView view) {
        rules.show(attempt, gate.judgement().unchanged(), now, view);
    }

    /// The line of the operator's that decides about the attempt, or its first recipient.
    public Optional<Exemption> line(Attempt attempt) {
        Exemption whole = gate.terms().exemptions().foresee(attempt, rules(), new Questions());
        Cause line = whole == Exemption.NONE ? attempt.cause(0) : whole;
        return line instanceof Exemption found && found.isLine()
                ? Optional.of(found)
                : Optional.empty();
    }

    /// All the waits that the operator's lines ask for, for any mail.
    public Set<Wait> waits() {
        return gate.terms().exemptions().waits();
    }

    /// Those among them that entries may not tell of.
    public FinerLines finerLines() {
        return gate.terms().exemptions().finer();
    }

    /// How long the operator's lines have such mail wait; empty if that depends on something that
    /// the attempt does not tell. Nobody is asked.
    public Optional<Wait> waits(Attempt attempt) {
        return gate.judgement().waits(attempt, gate.terms());
    }

    /// Takes the client for proven, as if it had retried in time.
    public void prove(Attempt attempt, long now) {
        store.step(rules().clientKey(attempt), NOW, now);
        store.commit();
    }

    /// Starts the clock of the first recipient's triplet.
    public void startClock(Attempt attempt, long now) {
        store.step(rules().tripletKey(attempt, 0), NOW, now);
        store.commit();
    }

    /// Forgets that the client is proven, by whatever it is known, see {@link #clientSeen}.
    ///
    /// @return whether it was remembered
    public boolean forgetClient(Attempt attempt) {
        long seen = store.step(rules().clientKey(attempt), FORGET, 0);
        long whole = store.step(attempt.clientKey(), FORGET, 0);
        commitForgotten();
        return seen != Memory.NEVER || whole != Memory.NEVER;
    }

    /// Forgets the first recipient's triplets of all the client's identities, and what the same
    /// attempt has made for identities that nobody knows any more: otherwise a retry would still
    /// pass by one of them. May wait some seconds for DNS.
    ///
    /// @param now the time in seconds
    /// @return whether any of the first kind was remembered
    public boolean forgetTriplet(Attempt attempt, long now) {
        lookUp(attempt, now);
        Companions companions = companions();
        Memory unchanged = gate.judgement().unchanged();
        boolean[] found = new boolean[1];
        rules().triplets(
                        attempt,
                        0,
                        unchanged,
                        now,
                        key -> {
                            long entry = store.step(key, FORGET, 0);
                            found[0] |= entry != Memory.NEVER;
                            if (entry != Memory.NEVER && !Companions.isOne(key)) {
                                companions.add(key, entry, now);
                            }
                        });
        if (found[0] && Companions.mayBeIn(unchanged)) {
            visit(
                    now,
                    (key, entry) -> {
                        if (companions.have(key, entry)) {
                            drop(key);
                        }
                    });
        }
        commitForgotten();
        return found[0];
    }

    /// For finding what the same attempts have made as some triplets.
    public Companions companions() {
        return new Companions(rules(), gate.judgement().unchanged());
    }

    /// Shows all that is of any use at `now`, triplets among it whose retry would be late. No
    /// attempt waits for the visitor, which receives each key, only lent, and its {@link Entry}.
    public void visit(long now, ObjLongConsumer<Key> visitor) {
        store.visit((key, entry) -> {
            if (rules().lifetimes().isKept(key.kind(), entry, now)) {
                visitor.accept(key, entry);
            }
        });
    }

    /// The time in seconds when the client was last seen as a proven one, or {@link Memory#NEVER}.
    /// The modern rules know an IPv6 client by its /64, and by the whole address that the
    /// original's rules or an import have proven.
    public long clientSeen(Attempt attempt, long now) {
        long seen = seen(rules().clientKey(attempt), now);
        return Math.max(seen, seen(attempt.clientKey(), now));
    }

    /// The time in seconds that is remembered of a key, or {@link Memory#NEVER}.
    public long seen(Key key, long now) {
        return Entry.time(store.step(key, Rule.LOOK, now));
    }

    /// Forgets one entry; {@link #commitForgotten} is still to be called.
    public void drop(Key key) {
        store.step(key, FORGET, 0);
    }

    /// Forgets one entry if it is still as it was seen; {@link #commitForgotten} is still to be
    /// called.
    ///
    /// @param now the time in seconds
    /// @return whether it was
    public boolean drop(Key key, long entry, long now) {
        return store.step(key, (seen, _) -> seen == entry ? Memory.NEVER : seen, now) == entry;
    }

    /// Remembers an entry that was dropped as it was, if nothing of it is remembered again; {@link
    /// #commit} is still to be called.
    ///
    /// @param now the time in seconds
    /// @return whether it is remembered
    public boolean bringBack(Key key, long entry, long now) {
        return rules().lifetimes().isSaved(key.kind(), entry, now)
                && store.step(key, (seen, _) -> seen == Memory.NEVER ? entry : seen, now)
                        == Memory.NEVER;
    }

    /// Remembers an entry of another time or place; {@link #commit} is still to be called. It is
    /// merged with what is remembered already: a client has its later time, a triplet the earlier
    /// one that still counts.
    ///
    /// @param entry the {@link Entry}; a plain time in seconds is one
    /// @param now the time in seconds
    /// @return whether anything else is remembered now
    public boolean restore(Key key, long entry, long now) {
        if (!mayRestore(key, entry, now)) {
            return false;
        }
        long before = merge(key, entry, now);
        if (key.kind() == Key.Kind.POOL_NETWORK) {
            LearnedPools.unite(
                    before, entry, rules().lifetimes(), now, (its, also) -> merge(its, also, now));
        }
        return changes(key, before, entry, now);
    }

    private long merge(Key key, long entry, long now) {
        return store.step(key, (seen, at) -> merged(key, seen, entry, at), now);
    }

    /// What {@link #restore} would return; nothing is changed.
    public boolean restores(Key key, long entry, long now) {
        return mayRestore(key, entry, now)
                && changes(key, store.step(key, Rule.LOOK, now), entry, now);
    }

    private boolean mayRestore(Key key, long entry, long now) {
        return Entry.time(entry) > 0
                && Entry.time(entry) <= now
                && rules().lifetimes().isSaved(key.kind(), entry, now);
    }

    private boolean changes(Key key, long seen, long entry, long now) {
        return merged(key, seen, entry, now) != seen;
    }

    private long merged(Key key, long seen, long entry, long now) {
        return Merge.merged(key.kind(), seen, entry, rules().lifetimes(), now);
    }

    /// Returns when what this thread has changed would survive the death of the process.
    public void commit() {
        store.commit();
    }

    /// The same for what was forgotten, of which others may have to hear.
    public void commitForgotten() {
        store.commit();
        afterForgetting.run();
    }
}
