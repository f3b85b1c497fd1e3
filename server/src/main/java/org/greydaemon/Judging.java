package org.greydaemon;

import org.greydaemon.admin.ExemptionSources;
import org.greydaemon.admin.Watchers;
import org.greydaemon.cli.ExitStatus;
import org.greydaemon.cli.Version;
import org.greydaemon.config.DaemonSettings;
import org.greydaemon.decision.Rules;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.gate.Gate;
import org.greydaemon.gate.Ledger;
import org.greydaemon.gate.Tally;
import org.greydaemon.log.DecisionLog;
import org.greydaemon.log.Event;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.server.Signals;
import org.greydaemon.share.Host;
import org.greydaemon.share.Sharing;
import org.greydaemon.store.SavingStore;
import org.greydaemon.store.Store;
import org.greydaemon.store.memory.MemoryStore;
import org.greydaemon.store.memory.Saver;

import java.util.Optional;

/// What judges: the gate, and what it stands on. Created, started and stopped by `main`.
///
/// @param store what is remembered
/// @param saver writes it to the disk in the background
/// @param resolvers ask DNS
/// @param exemptions who passes by the operator's word
/// @param decisions the log of decisions that the run was started with
/// @param watchers operators who watch
/// @param tally counts what is decided
/// @param gate judges
/// @param ledger shows and changes what is remembered
/// @param sharing remembers together with other hosts
record Judging(
        MemoryStore store,
        Saver saver,
        Resolvers resolvers,
        ExemptionSources exemptions,
        DecisionLog decisions,
        Watchers watchers,
        Tally tally,
        Gate gate,
        Ledger ledger,
        Sharing sharing)
        implements AutoCloseable {

    /// Reads what is remembered, as the user that the daemon runs as. What another daemon remembers
    /// is that one's still, so nothing is done with it before {@link TakingOver}, but a rehearsal.
    static Judging open(Basis basis) throws StartException {
        ExemptionLists lists = basis.orders().lists().orElseThrow();
        Rules rules = basis.settings().rules().covering(lists.waits());
        MemoryStore store = Start.open(basis, rules);
        try {
            if (basis.predecessor().isPresent()) { // The compiler goes on while the rest is made.
                int _ =
                        new Rehearsal(
                                        basis.settings(),
                                        basis.clock(),
                                        store.entries(),
                                        basis.predecessor().get()::isThere)
                                .play();
            }
            return of(basis, rules, store, Start.exemptions(basis, lists));
        } catch (StartException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private static Judging of(
            Basis basis, Rules rules, MemoryStore store, ExemptionSources exemptions) {
        DaemonSettings settings = basis.settings();
        Resolvers resolvers = Resolvers.of(basis);
        Saver saver = new Saver(store, basis.clock(), Main::bug);
        saver.afterSave(exemptions::writeWhatIsGone);
        DecisionLog decisions = settings.logFormat().decisions(basis.log());
        Watchers watchers = new Watchers(basis.clock()::wallOffsetSeconds);
        Tally tally = new Tally(basis.metrics(), System::nanoTime);
        Store kept = settings.debug() ? new SavingStore(store, saver::request) : store;
        Gate gate =
                new Gate(
                        new Gate.Terms(
                                exemptions.inForce(),
                                rules,
                                watchers.beside(decisions),
                                settings.observe()),
                        kept,
                        tally,
                        resolvers.hostNames(),
                        new DnsSpf(resolvers.spf()),
                        resolvers.lists());
        exemptions.tell(gate::exempt);
        measure(gate, basis.metrics());
        Sharing sharing =
                Sharing.start(
                        Optional.empty(), host(basis, store, exemptions, gate), basis.metrics());
        return new Judging(
                store,
                saver,
                resolvers,
                exemptions,
                decisions,
                watchers,
                tally,
                gate,
                new Ledger(gate, sharing::settle),
                sharing);
    }

    private static Host host(
            Basis basis, MemoryStore store, ExemptionSources exemptions, Gate gate) {
        return new Host(
                FrontEnds.hostName(),
                Version.text(),
                store,
                exemptions,
                () -> gate.terms().rules().lifetimes(),
                basis.clock(),
                basis.clock()::wallOffsetSeconds,
                System::currentTimeMillis,
                () -> System.nanoTime() / 1_000_000,
                basis.settings().saveFile(),
                basis.log(),
                FrontEnds::bug);
    }

    private static void measure(Gate gate, Metrics metrics) {
        metrics.read(Metric.OBSERVES, () -> gate.terms().observe() ? 1 : 0);
        metrics.read(Metric.OBSERVING_LINES, () -> gate.terms().exemptions().observes() ? 1 : 0);
        metrics.read(Metric.EXPECTING, () -> gate.terms().exemptions().expecting());
        metrics.read(Metric.EXEMPTIONS_CUT_SHORT, () -> gate.terms().exemptions().cutShort());
        metrics.read(Metric.POOLS_NOT_LEARNED, gate::poolsNotLearned);
    }

    /// Begins to share: what is judged from now on is for the other hosts too.
    void share(DaemonSettings settings) {
        sharing.change(settings.share());
    }

    /// Begins to save.
    void start(DaemonSettings settings) {
        saver.start(settings.saveSeconds(), settings.fsync());
    }

    /// Begins to leave the other hosts to a successor, which tells them what they have not heard.
    void shareNoMore() {
        sharing.endSoon();
    }

    /// Asks nobody any more: who waits for a name goes on without it.
    void askNobody() {
        resolvers.close();
    }

    /// Saves for the last time: nobody is answered any more.
    ///
    /// @return how the process ends
    ExitStatus stop(Basis basis, Signals signals) {
        rememberNothing(basis);
        if (!saver.stop()) {
            basis.log().tell(Event.UNFINISHED, "a save does not end, and no other one is possible");
            if (store.waitsForDisk() == 0) { // Else the journal's disk hangs as well.
                store.commit();
            }
            return lastSave(basis, signals).none();
        }
        saveAlsoWhileOthersRead();
        return lastSave(basis, signals).save();
    }

    /// Lets a successor have the files: nobody is answered any more. What is known is in the
    /// journal, unless the disk has refused it since the successor was told that it may have it;
    /// then it is saved, if that can be done at once.
    ///
    /// @return how the process ends if the successor answers
    ExitStatus leave(Basis basis, Signals signals) {
        rememberNothing(basis);
        ExitStatus end = ExitStatus.STOPPED;
        if (saveAlsoWhileOthersRead()) {
            end = lastSave(basis, signals).saveAtOnce();
        }
        store.leaveFiles();
        return end;
    }

    /// Saves wait while a successor reads the files. What is in none of them would end with this
    /// process, so it does not count then: who reads finds other files, and reads those.
    ///
    /// @return whether there is any
    private boolean saveAlsoWhileOthersRead() {
        store.commit();
        boolean isAny = store.unwritten() > 0;
        if (isAny) {
            store.holdSaves(false);
        }
        return isAny;
    }

    private void rememberNothing(Basis basis) {
        exemptions.stop();
        sharing.close();
        if (!gate.stop()) {
            basis.log().tell(Event.UNFINISHED, "what SPF has said is not remembered yet");
        }
    }

    private LastSave lastSave(Basis basis, Signals signals) {
        return new LastSave(store, basis.clock(), basis.settings(), signals, basis.log());
    }

    @Override
    public void close() {
        sharing.close();
        saver.close();
        resolvers.close();
        store.close();
    }
}
