package org.greydaemon.admin;

import org.greydaemon.decision.Companions;
import org.greydaemon.decision.Key;
import org.greydaemon.gate.Ledger;

/// Forgets for good what an operator chooses, whatever its number, and the triplets of the clients'
/// other identities that the same attempts have made: else a retry would still pass by one of them.
/// Confined to one thread.
final class Forgetting {
    /// After so many it is waited for that the hosts that share can be told of them: what is fed to
    /// them has no room for millions.
    static final int TOGETHER = 10_000;

    private final Ledger ledger;
    private final long now;
    private final int madeMax;
    private final EntryTimes times;
    private long dropped;

    /// @param madeMax of how many triplets the companions are kept in mind at once
    Forgetting(Ledger ledger, long now, int madeMax) {
        this.ledger = ledger;
        this.now = now;
        this.madeMax = madeMax;
        times = new EntryTimes(ledger, now);
    }

    /// How many entries are meant.
    long count(Selection selection) {
        long[] count = new long[1];
        ledger.visit(
                now,
                (key, entry) -> {
                    if (Entries.isShown(key) && times.isMeant(selection, key, entry)) {
                        count[0]++;
                    }
                });
        return count[0];
    }

    /// Forgets them, in rounds of as many triplets as have room: those beyond would leave their
    /// companions behind.
    ///
    /// @return how many they were, companions not counted
    long forget(Selection selection) {
        long count = 0;
        Round round;
        do {
            round = new Round(selection);
            round.run();
            count += round.count;
        } while (round.isFull());
        ledger.commitForgotten();
        return count;
    }

    /// No lock of the store is held while it visits, so other hosts may be waited for; what has
    /// changed meanwhile was not chosen.
    ///
    /// @return whether it is forgotten
    private boolean drop(Key key, long entry) {
        boolean isGone = ledger.drop(key, entry, now);
        if (isGone && ++dropped % TOGETHER == 0) {
            ledger.commitForgotten();
        }
        return isGone;
    }

    /// What is forgotten by one walk over the entries, and a second one for the companions.
    private final class Round {
        private final Selection selection;
        private final boolean isAll;
        private final Companions companions = ledger.companions();
        private long count;
        private int triplets;

        Round(Selection selection) {
            this.selection = selection;
            isAll = selection.isEverything(); // All companions go, so none is kept in mind.
        }

        /// Whether triplets may be left for another one.
        boolean isFull() {
            return triplets == madeMax;
        }

        void run() {
            ledger.visit(now, this::forget);
            if (triplets > 0 || isAll) {
                ledger.visit(now, this::forgetCompanion);
            }
        }

        private void forget(Key key, long entry) {
            if (!Entries.isShown(key)
                    || (key.isTriplet() && isFull())
                    || !times.isMeant(selection, key, entry)) {
                return;
            }
            if (key.isTriplet() && !isAll) {
                triplets++;
                companions.add(key, entry, now);
            }
            count += drop(key, entry) ? 1 : 0;
        }

        private void forgetCompanion(Key key, long entry) {
            if (isAll ? Companions.isOne(key) : companions.have(key, entry)) {
                boolean _ = drop(key, entry);
            }
        }
    }
}
