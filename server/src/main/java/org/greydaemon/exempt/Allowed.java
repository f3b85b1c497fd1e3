package org.greydaemon.exempt;

import static org.greydaemon.mistake.Mistake.quoted;

import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.IpAddress;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Somebody whom an operator allows, or no longer allows, with greyctl: a line of an exemption file
/// that has been said and not written. Immutable.
public final class Allowed {
    /// What their exemptions are called in the log.
    static final String SOURCE = "allowed";

    /// The most blocks that one of them stands for: a wildcard in the wrong place stands for
    /// thousands.
    private static final int BLOCKS_MAX = 256;

    private static final String FORMS =
            "write an address or a network (192.0.2.0/24), a host (mail.example.org, or"
                    + " .example.org for all below), a sender (alice@example.org or @example.org),"
                    + " and a recipient as to (--to)";

    /// What only an address can look like.
    private static final Pattern LIKE_ADDRESS =
            Pattern.compile("[0-9.*\\[\\]/-]+|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(?:/.*)?|[^/]*/[0-9]+");

    /// Besides the subjects, with what lines begin.
    private static final Set<String> WORDS =
            Set.of(
                    "not",
                    "pass",
                    "greylist",
                    "observe",
                    "null-sender",
                    "opt-in",
                    "opt-out",
                    "until");

    private final ExemptionLine line;

    private Allowed(ExemptionLine line) {
        this.line = line;
    }

    /// Clients.
    ///
    /// @param until their end in seconds since 1970; {@link Exemption#FOREVER} if they have none
    /// @param reason why, and who says so
    public Allowed(CidrBlock clients, long until, String reason) {
        this(
                new ExemptionLine(
                        exemption("client " + clients, until, reason),
                        List.of(new Condition.Client(List.of(clients))),
                        false));
    }

    /// What was said of a line.
    ///
    /// @param line its conditions
    static Allowed of(ExemptionLine line, long until, String reason) {
        return new Allowed(
                new ExemptionLine(
                        exemption(line.exemption().text(), until, reason),
                        line.conditions(),
                        false));
    }

    private static Exemption exemption(String text, long until, String reason) {
        return new Exemption(SOURCE, 0, text, KeptFile.reason(reason), until);
    }

    /// Whom an operator means: clients or the name of a host or a sender in their short forms, or
    /// the conditions of a line of an exemption file.
    ///
    /// @param who empty if anybody who writes to the recipient is meant
    /// @param to the recipient; empty if all are meant
    /// @return several if the clients are several networks
    /// @throws MistakeException if that cannot be meant; it says what to write
    public static List<Allowed> parse(String who, Optional<String> to, long until, String reason)
            throws MistakeException {
        String text = (words(who.strip()) + " " + recipient(to)).strip();
        if (text.isEmpty()) {
            throw new MistakeException("nobody is named", FORMS);
        }
        for (String word : ExemptionLineParser.words(text)) {
            if (word.indexOf(' ') >= 0) {
                throw new MistakeException(
                        quoted(word)
                                + " has a blank, without which addresses are compared: it would be"
                                + " another mailbox",
                        "write it without the blank if that one is meant");
            }
        }
        return allowed(line(text), until, reason);
    }

    private static String recipient(Optional<String> to) throws MistakeException {
        if (to.isEmpty()) {
            return "";
        }
        String one = to.get().strip();
        if (one.isEmpty() || one.indexOf('@') < 0 || hasBlank(one)) {
            throw new MistakeException(
                    quoted(to.get()) + " is no recipient",
                    "write carol@example.net, or @example.net for a" + " domain");
        }
        return "recipient " + one;
    }

    private static boolean hasBlank(String word) {
        return !word.startsWith("\"") && word.chars().anyMatch(Character::isWhitespace);
    }

    /// The words of a line that the short form stands for.
    private static String words(String who) throws MistakeException {
        if (who.isEmpty() || isLine(who)) {
            return who;
        }
        if (who.equals("<>") || who.indexOf('@') >= 0) {
            return "sender " + who;
        }
        if (IpAddress.parse(who).isPresent() || LIKE_ADDRESS.matcher(who).matches()) {
            ClientPattern.parse(who); // Says what is wrong with an address.
            return "client " + who;
        }
        try {
            TextPattern.parse(Subject.HOST, who);
        } catch (MistakeException e) {
            throw new MistakeException(e.inOneLine(), FORMS);
        }
        if (who.indexOf('.') < 0 && !who.equals("*")) {
            throw new MistakeException(
                    quoted(who) + " is neither an address nor the name of a host", FORMS);
        }
        return "host " + who;
    }

    /// Whether it begins as lines of exemption files do.
    private static boolean isLine(String who) {
        String first = who.split("\\s", 2)[0];
        return Subject.named(first).isPresent() || WORDS.contains(first);
    }

    private static ExemptionLine line(String text) throws MistakeException {
        ExemptionLine line = ExemptionLineParser.parse(SOURCE, 0, text, "");
        if (!line.exemption().passes() || line.isOptIn()) {
            throw new MistakeException(
                    "who is allowed passes, and nothing else",
                    "write other lines into a file of" + " exempt.files");
        }
        if (line.exemption().until() != Exemption.FOREVER) {
            throw new MistakeException("how long is said by --for", "take 'until' out");
        }
        if (line.conditions().stream()
                .anyMatch(each ->
                        each.subject() == Subject.LISTED || each.subject() == Subject.TIME)) {
            throw new MistakeException(
                    "lists in DNS and times of the day stand in files only",
                    "write the line into" + " one of exempt.files");
        }
        return line;
    }

    private static List<Allowed> allowed(ExemptionLine line, long until, String reason)
            throws MistakeException {
        Optional<Condition.Client> alone = line.onlyClient();
        if (alone.isEmpty()) {
            Allowed allowed = of(line, until, reason);
            allowed.checkReadAgain();
            return List.of(allowed);
        }
        List<CidrBlock> blocks = alone.get().blocks();
        if (blocks.size() > BLOCKS_MAX) {
            throw new MistakeException(
                    line.exemption().text()
                            + " stands for "
                            + blocks.size()
                            + " networks, more than "
                            + BLOCKS_MAX,
                    "name wider ones");
        }
        List<Allowed> all = new ArrayList<>();
        blocks.forEach(block -> all.add(new Allowed(block, until, reason)));
        return all;
    }

    /// @throws MistakeException if the file in which it is kept would not say the same
    private void checkReadAgain() throws MistakeException {
        String written = KeptFile.line(line.exemption());
        List<ExemptionLine> read;
        try {
            read = KeptFile.readAgain(written);
        } catch (MistakeException e) {
            read = List.of();
        }
        if (read.size() != 1
                || !Set.copyOf(read.getFirst().conditions()).equals(key())
                || read.getFirst().exemption().until() != line.exemption().until()
                || read.getFirst().isOptIn()) {
            throw new MistakeException(
                    quoted(text()) + " cannot be kept: a line of a file would not say the same",
                    "write a local part with strange characters in quotes, such as"
                            + " \"#a\"@example.org, and nothing longer than a line");
        }
    }

    /// The same with another end, in seconds since 1970.
    Allowed until(long end) {
        return of(line, end, line.exemption().reason());
    }

    /// The line.
    ExemptionLine line() {
        return line;
    }

    /// By which the same is found again, however it was written. There may be 100,000 of clients,
    /// so for these it is nothing of its own.
    Object key() {
        return line.onlyClient()
                .<Object>map(client -> client.blocks().getFirst())
                .orElseGet(() -> Set.copyOf(line.conditions()));
    }

    /// Who is meant, as a line of a file says it: `client 192.0.2.0/24`.
    public String text() {
        return line.exemption().text();
    }

    /// The same as an operator says it, where that is short: `192.0.2.0/24`.
    public String shown() {
        String text = text();
        return line.onlyClient().isPresent() ? text.substring("client ".length()) : text;
    }

    /// The one client that is meant, if it is one address and nothing else.
    public Optional<IpAddress> client() {
        return line.onlyClient()
                .map(client -> client.blocks().getFirst())
                .filter(block -> block.equals(CidrBlock.of(block.address())))
                .map(CidrBlock::address);
    }

    /// Whether so many are meant that nobody can know them.
    public boolean isWide() {
        return Lint.isEverybody(line);
    }

    /// Who would pass, if that {@link #isWide}.
    public String width() {
        if (line.onlyClient().isPresent()) {
            return shown() + " is millions of addresses of many owners";
        }
        boolean hasName =
                line.conditions().stream()
                        .anyMatch(each ->
                                each instanceof Condition.Client
                                        || each instanceof Condition.Text
                                        || each instanceof Condition.Not);
        return hasName
                ? shown() + " is everybody, or nearly"
                : shown() + " names nobody, so all strangers would pass of whom that is true";
    }

    /// What an operator should know who allows that.
    public Optional<String> remark() {
        return Lint.danger(line).map(Lint.Remark::text).filter(_ -> !isWide());
    }
}
