package org.greydaemon.decision;

import org.greydaemon.decision.Rules.Lifetimes;

/// What is remembered of a key by somebody who has heard two accounts of it: of two hosts, or of a
/// host and a file. Pure.
///
/// For one time and one set of lifetimes this is a semilattice: in whatever order, and however
/// often the same accounts are heard, the same is remembered (docs/adr/0020).
///
/// ```
/// of no use any more  as if it were not remembered
/// a proof             the later time: it has served then
/// a waiting triplet   the earlier time: its clock runs since then; a proven one beats it
/// ```
public final class Merge {
    private static final int TRIPLET_FLAGS =
            Entry.PROVEN | Entry.SUSPECT | Entry.FIRST | Entry.CAME_BACK | Entry.MESSAGE;

    private Merge() {}

    /// What is remembered after both.
    ///
    /// @param one an {@link Entry}, or {@link Memory#NEVER}
    /// @param other another account of the same key
    /// @param now the time in seconds
    /// @return {@link Memory#NEVER} if neither is of any use
    public static long merged(Key.Kind kind, long one, long other, Lifetimes lifetimes, long now) {
        boolean isOne = isOfUse(kind, one, lifetimes, now);
        boolean isOther = isOfUse(kind, other, lifetimes, now);
        if (!isOne || !isOther) {
            return isOne ? normal(kind, one) : isOther ? normal(kind, other) : Memory.NEVER;
        }
        if (!kind.isTriplet()) {
            long time = Math.max(Entry.time(one), Entry.time(other));
            return Entry.of(time, mark(kind, Entry.mark(one), Entry.mark(other)));
        }
        boolean isProof = Lifetimes.isProof(kind, one);
        if (isProof != Lifetimes.isProof(kind, other)) {
            return isProof ? one : other;
        }
        if (Entry.time(one) == Entry.time(other)) {
            return Entry.of(Entry.time(one), tripletMark(Entry.mark(one), Entry.mark(other)));
        }
        boolean isOneLater = Entry.time(one) > Entry.time(other);
        return isOneLater == isProof ? one : other;
    }

    /// Whether the entry is remembered at all, and a retry of it could still pass.
    private static boolean isOfUse(Key.Kind kind, long entry, Lifetimes lifetimes, long now) {
        return entry != Memory.NEVER && lifetimes.isSaved(kind, entry, now);
    }

    private static long normal(Key.Kind kind, long entry) {
        return kind.isTriplet()
                ? entry
                : Entry.of(Entry.time(entry), mark(kind, Entry.mark(entry), Entry.mark(entry)));
    }

    private static int mark(Key.Kind kind, int one, int other) {
        return switch (kind) {
            case SUSPECT, POOL_LINK -> SenderMarks.both(one, other);
            case POOL_NETWORK -> Math.min(one, other); // As pools that turn out to be one.
            case CLIENT, HOST_SENDER, POOL, SPF_DOMAIN -> Math.max(one, other);
            case TRIPLET, NETWORK_TRIPLET, HOST_TRIPLET, SPF_TRIPLET -> tripletMark(one, other);
        };
    }

    /// Each host counts what it has seen: the larger count, and suspect if it was to either.
    private static int tripletMark(int one, int other) {
        int flags = (one | other) & TRIPLET_FLAGS;
        return flags
                | Math.max(
                        Entry.earlyRetries(Entry.of(0, one)),
                        Entry.earlyRetries(Entry.of(0, other)));
    }
}
