package org.greydaemon.exempt;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Questions;
import org.greydaemon.decision.Rules;
import org.greydaemon.decision.Wait;
import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Stream;

/// What operators say of mail: the white list, what greyctl has allowed and what is expected, the
/// lines of the exemption files and of the shipped lists, in this order. The first that fits
/// decides (docs/terms.md). Immutable but for the counts; a reload, an operator, the end of a line
/// or the time of the day makes a new one. Safe for use by several threads.
///
/// What is not in force now is not looked at: whoever holds this makes a new one at {@link
/// #nextChange}, so that no attempt has to know the time.
public final class Exemptions {
    /// Nobody has said anything.
    public static final Exemptions NONE = of(ClientList.EMPTY);

    private final ExemptionLists lists;
    private final AllowedLines allowed;
    private final Expected expected;
    private final Exemption postmasters;
    private final RankedLines ranked;
    private final DecidingLines deciding;
    private final long nextChange;
    private final LongAdder cutShort;

    // What finer() has found; if two threads look at once, each finds the same.
    private volatile @Nullable FinerLines finer;

    private Exemptions(
            ExemptionLists lists,
            AllowedLines allowed,
            Expected expected,
            Exemption postmasters,
            LongAdder cutShort,
            long wall) {
        this.expected = expected;
        this.cutShort = cutShort;
        this.lists = lists;
        this.allowed = allowed;
        this.postmasters = postmasters;
        ranked = new RankedLines(lists, allowed, postmasters, wall);
        deciding = new DecidingLines(lists, allowed, expected, ranked, wall);
        nextChange = nextChange(wall);
    }

    private long nextChange(long wall) {
        return allowed.exemptions().stream()
                .filter(its -> !its.isOver(wall))
                .mapToLong(Exemption::until)
                .reduce(ranked.nextChange(), Math::min);
    }

    /// Those of a white list alone.
    public static Exemptions of(ClientList whiteList) {
        return of(new ExemptionLists(whiteList, List.of(), false), AllowedLines.NONE, 0);
    }

    /// Those of all sources.
    ///
    /// @param lists what stands in files
    /// @param allowed what greyctl has allowed
    /// @param wall the time of the wall clock, in seconds since 1970
    public static Exemptions of(ExemptionLists lists, AllowedLines allowed, long wall) {
        return of(lists, allowed, Expected.none(), wall);
    }

    /// The same, and this mail is expected.
    ///
    /// @param expected is asked for each recipient, and may change
    public static Exemptions of(
            ExemptionLists lists, AllowedLines allowed, Expected expected, long wall) {
        return new Exemptions(
                lists, allowed, expected, Postmasters.exemption(), new LongAdder(), wall);
    }

    /// The same at another time.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    public Exemptions at(long wall) {
        return new Exemptions(lists, allowed, expected, postmasters, cutShort, wall);
    }

    /// The same, but this is what greyctl has allowed.
    public Exemptions allowing(AllowedLines others, long wall) {
        return new Exemptions(lists, others, expected, postmasters, cutShort, wall);
    }

    /// When others are in force than now, because a line comes to its end or the time of the day is
    /// another, in seconds since 1970; {@link Exemption#FOREVER} if that never happens.
    public long nextChange() {
        return nextChange;
    }

    /// Goes on counting where others have stopped, for the lines that stand in both.
    public void countOnFrom(Exemptions before) {
        cutShort.add(before.cutShort());
        Uses uses = new Uses();
        before.lists.needed().forEach(uses::add);
        uses.countOn(lists.whiteList().lines(), its -> its);
        Stream.concat(lists.files().stream(), lists.shipped().stream())
                .forEach(file -> uses.countOn(file.written(), ExemptionLine::exemption));
        postmasters.useAsOftenAs(before.postmasters);
    }

    /// Finds the lines that decide about an attempt, and tells it which. Allocates nothing while
    /// there are only clients and postmasters.
    ///
    /// What is not known yet is taken for what stays unknown. No recipient's line counts of an
    /// attempt that is cut, as nobody knows the other recipients, nor does any behind one that
    /// could have it wait.
    ///
    /// @param rules say who is suspect
    /// @param questions receives what could lead to other lines if it were known
    /// @return the line that decides about all recipients, whoever they are; {@link Exemption#NONE}
    ///   if there is none
    public Exemption decide(Attempt attempt, Rules rules, Questions questions) {
        return deciding.decide(attempt, rules, questions, cutShort);
    }

    /// The same for who only looks what would be decided: nothing is counted.
    public Exemption foresee(Attempt attempt, Rules rules, Questions questions) {
        return deciding.decide(attempt, rules, questions, new LongAdder());
    }

    /// How many searches for mail have found no line because they would have taken too much work.
    public long cutShort() {
        return cutShort.sum();
    }

    /// Whether what is asked for could lead to a line that has mail wait.
    public boolean answersMayGreylist() {
        return ranked.answersMayGreylist();
    }

    /// Whether mail to the first recipient passes by the operator's word.
    ///
    /// @param rules say who is suspect
    public boolean passes(Attempt attempt, Rules rules) {
        Exemption whole = foresee(attempt, rules, new Questions());
        return whole.passes() || (attempt.recipients() > 0 && attempt.isExempt(0));
    }

    /// All of them, those that have come to their end too: the white list's, the files', what
    /// greyctl has allowed, the postmasters and the shipped lists'. Lines of files that nobody has
    /// needed are made when it is their turn, and not kept.
    public Stream<Exemption> all() {
        return all(
                lists.whiteList().exemptions().stream(),
                file -> file.lines().stream().map(ExemptionLine::exemption));
    }

    private Stream<Exemption> all(
            Stream<Exemption> whiteList, Function<ExemptionFile, Stream<Exemption>> ofFile) {
        return Stream.of(
                        whiteList,
                        lists.files().stream().flatMap(ofFile),
                        allowed.exemptions().stream(),
                        expected.exemptions().stream(),
                        Stream.of(postmasters).filter(_ -> lists.postmaster()),
                        lists.shipped().stream().flatMap(ofFile),
                        Stream.of(DecidingLines.OTHERWISE).filter(_ -> lists.otherwisePasses()))
                .flatMap(its -> its);
    }

    /// Those that have decided about most mail, and of those that did so equally often the first.
    public List<Exemption> mostUsed(int most) {
        // They may be used while they are looked at.
        Map<Exemption, Long> uses = new LinkedHashMap<>();
        all(lists.whiteList().lines().made(), ExemptionFile::needed)
                .forEach(its -> uses.put(its, its.uses()));
        Stream<Exemption> used =
                uses.entrySet().stream()
                        .filter(its -> its.getValue() > 0)
                        .sorted(Map.Entry.<Exemption, Long>comparingByValue().reversed())
                        .map(Map.Entry::getKey);
        Stream<Exemption> others = all().filter(its -> uses.getOrDefault(its, 0L) == 0);
        return Stream.concat(used, others).limit(most).toList();
    }

    /// How many there are.
    public int size() {
        return lists.whiteList().size()
                + lists.lines()
                + allowed.size()
                + expected.size()
                + (lists.postmaster() ? 1 : 0)
                + lists.shipped().stream().mapToInt(ExemptionFile::size).sum()
                + (lists.otherwisePasses() ? 1 : 0);
    }

    /// Whether a line is in force that only observes.
    public boolean observes() {
        return ranked.observes();
    }

    /// How the lines have mail wait that say how.
    public Set<Wait> waits() {
        return lists.waits();
    }

    /// What the lines ask for that entries may not hold. Found once: it needs what each line means.
    public FinerLines finer() {
        FinerLines found = finer;
        if (found == null) {
            found =
                    new FinerLines(
                            lists.whiteList().blocks(),
                            Stream.concat(lines(), lines(lists.shipped())));
            finer = found;
        }
        return found;
    }

    /// What parts recipients' extensions from them.
    public RecipientDelimiter delimiter() {
        return lists.delimiter();
    }

    /// How many recipients expect mail.
    public int expecting() {
        return expected.size();
    }

    /// The white list.
    ClientList whiteList() {
        return lists.whiteList();
    }

    /// What greyctl has allowed, and the lines of the files, see {@link #all}.
    Stream<ExemptionLine> lines() {
        return Stream.concat(allowed.lines().stream(), lines(lists.files()));
    }

    /// The lines of the shipped lists.
    Stream<ExemptionLine> shipped() {
        return lines(lists.shipped());
    }

    private static Stream<ExemptionLine> lines(List<ExemptionFile> files) {
        return files.stream().flatMap(file -> file.lines().stream());
    }
}
