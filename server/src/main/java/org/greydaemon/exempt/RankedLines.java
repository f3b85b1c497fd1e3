package org.greydaemon.exempt;

import org.greydaemon.decision.Attempt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/// The lines that are in force at some time, each with its rank: of those that fit, the one with
/// the lowest decides. In this order: what greyctl has allowed of other than clients (ranks below
/// 0, so that those of files stay when that changes), the exemption files, the postmasters, the
/// shipped lists. Immutable; safe for use by several threads.
///
/// What holds of all lines is found out once, so that most attempts need not look at each.
final class RankedLines {
    /// The rank behind all lines: what no line decides.
    static final int END = Integer.MAX_VALUE;

    private final InForce[] sources;
    private final List<InForce> shipped = new ArrayList<>();
    private final Exemption postmasters;
    private final int postmasterRank;
    private final Exemption notOptedIn;
    private final boolean isPlain;
    private final boolean hasRecipientTexts;
    // The first lines that greylist, and of those that are about recipients the first and the
    // first that greylists.
    private final int firstGreylist;
    private final int firstOfRecipients;
    private final int firstGreylistOfRecipients;
    private final boolean answersMayGreylist;
    private final boolean observes;
    private final long nextChange;

    /// @param allowed what greyctl has allowed
    /// @param postmasters the line of the postmasters, if `lists` has them pass
    /// @param wall the time of the wall clock, in seconds since 1970
    RankedLines(ExemptionLists lists, AllowedLines allowed, Exemption postmasters, long wall) {
        this.postmasters = postmasters;
        sources = sources(lists, allowed, wall);
        int end = lists.lines();
        postmasterRank = lists.postmaster() ? end : END;
        for (ExemptionFile file : lists.shipped()) {
            shipped.add(new InForce(file.index(), end + 1, wall, lists.zone()));
            end += file.size();
        }
        int optIn = first(InForce::firstOptIn);
        notOptedIn =
                optIn == END
                        ? Exemption.NONE
                        : new Exemption(
                                "not-opted-in",
                                0,
                                "opt-in",
                                exemption(optIn).place(),
                                Exemption.FOREVER);
        isPlain = Arrays.stream(sources).allMatch(its -> its.all().messages().isPlain());
        firstGreylistOfRecipients = first(InForce::firstGreylistOfRecipients);
        firstGreylist = first(InForce::firstGreylist);
        int ofRecipients = first(InForce::firstOfRecipients);
        firstOfRecipients = Math.min(postmasterRank, ofRecipients);
        hasRecipientTexts = ofRecipients != END || optIn != END;
        answersMayGreylist = Arrays.stream(sources).anyMatch(InForce::answersMayGreylist);
        observes =
                Stream.concat(Arrays.stream(sources), shipped.stream()).anyMatch(InForce::observes);
        nextChange =
                Arrays.stream(sources)
                        .mapToLong(InForce::nextChange)
                        .min()
                        .orElse(Exemption.FOREVER);
    }

    private static InForce[] sources(ExemptionLists lists, AllowedLines allowed, long wall) {
        List<InForce> all = new ArrayList<>();
        IndexedLines others = IndexedLines.of(allowed.others());
        all.add(new InForce(others, -others.size(), wall, lists.zone()));
        int rank = 0;
        for (ExemptionFile file : lists.files()) {
            all.add(new InForce(file.index(), rank, wall, lists.zone()));
            rank += file.size();
        }
        return all.toArray(InForce[]::new);
    }

    private int first(ToIntFunction<InForce> rank) {
        return Arrays.stream(sources).mapToInt(rank).min().orElse(END);
    }

    /// When others of the lines are in force, in seconds since 1970; {@link Exemption#FOREVER} if
    /// that never happens.
    long nextChange() {
        return nextChange;
    }

    /// Whether all lines are about clients' addresses, or about recipients alone.
    boolean isPlain() {
        return isPlain;
    }

    /// Whether a line asks for more than whether a recipient is a postmaster.
    boolean hasRecipientTexts() {
        return hasRecipientTexts;
    }

    /// Whether what is asked for could lead to a line that has mail wait.
    boolean answersMayGreylist() {
        return answersMayGreylist;
    }

    /// Whether a line only observes.
    boolean observes() {
        return observes;
    }

    /// Whether some recipients have opted in, so that others' mail is not greylisted.
    boolean hasOptIns() {
        return notOptedIn != Exemption.NONE;
    }

    /// The rank of the postmasters, if it comes before another one; else that one.
    int orPostmasters(int rank, Attempt attempt, int recipient) {
        return postmasterRank < rank && Postmasters.isOne(attempt, recipient)
                ? postmasterRank
                : rank;
    }

    /// The rank from which on lines may say another thing of one recipient than of another.
    int firstOfRecipients() {
        return hasOptIns() ? Math.min(firstOfRecipients, END - 1) : firstOfRecipients;
    }

    /// Whether a line that lets mail pass does so for all recipients.
    ///
    /// @param rank the line's
    boolean passesAll(int rank, Attempt attempt) {
        if (rank == END) {
            return !attempt.isCut() && firstGreylistOfRecipients == END && !hasOptIns();
        }
        return rank < (attempt.isCut() ? firstGreylist : firstGreylistOfRecipients);
    }

    /// The rank of the first line that is about the client's address alone.
    int firstOfClient(Attempt attempt) {
        int rank = END;
        for (int i = 0; i < sources.length && rank == END && attempt.isAddress(); i++) {
            rank = sources[i].firstOfClient(attempt.addressHigh(), attempt.addressLow());
        }
        return rank;
    }

    /// Finds the first line that fits the message as a whole.
    void findOfMessage(Search search) {
        for (InForce source : sources) {
            source.findOfMessage(search);
        }
    }

    /// Finds the first line that fits a recipient.
    void findOfRecipient(Search search) {
        for (InForce source : sources) {
            source.findOfRecipient(search);
        }
    }

    /// Whether a shipped list could say something. Their lines are about names of hosts, for which
    /// the rules ask anyway before they have mail wait: so nobody is kept waiting for these, and
    /// proven clients are not looked at.
    boolean mayBeShipped(Attempt attempt) {
        return !shipped.isEmpty() && attempt.evidence().hosts().isPresent();
    }

    /// Finds the first line of the shipped lists that fits the message as a whole.
    void findShipped(Search search, Attempt attempt) {
        for (InForce list : shipped) {
            if (list.all().messages().mayFit(attempt.evidence().hosts().orElseThrow())) {
                list.findOfMessage(search);
            }
        }
    }

    /// What is said of a recipient of whom no line says anything.
    Exemption byOptIn(Search search) {
        boolean isKnown = search.recipientForms().isPresent();
        for (InForce source : sources) {
            source.findOptIn(search);
        }
        return isKnown && search.first() == END ? notOptedIn : Exemption.NONE;
    }

    /// The line of a rank.
    Exemption exemption(int rank) {
        if (rank == postmasterRank) {
            return postmasters;
        }
        for (InForce source : sources) {
            if (source.hasRank(rank)) {
                return source.exemption(rank);
            }
        }
        return shipped.stream()
                .filter(list -> list.hasRank(rank))
                .findFirst()
                .orElseThrow()
                .exemption(rank);
    }
}
