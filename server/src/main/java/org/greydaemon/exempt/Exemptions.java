package org.greydaemon.exempt;

import org.greydaemon.decision.Attempt;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Everything that lets mail pass by the operator's word: the white list, the lines of the
/// exemption files and what greyctl has allowed. Immutable but for the counts; a reload, an
/// operator or the end of an exemption makes a new one. Safe for use by several threads.
///
/// What has come to its end is not looked at: whoever holds this makes a new one at {@link
/// #nextEnd}, so that no attempt has to know the date.
public final class Exemptions {
    /// RFC 5321 4.5.1 and RFC 2142 5: whom people write to when mail does not come.
    private static final List<String> POSTMASTERS = List.of("postmaster@", "postmaster", "abuse@");

    /// What their exemptions are called in the log.
    static final String POSTMASTER = "postmaster";

    /// Nobody is exempt.
    public static final Exemptions NONE = of(ClientList.EMPTY);

    private final ClientList whiteList;
    private final List<ExemptionLine> lines;
    private final ClientIndex clients;
    private final TextIndex senders = new TextIndex(Subject.SENDER);
    private final TextIndex helos = new TextIndex(Subject.HELO);
    private final TextIndex hosts = new TextIndex(Subject.HOST);
    private final TextIndex recipients = new TextIndex(Subject.RECIPIENT);
    private final TextIndex optIns = new TextIndex(Subject.RECIPIENT);
    private final Exemption notOptedIn;
    private final boolean asksForHosts;
    private final long nextEnd;

    private Exemptions(ClientList whiteList, List<ExemptionLine> lines, long wall) {
        this.whiteList = whiteList;
        this.lines = List.copyOf(lines);
        ClientIndex.Builder index = new ClientIndex.Builder();
        Exemption opted = Exemption.NONE;
        boolean asks = false;
        long end = Exemption.FOREVER;
        for (ExemptionLine line : lines) {
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
        for (TextIndex texts : List.of(recipients, senders, hosts, helos)) {
            if (line.pattern(texts.subject()).isPresent()) {
                texts.add(line);
                return;
            }
        }
    }

    /// Those of a white list alone.
    public static Exemptions of(ClientList whiteList) {
        return new Exemptions(whiteList, List.of(), 0);
    }

    /// Those of all sources.
    ///
    /// @param files in the operator's order
    /// @param allowed what greyctl has allowed
    /// @param postmaster whether mail to postmaster and abuse is exempt
    /// @param wall the time of the wall clock, in seconds since 1970
    public static Exemptions of(
            ClientList whiteList,
            List<ExemptionFile> files,
            AllowedClients allowed,
            boolean postmaster,
            long wall) {
        List<ExemptionLine> lines = new ArrayList<>();
        files.forEach(file -> lines.addAll(file.lines()));
        lines.addAll(allowed.lines());
        if (postmaster) {
            POSTMASTERS.forEach(text -> lines.add(postmaster(text)));
        }
        return new Exemptions(whiteList, lines, wall);
    }

    private static ExemptionLine postmaster(String text) {
        return new ExemptionLine(
                new Exemption(POSTMASTER, 0, "recipient " + text, "", Exemption.FOREVER),
                List.of(new Condition.Text(Subject.RECIPIENT, TextPattern.exactly(text))),
                false);
    }

    /// The same without what has come to its end.
    public Exemptions at(long wall) {
        return new Exemptions(whiteList, lines, wall);
    }

    /// When the next of them comes to its end, in seconds since 1970; {@link Exemption#FOREVER} if
    /// none does.
    public long nextEnd() {
        return nextEnd;
    }

    /// Goes on counting where others have stopped, for the lines that stand in both.
    public void countOnFrom(Exemptions before) {
        Map<String, Exemption> known = new HashMap<>();
        before.all().forEach(exemption -> known.putIfAbsent(key(exemption), exemption));
        for (Exemption exemption : all()) {
            Exemption same = known.get(key(exemption));
            if (same != null && same != exemption) {
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
            Exemption found = whiteList.lookUp(high, low);
            found = found == Exemption.NONE ? clients.find(high, low) : found;
            if (found != Exemption.NONE) {
                return found;
            }
        }
        return ofMessage(attempt, false);
    }

    private Exemption ofMessage(Attempt attempt, boolean supposesHost) {
        Predicate<ExemptionLine> holds =
                line -> line.holds(attempt, ExemptionLine.MESSAGE, supposesHost);
        Exemption found = Exemption.NONE;
        if (!senders.isEmpty() && attempt.recipients() > 0) {
            found = senders.find(attempt.senderText(), holds);
        }
        if (found == Exemption.NONE && !helos.isEmpty()) {
            found = helos.find(attempt.helo(), holds);
        }
        if (found == Exemption.NONE && !hosts.isEmpty()) {
            found = ofHosts(attempt, supposesHost, holds);
        }
        return found;
    }

    private Exemption ofHosts(
            Attempt attempt, boolean supposesHost, Predicate<ExemptionLine> holds) {
        if (attempt.hosts().isEmpty()) {
            return supposesHost ? hosts.findAny(holds) : Exemption.NONE;
        }
        for (String name : attempt.hosts().get()) {
            Exemption found = hosts.find(name, holds);
            if (found != Exemption.NONE) {
                return found;
            }
        }
        return Exemption.NONE;
    }

    /// Whether recipients are looked at.
    public boolean concernRecipients() {
        return !recipients.isEmpty() || !optIns.isEmpty();
    }

    /// What lets mail to a recipient pass.
    ///
    /// @return {@link Exemption#NONE} if nothing does
    public Exemption ofRecipient(Attempt attempt, int recipient) {
        return ofRecipient(attempt, recipient, false);
    }

    private Exemption ofRecipient(Attempt attempt, int recipient, boolean supposesHost) {
        String text = attempt.recipientText(recipient);
        Predicate<ExemptionLine> holds = line -> line.holds(attempt, recipient, supposesHost);
        if (!optIns.isEmpty() && optIns.find(text, holds) == Exemption.NONE) {
            return notOptedIn;
        }
        return recipients.find(text, holds);
    }

    /// Whether the unknown names of the client's host could let the message or a recipient pass
    /// that does not without.
    public boolean dependOnHost(Attempt attempt) {
        if (!asksForHosts || attempt.hosts().isPresent() || !attempt.isAddress()) {
            return false;
        }
        if (ofMessage(attempt, true) != Exemption.NONE) {
            return true;
        }
        for (int i = 0; i < attempt.recipients() && !recipients.isEmpty(); i++) {
            if (ofRecipient(attempt, i, true) != ofRecipient(attempt, i, false)) {
                return true;
            }
        }
        return false;
    }

    /// All of them, those that have come to their end too: the white list's, the files' and what
    /// greyctl has allowed.
    public List<Exemption> all() {
        List<Exemption> all = new ArrayList<>(whiteList.exemptions());
        lines.forEach(line -> all.add(line.exemption()));
        return all;
    }

    /// The white list.
    ClientList whiteList() {
        return whiteList;
    }

    /// The lines of the files, and what greyctl has allowed.
    List<ExemptionLine> lines() {
        return lines;
    }
}
