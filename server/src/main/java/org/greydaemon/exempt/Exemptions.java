package org.greydaemon.exempt;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Questions;
import org.greydaemon.decision.Rules;
import org.greydaemon.decision.Wait;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
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

    /// The rank behind all lines: what no line decides.
    static final int END = Integer.MAX_VALUE;

    private static final Exemption OTHERWISE =
            new Exemption("otherwise", 0, "pass", "", Exemption.FOREVER);

    private final ExemptionLists lists;
    private final AllowedLines allowed;
    private final Expected expected;
    private final Exemption postmasters;
    private final ClientIndex allowedIndex;
    private final LineIndex messages;
    private final LineIndex recipients;
    private final LineIndex shipped;
    private final TextIndex optIns = new TextIndex(Subject.RECIPIENT);
    private final List<Exemption> byRank = new ArrayList<>();
    private final Exemption notOptedIn;
    private final int postmasterRank;
    private final boolean hasRecipientTexts;
    // The first lines that greylist, and of those that are about recipients the first and the
    // first that greylists.
    private final int firstGreylist;
    private final int firstOfRecipients;
    private final int firstGreylistOfRecipients;
    private final boolean answersMayGreylist;
    private final boolean observes;
    private final long nextChange;
    private final LongAdder cutShort;

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
        allowedIndex = index(allowed, wall);
        List<Ranked> ofMessage = new ArrayList<>();
        List<Ranked> ofRecipients = new ArrayList<>();
        List<Ranked> optedIn = new ArrayList<>();
        rank(allowed.others(), wall, ofMessage, ofRecipients, optedIn);
        rank(lines(lists.files()), wall, ofMessage, ofRecipients, optedIn);
        postmasterRank = lists.postmaster() ? byRank.size() : END;
        byRank.add(postmasters);
        List<Ranked> ofShipped = new ArrayList<>();
        rank(lines(lists.shipped()), wall, ofShipped, ofShipped, ofShipped);
        shipped = new LineIndex(ofShipped);
        optedIn.forEach(optIns::add);
        messages = new LineIndex(ofMessage);
        recipients = new LineIndex(ofRecipients);
        hasRecipientTexts = !ofRecipients.isEmpty() || !optedIn.isEmpty();
        notOptedIn =
                optedIn.isEmpty()
                        ? Exemption.NONE
                        : new Exemption(
                                "not-opted-in",
                                0,
                                "opt-in",
                                optedIn.getFirst().line().exemption().place(),
                                Exemption.FOREVER);
        firstGreylistOfRecipients = first(ofRecipients, line -> !line.exemption().passes());
        firstGreylist =
                Math.min(
                        firstGreylistOfRecipients,
                        first(ofMessage, line -> !line.exemption().passes()));
        firstOfRecipients = Math.min(postmasterRank, first(ofRecipients, _ -> true));
        answersMayGreylist =
                Stream.concat(ofMessage.stream(), ofRecipients.stream())
                        .map(Ranked::line)
                        .anyMatch(line -> line.asks() && !line.exemption().passes());
        observes = byRank.stream().anyMatch(Exemption::observes);
        nextChange = nextChange(wall);
    }

    private static ClientIndex index(AllowedLines allowed, long wall) {
        ClientIndex.Builder index = new ClientIndex.Builder();
        for (ExemptionLine line : allowed.lines()) {
            if (!line.exemption().isOver(wall)) {
                line.onlyClient().ifPresent(client -> index.add(line.exemption(), client.blocks()));
            }
        }
        return index.build();
    }

    private void rank(
            List<ExemptionLine> lines,
            long wall,
            List<Ranked> ofMessage,
            List<Ranked> ofRecipients,
            List<Ranked> optedIn) {
        for (ExemptionLine line : lines) {
            Exemption exemption = line.exemption();
            Optional<ExemptionLine> now =
                    exemption.isOver(wall) ? Optional.empty() : line.at(wall, lists.zone());
            if (now.isPresent()) {
                Ranked ranked = new Ranked(byRank.size(), now.get());
                byRank.add(exemption);
                List<Ranked> its =
                        line.isOptIn()
                                ? optedIn
                                : line.concernsRecipients() ? ofRecipients : ofMessage;
                its.add(ranked);
            }
        }
    }

    private static List<ExemptionLine> lines(List<ExemptionFile> files) {
        return files.stream().flatMap(file -> file.lines().stream()).toList();
    }

    private static int first(List<Ranked> lines, Predicate<ExemptionLine> which) {
        return lines.stream()
                .filter(ranked -> which.test(ranked.line()))
                .mapToInt(Ranked::rank)
                .min()
                .orElse(END);
    }

    private long nextChange(long wall) {
        long next = Exemption.FOREVER;
        for (ExemptionLine line : lines()) {
            if (!line.exemption().isOver(wall)) {
                next = Math.min(next, line.exemption().until());
                next = Math.min(next, line.next(wall, lists.zone()));
            }
        }
        return next;
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
        Map<String, Exemption> used = new HashMap<>();
        for (Exemption exemption : before.all()) {
            if (exemption.uses() > 0) {
                used.put(key(exemption), exemption);
            }
        }
        Set<Exemption> kept = new HashSet<>(before.allowed.exemptions());
        kept.addAll(before.expected.exemptions());
        for (Exemption exemption : used.isEmpty() ? List.<Exemption>of() : all()) {
            Exemption same = used.get(key(exemption));
            if (same != null && !kept.contains(exemption)) {
                exemption.useAsOftenAs(same);
            }
        }
    }

    private static String key(Exemption exemption) {
        return exemption.source() + '\n' + exemption.text();
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
        return decide(attempt, rules, questions, cutShort);
    }

    /// The same for who only looks what would be decided: nothing is counted.
    public Exemption foresee(Attempt attempt, Rules rules, Questions questions) {
        return decide(attempt, rules, questions, new LongAdder());
    }

    private Exemption decide(Attempt attempt, Rules rules, Questions questions, LongAdder cuts) {
        attempt.causeOfAll(Exemption.NONE);
        Exemption client = ofClient(attempt);
        if (client != Exemption.NONE) {
            attempt.causeOfAll(client);
            return client;
        }
        if (messages.isPlain()) {
            int rank =
                    attempt.isAddress()
                            ? messages.firstOfClient(attempt.addressHigh(), attempt.addressLow())
                            : END;
            int all = orShipped(rank, attempt, rules);
            return decide(attempt, rules, questions, all, null, cuts);
        }
        Search search = new Search(attempt, Search.MESSAGE, rules, END);
        messages.find(search);
        if (search.isCutShort()) {
            cuts.increment();
            return Exemption.NONE;
        }
        int rank = orShipped(search.first(), attempt, rules);
        return decide(attempt, rules, questions, rank, search, cuts);
    }

    /// Shipped lines are about names of hosts, for which the rules ask anyway before they have mail
    /// wait: so nobody is kept waiting for these, and proven clients are not looked at.
    private int orShipped(int rank, Attempt attempt, Rules rules) {
        if (rank != END
                || lists.shipped().isEmpty()
                || attempt.hosts().isEmpty()
                || !shipped.mayFit(attempt.hosts().get())) {
            return rank;
        }
        Search search = new Search(attempt, Search.MESSAGE, rules, END);
        shipped.find(search);
        return search.isCutShort() ? END : search.first();
    }

    private Exemption ofClient(Attempt attempt) {
        if (!attempt.isAddress()) {
            return Exemption.NONE;
        }
        long high = attempt.addressHigh();
        long low = attempt.addressLow();
        Exemption found = lists.whiteList().lookUp(high, low);
        return found == Exemption.NONE ? allowedIndex.find(high, low) : found;
    }

    /// @param message the rank of the first line that fits the message as a whole
    /// @param search what has found it; null if it has looked at clients only
    private Exemption decide(
            Attempt attempt,
            Rules rules,
            Questions questions,
            int message,
            @Nullable Search search,
            LongAdder cuts) {
        Exemption line = line(message, attempt);
        boolean isWhole = attempt.fault() == Attempt.Fault.NONE && attempt.recipients() > 0;
        boolean isOfAll =
                line.passes()
                        ? passesAll(message, attempt)
                        : !isWhole || (expected.isEmpty() && message <= firstOfRecipients());
        if (isOfAll || attempt.isCut()) {
            ask(search, questions, message);
            attempt.causeOfAll(isOfAll ? line : Exemption.NONE);
            return isOfAll ? line : Exemption.NONE;
        }
        int last = 0;
        for (int i = 0; i < attempt.recipients(); i++) {
            last = Math.max(last, decideEach(attempt, i, rules, questions, message, cuts));
        }
        ask(search, questions, last);
        return Exemption.NONE;
    }

    private static void ask(@Nullable Search search, Questions questions, int before) {
        if (search != null) {
            search.ask(questions, before);
        }
    }

    /// Whether a line that lets mail pass does so for all recipients.
    private boolean passesAll(int message, Attempt attempt) {
        if (message == END) {
            return !attempt.isCut() && firstGreylistOfRecipients == END && optIns.isEmpty();
        }
        return message < (attempt.isCut() ? firstGreylist : firstGreylistOfRecipients);
    }

    private int firstOfRecipients() {
        return optIns.isEmpty() ? firstOfRecipients : Math.min(firstOfRecipients, END - 1);
    }

    /// Finds the line that decides about a recipient.
    ///
    /// @param message the rank of the first line that fits the message as a whole
    /// @return its rank
    private int decideEach(
            Attempt attempt,
            int recipient,
            Rules rules,
            Questions questions,
            int message,
            LongAdder cuts) {
        Exemption awaited = ofExpected(attempt, recipient, rules);
        if (awaited != Exemption.NONE) {
            attempt.cause(recipient, awaited);
            return 0;
        }
        int before =
                postmasterRank < message && Postmasters.isOne(attempt, recipient)
                        ? postmasterRank
                        : message;
        if (!hasRecipientTexts) {
            attempt.cause(recipient, line(before, attempt));
            return before;
        }
        Search search = new Search(attempt, recipient, rules, before);
        recipients.find(search);
        int first = search.first();
        search.ask(questions, first);
        Exemption found =
                first == END && !optIns.isEmpty() ? byOptIn(search) : line(first, attempt);
        if (search.isCutShort()) {
            cuts.increment();
            found = Exemption.NONE;
        }
        attempt.cause(recipient, found);
        return first;
    }

    private Exemption ofExpected(Attempt attempt, int recipient, Rules rules) {
        return expected.isEmpty()
                ? Exemption.NONE
                : expected.find(
                        attempt, new Search(attempt, recipient, rules, END).recipientForms());
    }

    private Exemption byOptIn(Search search) {
        boolean isKnown = search.recipientForms().isPresent();
        optIns.find(search);
        return isKnown && search.first() == END ? notOptedIn : Exemption.NONE;
    }

    /// The line of a rank; at the end, what no line decides.
    private Exemption line(int rank, Attempt attempt) {
        if (rank != END) {
            return byRank.get(rank);
        }
        boolean isMail = attempt.fault() == Attempt.Fault.NONE && attempt.recipients() > 0;
        return lists.otherwisePasses() && isMail ? OTHERWISE : Exemption.NONE;
    }

    /// How many searches for mail have found no line because they would have taken too much work.
    public long cutShort() {
        return cutShort.sum();
    }

    /// Whether what is asked for could lead to a line that has mail wait.
    public boolean answersMayGreylist() {
        return answersMayGreylist;
    }

    /// Whether mail to the first recipient passes by the operator's word.
    ///
    /// @param rules say who is suspect
    public boolean passes(Attempt attempt, Rules rules) {
        Exemption whole = foresee(attempt, rules, new Questions());
        return whole.passes() || (attempt.recipients() > 0 && attempt.isExempt(0));
    }

    /// All of them, those that have come to their end too: the white list's, the files', what
    /// greyctl has allowed, the postmasters and the shipped lists'.
    public List<Exemption> all() {
        List<Exemption> all = new ArrayList<>(lists.whiteList().exemptions());
        lines(lists.files()).forEach(line -> all.add(line.exemption()));
        all.addAll(allowed.exemptions());
        all.addAll(expected.exemptions());
        if (lists.postmaster()) {
            all.add(postmasters);
        }
        shipped().forEach(line -> all.add(line.exemption()));
        if (lists.otherwisePasses()) {
            all.add(OTHERWISE);
        }
        return all;
    }

    /// Whether a line is in force that only observes.
    public boolean observes() {
        return observes;
    }

    /// How the lines have mail wait that say how.
    public Set<Wait> waits() {
        return lists.waits();
    }

    /// What the lines ask for that entries may not hold.
    public FinerLines finer() {
        List<ExemptionLine> all = lines();
        all.addAll(shipped());
        return new FinerLines(lists.whiteList().blocks(), all);
    }

    /// How many recipients expect mail.
    public int expecting() {
        return expected.size();
    }

    /// The white list.
    ClientList whiteList() {
        return lists.whiteList();
    }

    /// What greyctl has allowed, and the lines of the files.
    List<ExemptionLine> lines() {
        List<ExemptionLine> lines = new ArrayList<>(allowed.lines());
        lines.addAll(lines(lists.files()));
        return lines;
    }

    /// The lines of the shipped lists.
    List<ExemptionLine> shipped() {
        return lines(lists.shipped());
    }
}
