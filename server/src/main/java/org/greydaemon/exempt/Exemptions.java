package org.greydaemon.exempt;

import org.greydaemon.decision.Attempt;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/// Everything that lets mail pass by the operator's word: the white list, the lines of the
/// exemption files and what greyctl has allowed. Immutable but for the counts; a reload, an
/// operator or the end of an exemption makes a new one. Safe for use by several threads.
///
/// What has come to its end is not looked at: whoever holds this makes a new one at {@link
/// #nextEnd}, so that no attempt has to know the date.
public final class Exemptions {
    /// Nobody is exempt.
    public static final Exemptions NONE = of(ClientList.EMPTY);

    private final ExemptionLists lists;
    private final AllowedClients allowed;
    private final Exemption postmasters;
    private final ClientIndex clients;
    private final TextIndex senders = new TextIndex(Subject.SENDER);
    private final TextIndex helos = new TextIndex(Subject.HELO);
    private final TextIndex hosts = new TextIndex(Subject.HOST);
    private final TextIndex recipients = new TextIndex(Subject.RECIPIENT);
    private final TextIndex optIns = new TextIndex(Subject.RECIPIENT);
    private final Exemption notOptedIn;
    private final boolean hasMessageTexts;
    private final boolean hasRecipientTexts;
    private final boolean asksForHosts;
    private final long nextEnd;
    private final LongAdder cutShort;

    private Exemptions(
            ExemptionLists lists,
            AllowedClients allowed,
            Exemption postmasters,
            LongAdder cutShort,
            long wall) {
        this.cutShort = cutShort;
        this.lists = lists;
        this.allowed = allowed;
        this.postmasters = postmasters;
        ClientIndex.Builder index = new ClientIndex.Builder();
        Exemption opted = Exemption.NONE;
        boolean asks = false;
        long end = Exemption.FOREVER;
        for (ExemptionLine line : lines()) {
            Exemption exemption = line.exemption();
            if (exemption.isOver(wall)) {
                continue;
            }
            end = Math.min(end, exemption.until());
            asks |= line.asksForHost();
            if (line.isOptIn()) {
                optIns.add(line);
                opted =
                        new Exemption(
                                "not-opted-in", 0, "opt-in", exemption.place(), Exemption.FOREVER);
            } else {
                add(line, index);
            }
        }
        clients = index.build();
        hasMessageTexts = !senders.isEmpty() || !helos.isEmpty() || !hosts.isEmpty();
        hasRecipientTexts = !recipients.isEmpty() || !optIns.isEmpty();
        notOptedIn = opted;
        asksForHosts = asks;
        nextEnd = end;
    }

    private void add(ExemptionLine line, ClientIndex.Builder index) {
        if (line.onlyClient().isPresent()) {
            index.add(line.exemption(), line.onlyClient().get().blocks());
            return;
        }
        // By the condition that tells most of the lines apart.
        for (Subject subject :
                List.of(Subject.RECIPIENT, Subject.SENDER, Subject.HOST, Subject.HELO)) {
            if (line.pattern(subject).isPresent()) {
                texts(subject).add(line);
                return;
            }
        }
    }

    private TextIndex texts(Subject subject) {
        return switch (subject) {
            case SENDER -> senders;
            case HELO -> helos;
            case HOST -> hosts;
            case RECIPIENT -> recipients;
            case CLIENT -> throw new IllegalArgumentException("a client is no text");
        };
    }

    /// Those of a white list alone.
    public static Exemptions of(ClientList whiteList) {
        return of(new ExemptionLists(whiteList, List.of(), false), AllowedClients.NONE, 0);
    }

    /// Those of all sources.
    ///
    /// @param lists what stands in files
    /// @param allowed what greyctl has allowed
    /// @param wall the time of the wall clock, in seconds since 1970
    public static Exemptions of(ExemptionLists lists, AllowedClients allowed, long wall) {
        return new Exemptions(lists, allowed, Postmasters.exemption(), new LongAdder(), wall);
    }

    /// The same without what has come to its end.
    public Exemptions at(long wall) {
        return new Exemptions(lists, allowed, postmasters, cutShort, wall);
    }

    /// The same, but this is what greyctl has allowed.
    public Exemptions allowing(AllowedClients others, long wall) {
        return new Exemptions(lists, others, postmasters, cutShort, wall);
    }

    /// When the next of them comes to its end, in seconds since 1970; {@link Exemption#FOREVER} if
    /// none does.
    public long nextEnd() {
        return nextEnd;
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
        Set<Exemption> kept = Set.copyOf(before.allowed.exemptions());
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

    /// What lets the whole message pass. Allocates nothing while there are only clients.
    ///
    /// @return {@link Exemption#NONE} if nothing does
    public Exemption ofMessage(Attempt attempt) {
        if (attempt.isAddress()) {
            long high = attempt.addressHigh();
            long low = attempt.addressLow();
            Exemption found = lists.whiteList().lookUp(high, low);
            found = found == Exemption.NONE ? clients.find(high, low) : found;
            if (found != Exemption.NONE) {
                return found;
            }
        }
        if (!hasMessageTexts) {
            return Exemption.NONE;
        }
        Search search = new Search(attempt, Search.MESSAGE, false);
        return counted(search, ofMessage(search));
    }

    private Exemption ofMessage(Search search) {
        Exemption found = senders.isEmpty() ? Exemption.NONE : senders.find(search);
        if (found == Exemption.NONE && !helos.isEmpty()) {
            found = helos.find(search);
        }
        if (found == Exemption.NONE && !hosts.isEmpty()) {
            found = hosts.find(search);
        }
        return found;
    }

    /// A search that was cut short has found nothing, and is counted.
    private Exemption counted(Search search, Exemption found) {
        if (!search.isCutShort()) {
            return found;
        }
        cutShort.increment();
        return Exemption.NONE;
    }

    /// How many searches have found no exemption because they would have taken too much work.
    public long cutShort() {
        return cutShort.sum();
    }

    /// Whether recipients are looked at.
    public boolean concernRecipients() {
        return lists.postmaster() || hasRecipientTexts;
    }

    /// What lets mail to a recipient pass. Allocates nothing while there are only postmasters.
    ///
    /// @return {@link Exemption#NONE} if nothing does
    public Exemption ofRecipient(Attempt attempt, int recipient) {
        if (lists.postmaster() && Postmasters.isOne(attempt, recipient)) {
            return postmasters;
        }
        if (!hasRecipientTexts) {
            return Exemption.NONE;
        }
        Search search = new Search(attempt, recipient, false);
        return counted(search, ofRecipient(search));
    }

    private Exemption ofRecipient(Search search) {
        if (!optIns.isEmpty() && optIns.find(search) == Exemption.NONE) {
            boolean isKnown = !search.isCutShort() && !search.recipientForms().isEmpty();
            return isKnown ? notOptedIn : Exemption.NONE;
        }
        return recipients.find(search);
    }

    /// Whether the unknown names of the client's host could let the message or a recipient pass
    /// that does not without.
    public boolean dependOnHost(Attempt attempt) {
        if (!asksForHosts || attempt.hosts().isPresent() || !attempt.isAddress()) {
            return false;
        }
        if (ofMessage(new Search(attempt, Search.MESSAGE, true)) != Exemption.NONE) {
            return true;
        }
        for (int i = 0; i < attempt.recipients() && !recipients.isEmpty(); i++) {
            if (ofRecipient(new Search(attempt, i, true))
                    != ofRecipient(new Search(attempt, i, false))) {
                return true;
            }
        }
        return false;
    }

    /// All of them, those that have come to their end too: the white list's, the files', what
    /// greyctl has allowed, and the postmasters.
    public List<Exemption> all() {
        List<Exemption> all = new ArrayList<>(lists.whiteList().exemptions());
        lines().forEach(line -> all.add(line.exemption()));
        if (lists.postmaster()) {
            all.add(postmasters);
        }
        return all;
    }

    /// The white list.
    ClientList whiteList() {
        return lists.whiteList();
    }

    /// The lines of the files, and what greyctl has allowed.
    List<ExemptionLine> lines() {
        List<ExemptionLine> lines = new ArrayList<>();
        lists.files().forEach(file -> lines.addAll(file.lines()));
        lines.addAll(allowed.lines());
        return lines;
    }
}
