package org.greydaemon.exempt;

import org.greydaemon.mistake.MistakeException;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What an operator has said with greyctl of somebody, and when: his mail passes, or no longer
/// does. Immutable.
///
/// @param whom with end and reason, if his mail passes
/// @param passes whether it does
/// @param made when, in milliseconds of the wall clock since 1970
public record AllowedWord(Allowed whom, boolean passes, long made) {
    /// The latest end of what comes from elsewhere, in seconds since 1970: that of the year 9999.
    public static final long UNTIL_MAX = 253_402_300_799L;

    /// So far ahead of the clock, in milliseconds, nobody speaks: such a word was said or heard
    /// while the clock was ahead.
    private static final long AHEAD_MILLIS = 60_000;

    /// For how long it is known what lets nothing pass any more, in milliseconds: a host that is
    /// away for longer brings back what it was not told.
    private static final long KEPT_MILLIS = 366L * 86_400_000;

    private static final Comparator<AllowedWord> ORDER =
            Comparator.comparingLong(AllowedWord::made)
                    .thenComparing(word -> !word.passes())
                    .thenComparingLong(AllowedWord::until)
                    .thenComparing(AllowedWord::text)
                    .thenComparing(AllowedWord::reason);

    /// Somebody else's word, which is checked as strictly as what an operator types.
    ///
    /// @param text as {@link #text} has it
    /// @param until in seconds since 1970, {@link Exemption#FOREVER} for no end
    /// @throws MistakeException if that cannot be meant, is several, or everybody
    public static AllowedWord of(String text, boolean passes, long until, String reason, long made)
            throws MistakeException {
        List<Allowed> all = Allowed.parse(text, Optional.empty(), until, reason);
        boolean isControl = text.chars().anyMatch(Character::isISOControl);
        boolean isEnd = until == Exemption.FOREVER || (until >= 0 && until <= UNTIL_MAX);
        if (all.size() > 1 || all.getFirst().isWide() || isControl || !isEnd) {
            throw new MistakeException("it is not one that hosts tell each other", "");
        }
        return new AllowedWord(all.getFirst(), passes, made);
    }

    /// Which of two words about the same holds: the later one, and of two at the same time that
    /// nothing passes. In whatever order and however often words are heard, the same holds.
    public static AllowedWord holding(AllowedWord one, AllowedWord other) {
        return ORDER.compare(one, other) >= 0 ? one : other;
    }

    /// Whether another word about the same, and not this one, holds. One that a clock that was
    /// ahead has dated holds against no other: it would, whatever is said, until that time comes.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    static boolean isOutdone(AllowedWord one, AllowedWord other, long wall) {
        return one.isAhead(wall) == other.isAhead(wall)
                ? ORDER.compare(one, other) < 0
                : one.isAhead(wall);
    }

    /// Whether it was said later than it is now, so by another clock than this one.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    public boolean isAhead(long wall) {
        return made > 1000 * wall + AHEAD_MILLIS;
    }

    /// Whether mail passes by it.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    boolean isInForce(long wall) {
        return passes && until() > wall;
    }

    /// Whether it lets nothing pass, and that need not be known any more: nobody remembers the
    /// opposite.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    public boolean isOfNoUse(long wall) {
        return !isInForce(wall)
                && Math.max(made, passes ? 1000 * until() : 0) <= 1000 * wall - KEPT_MILLIS;
    }

    /// Whether it is another word, of somebody who has spoken after this one; that one has come to
    /// its end is no other word.
    public boolean isSaidAfter(AllowedWord before) {
        return made > before.made || !reason().equals(before.reason());
    }

    /// The same by another clock.
    ///
    /// @param until its end, in seconds since 1970
    public AllowedWord at(long made, long until) {
        return new AllowedWord(until == until() ? whom : whom.until(until), passes, made);
    }

    /// By which words about the same are found.
    public Object key() {
        return whom.key();
    }

    /// Who is meant, as a line of a file says it.
    public String text() {
        return whom.text();
    }

    /// The end, in seconds since 1970; {@link Exemption#FOREVER} if there is none.
    public long until() {
        return whom.line().exemption().until();
    }

    /// Who says so and why.
    public String reason() {
        return whom.line().exemption().reason();
    }

    /// Whether other hosts are told: that everybody passes each must be told by itself.
    public boolean isToShare() {
        return !whom.isWide()
                && text().chars().noneMatch(Character::isISOControl)
                && (until() == Exemption.FOREVER || until() <= UNTIL_MAX);
    }
}
