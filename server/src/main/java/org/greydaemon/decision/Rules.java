package org.greydaemon.decision;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// A rule set: judges a whole attempt on what is remembered. Immutable, shared by all threads.
public sealed interface Rules permits OriginalRules, ModernRules {
    /// Judges the attempt, changes what is remembered and writes the verdict to `decision`; or
    /// changes nothing and writes what must be found out first, see {@link Decision#questions}.
    void judge(Attempt attempt, Memory memory, long now, Decision decision);

    /// When a retry counts.
    RetryWindow window();

    /// When a retry counts of mail that waits so.
    RetryWindow window(Wait wait);

    /// When a retry of a triplet counts, as far as its entry tells: what a line of the operator's
    /// says of its mail is not in there.
    ///
    /// @param entry the {@link Entry} of a triplet
    RetryWindow window(long entry);

    /// When a retry counts of a triplet whose mail waits so.
    ///
    /// @param entry the {@link Entry} of a triplet
    RetryWindow window(long entry, Wait wait);

    /// The same rules, prepared for how long the operator's lines have some mail wait.
    Rules covering(Set<Wait> said);

    /// Why the client is suspect; empty as long as that depends on the unknown names of its host.
    Optional<Suspicion> suspicion(Attempt attempt);

    /// The registrable domain of the client's confirmed host, unless it is one that strangers have
    /// too; empty if it has none, or these rules do not look.
    default Optional<String> provider(Attempt attempt) {
        return Optional.empty();
    }

    /// The key by which these rules know the client of an attempt; valid until the next one is
    /// asked for.
    Key clientKey(Attempt attempt);

    /// The key by which they know the triplet of its address; valid until the next one is asked
    /// for.
    Key tripletKey(Attempt attempt, int recipient);

    /// Shows the keys of the triplets of all the client's identities, as far as they are known.
    ///
    /// @param memory changes nothing
    /// @param each receives each key, only lent
    void triplets(Attempt attempt, int recipient, Memory memory, long now, Consumer<Key> each);

    /// How long entries are worth keeping.
    Lifetimes lifetimes();

    /// How long a quiet entry is kept, in seconds.
    ///
    /// @param tripletWindow a triplet older than this is no longer saved: a retry could not pass
    /// @param triplet a triplet older than this is forgotten
    /// @param client a proven client not seen for this long is forgotten
    /// @param fresh a triplet younger than this has not had the time to come back; while there are
    ///   others it is not forgotten for want of room
    /// @param suspectFresh the same for a triplet of a suspect client
    record Lifetimes(long tripletWindow, long triplet, long client, long fresh, long suspectFresh) {
        /// What every triplet gets beside its delay, in seconds.
        public static final long GRACE = 600;

        /// Where nobody is suspect.
        public Lifetimes(long tripletWindow, long triplet, long client, long fresh) {
            this(tripletWindow, triplet, client, fresh, fresh);
        }

        /// Whether a file that is read or written at `now` still has a use for the entry.
        public boolean isSaved(Key.Kind kind, long entry, long now) {
            return now - Entry.time(entry) < (isProof(kind, entry) ? client : tripletWindow);
        }

        /// Whether memory still has a use for the entry.
        public boolean isKept(Key.Kind kind, long entry, long now) {
            return now - Entry.time(entry) < seconds(kind, entry);
        }

        /// For how many seconds from its time on memory has a use for an entry.
        public long seconds(Key.Kind kind, long entry) {
            return isProof(kind, entry) ? client : triplet;
        }

        /// Whether a triplet has not had the time to come back.
        public boolean isFresh(long entry, long now) {
            boolean isSuspect = (Entry.mark(entry) & Entry.SUSPECT) != 0;
            return now - Entry.time(entry) < (isSuspect ? suspectFresh : fresh);
        }

        /// Whether the entry says that something has proven itself.
        public static boolean isProof(Key.Kind kind, long entry) {
            return !kind.isTriplet() || (Entry.mark(entry) & Entry.PROVEN) != 0;
        }
    }
}
