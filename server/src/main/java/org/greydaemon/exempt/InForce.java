package org.greydaemon.exempt;

import java.time.ZoneId;
import java.util.BitSet;

/// Which lines of a source are in force at a time, and the place of each among the lines of all
/// sources. Immutable.
final class InForce {
    private final IndexedLines lines;
    private final int firstRank;

    // Those that have come to their end, or whose time of the day is another.
    private final BitSet out = new BitSet();
    private final boolean isAll;
    private final Firsts firsts = new Firsts();

    /// The first lines of a kind, or {@link RankedLines#END}, and what some line does.
    private static final class Firsts {
        private int greylist = RankedLines.END;
        private int greylistOfRecipients = RankedLines.END;
        private int ofRecipients = RankedLines.END;
        private int optIn = RankedLines.END;
        private boolean answersMayGreylist;
        private boolean observes;
        private long nextChange = Exemption.FOREVER;
    }

    /// @param firstRank the rank of its first line
    /// @param wall the time of the wall clock, in seconds since 1970
    InForce(IndexedLines lines, int firstRank, long wall, ZoneId zone) {
        this.lines = lines;
        this.firstRank = firstRank;
        lines.forEachEnd((line, end) -> look(line, end, wall));
        int first = lines.firstOfRecipients(out);
        firsts.ofRecipients = first == RankedLines.END ? first : rank(first);
        lines.special().forEach(line -> look(line, wall, zone));
        isAll = out.isEmpty();
    }

    private void look(int line, long end, long wall) {
        if (end > wall) {
            firsts.nextChange = Math.min(firsts.nextChange, end);
        } else {
            out.set(line);
        }
    }

    private void look(int line, long wall, ZoneId zone) {
        ExemptionLine its = line(line);
        Exemption exemption = its.exemption();
        if (!exemption.isOver(wall)) {
            firsts.nextChange = Math.min(firsts.nextChange, exemption.until());
            firsts.nextChange = Math.min(firsts.nextChange, its.next(wall, zone));
        }
        if (its.holds(wall, zone)) {
            note(rank(line), its);
        } else {
            out.set(line);
        }
    }

    private void note(int rank, ExemptionLine its) {
        Exemption exemption = its.exemption();
        firsts.observes |= exemption.observes();
        if (its.isOptIn()) {
            firsts.optIn = Math.min(firsts.optIn, rank);
            return;
        }
        if (its.concernsRecipients()) {
            firsts.ofRecipients = Math.min(firsts.ofRecipients, rank);
        }
        if (!exemption.passes()) {
            firsts.greylist = Math.min(firsts.greylist, rank);
            firsts.answersMayGreylist |= its.asks();
            if (its.concernsRecipients()) {
                firsts.greylistOfRecipients = Math.min(firsts.greylistOfRecipients, rank);
            }
        }
    }

    /// All lines of the source.
    IndexedLines all() {
        return lines;
    }

    /// The place of a line among those of all sources: the first that fits decides.
    int rank(int line) {
        return firstRank + line;
    }

    /// Whether a line of the source has this rank.
    boolean hasRank(int rank) {
        return rank >= firstRank && rank - firstRank < lines.size();
    }

    /// The exemption of the line with this rank.
    Exemption exemption(int rank) {
        return line(rank - firstRank).exemption();
    }

    /// A line, whether it is in force or not.
    ExemptionLine line(int line) {
        return lines.line(line);
    }

    /// Whether a line is in force.
    boolean holds(int line) {
        return isAll || !out.get(line);
    }

    /// The rank of a client's first line about messages; {@link RankedLines#END} if there is none.
    int firstOfClient(long high, long low) {
        int line = lines.messages().firstOfClient(high, low, this);
        return line == RankedLines.END ? line : rank(line);
    }

    /// Finds the first line about messages that fits.
    void findOfMessage(Search search) {
        lines.messages().find(search, this);
    }

    /// Finds the first line about recipients that fits.
    void findOfRecipient(Search search) {
        lines.recipients().find(search, this);
    }

    /// Finds the line by which a recipient wants greylisting.
    void findOptIn(Search search) {
        lines.optIns().find(search, this);
    }

    /// The rank of the first line that greylists.
    int firstGreylist() {
        return firsts.greylist;
    }

    /// The rank of the first line about recipients that greylists.
    int firstGreylistOfRecipients() {
        return firsts.greylistOfRecipients;
    }

    /// The rank of the first line about recipients.
    int firstOfRecipients() {
        return firsts.ofRecipients;
    }

    /// The rank of the first line by which recipients want greylisting.
    int firstOptIn() {
        return firsts.optIn;
    }

    /// Whether what lines ask for could lead to one that greylists.
    boolean answersMayGreylist() {
        return firsts.answersMayGreylist;
    }

    /// Whether a line only observes.
    boolean observes() {
        return firsts.observes;
    }

    /// When other lines are in force, in seconds since 1970; {@link Exemption#FOREVER} if never.
    long nextChange() {
        return firsts.nextChange;
    }
}
