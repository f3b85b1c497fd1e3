package org.greydaemon.exempt;

import static org.greydaemon.mistake.Mistake.quoted;

import org.greydaemon.decision.Evidence;
import org.greydaemon.decision.Wait;
import org.greydaemon.mail.HostName;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.CidrBlock;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Reads a line of an exemption file:
///
/// ```
/// [pass | greylist [delay 60s] [window 2d] [reply "text"] | observe ...] [not] condition [[not] condition ...] [until date] [# reason]
///
/// client 192.0.2.0/24                                    # backup MX
/// host .example.org sender @example.org until 2027-01-31 # ticket 4711
/// greylist delay 60s recipient support@example.net not suspect
/// opt-in example.net
/// ```
///
/// All conditions of a line must be true. A date is a day, to its end in UTC, or a time such as
/// `2027-01-31T12:00Z`.
final class ExemptionLineParser {
    /// The most characters of a line.
    static final int LINE_MAX = 4096;

    private static final int BLOCKS_MAX = 256;

    private static final Pattern WORD =
            Pattern.compile("(?:\"[^\\\\\"]*+(?:\\\\.[^\\\\\"]*+)*+\"|[^\\s\"]++|\")++");

    private static final String OPT_IN = "opt-in";
    private static final String OPT_OUT = "opt-out";
    private static final String UNTIL = "until";
    private static final String NOT = "not";
    private static final String PASS = "pass";
    private static final String GREYLIST = "greylist";
    private static final String DELAY = "delay";
    private static final String WINDOW = "window";
    private static final String OBSERVE = "observe";
    private static final String REPLY = "reply";
    private static final Set<String> MANNERS = Set.of(DELAY, WINDOW, REPLY);
    private static final String NULL_SENDER = "null-sender";

    /// The nibbles of an IPv6 address and their dots stand before it (RFC 5782 2.4).
    private static final int ZONE_MAX = 253 - 64;

    private static final Pattern ZONE =
            Pattern.compile(
                    "(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\\.)+[A-Za-z0-9-]{2,63}\\.?");

    private final String source;
    private final int number;
    private final String[] words;
    private int next;
    private final List<Condition> conditions = new ArrayList<>();
    private final Set<Subject> plain = EnumSet.noneOf(Subject.class);
    private final List<String> shown = new ArrayList<>();
    private Effect effect = Effect.Pass.ALWAYS;
    private boolean isOptIn;
    private long until = Exemption.FOREVER;

    private ExemptionLineParser(String source, int number, String[] words) {
        this.source = source;
        this.number = number;
        this.words = words;
    }

    /// Reads a line.
    ///
    /// @param source what to call the file
    /// @param number of the line
    /// @param text without the comment, without blanks around it, not empty
    /// @param reason the comment
    /// @throws MistakeException if it cannot be meant
    static ExemptionLine parse(String source, int number, String text, String reason)
            throws MistakeException {
        if (text.length() + reason.length() > LINE_MAX) {
            throw new MistakeException(
                    "the line is longer than " + LINE_MAX + " characters", "write a shorter one");
        }
        String[] words = words(text);
        try {
            return new ExemptionLineParser(source, number, words).parse(reason);
        } catch (MistakeException e) {
            for (String word : words) {
                int hash = word.indexOf('#');
                if (hash > 0 && word.indexOf('@', hash) < 0 && !word.startsWith("\"")) {
                    throw new MistakeException(
                            quoted(ListZone.shown(word)) + " has a # that no blank stands before",
                            "did you mean "
                                    + quoted(
                                            ListZone.shown(word.substring(0, hash))
                                                    + " "
                                                    + word.substring(hash))
                                    + "?");
                }
            }
            throw e;
        }
    }

    /// Blanks end a word, but not within the quotes of a local part.
    static String[] words(String text) {
        return WORD.matcher(text).results().map(MatchResult::group).toArray(String[]::new);
    }

    private ExemptionLine parse(String reason) throws MistakeException {
        boolean hasAction = action();
        while (next < words.length) {
            String word = words[next++];
            if (word.equals(UNTIL)) {
                until();
            } else if (word.equals(NOT)) {
                Condition negated = condition(value(NOT, "what must not be"), NOT + " ");
                conditions.add(new Condition.Not(negated));
            } else {
                Condition condition = condition(word, "");
                if (!plain.add(condition.subject())) {
                    throw new MistakeException(
                            "there are two conditions on the "
                                    + condition.subject().word()
                                    + ", which cannot both be true",
                            "write a line for each");
                }
                conditions.add(condition);
            }
        }
        check(hasAction);
        Exemption exemption =
                new Exemption(source, number, String.join(" ", shown), reason, until, effect);
        return new ExemptionLine(exemption, List.copyOf(conditions), isOptIn);
    }

    private void check(boolean hasAction) throws MistakeException {
        if (conditions.isEmpty()) {
            throw hasAction
                    ? new MistakeException(
                            "the line says what happens, but not to whom",
                            "write client, host, helo, sender, recipient or another condition"
                                    + " behind it, and rules.otherwise for what no line decides")
                    : new MistakeException(
                            "the line says until when, but not who",
                            "write client, host, helo, sender or recipient and a value before it");
        }
        if (isOptIn && (conditions.size() > 1 || hasAction || !plain.contains(Subject.RECIPIENT))) {
            throw new MistakeException(
                    "opt-in names recipients and nothing else", "take the other conditions out");
        }
        checkBlocks();
        Contradiction.check(conditions);
    }

    /// What happens, if the line says so.
    private boolean action() throws MistakeException {
        String word = words[0];
        if (word.equals(PASS)) {
            next++;
            return true;
        }
        boolean observes = word.equals(OBSERVE);
        if (!word.equals(GREYLIST) && !observes) {
            return false;
        }
        next++;
        shown.add(word);
        Map<String, String> said = new HashMap<>();
        while (next < words.length && MANNERS.contains(words[next])) {
            String which = words[next++];
            String what = which.equals(REPLY) ? "a text in quotes" : "a time such as 60s or 2d";
            if (said.put(which, value(which, what)) != null) {
                throw new MistakeException(
                        "there are two "
                                + (which.equals(REPLY) ? "texts" : "times")
                                + " for "
                                + which,
                        "keep one");
            }
            shown.add(which + " " + words[next - 1]);
        }
        effect = new Effect.Greylist(wait(said), observes, WrittenReply.read(said.get(REPLY)));
        return true;
    }

    private static Wait wait(Map<String, String> said) throws MistakeException {
        long delay = said.containsKey(DELAY) ? WrittenTime.span(said.get(DELAY)) : Wait.AS_USUAL;
        long window = said.containsKey(WINDOW) ? WrittenTime.span(said.get(WINDOW)) : Wait.AS_USUAL;
        if (delay != Wait.AS_USUAL && window != Wait.AS_USUAL && delay >= window) {
            throw new MistakeException(
                    "the delay is not shorter than the window, so no mail could ever pass",
                    "write a" + " shorter delay or a longer window");
        }
        return new Wait(delay, window);
    }

    /// The next word, which belongs to the one before it.
    private String value(String before, String what) throws MistakeException {
        if (next >= words.length) {
            throw new MistakeException(
                    quoted(before) + " has nothing behind it",
                    "write " + before + " and " + what + ", or take it out");
        }
        return words[next++];
    }

    private void until() throws MistakeException {
        String value = value(UNTIL, "a value");
        if (until != Exemption.FOREVER) {
            throw new MistakeException("there are two times", "keep one");
        }
        until = WrittenTime.end(value);
    }

    private Condition condition(String word, String before) throws MistakeException {
        int from = next;
        Condition condition = condition(word);
        String said = before + word + words(from);
        boolean isListed = condition.subject() == Subject.LISTED;
        shown.add(isListed ? ListZone.shown(said) : said);
        return condition;
    }

    private String words(int from) {
        return from == next ? "" : " " + String.join(" ", Arrays.asList(words).subList(from, next));
    }

    private Condition condition(String word) throws MistakeException {
        switch (word) {
            case NULL_SENDER -> {
                return new Condition.Text(Subject.SENDER, TextPattern.parse(Subject.SENDER, "<>"));
            }
            case OPT_IN, OPT_OUT -> {
                isOptIn |= word.equals(OPT_IN);
                return text(Subject.RECIPIENT, word);
            }
            default -> {}
        }
        Optional<Subject> subject = Subject.named(word);
        if (subject.isEmpty()) {
            throw UnknownWord.mistake(word);
        }
        return switch (subject.get()) {
            case CLIENT -> new Condition.Client(ClientPattern.parse(behind(word)));
            case HOST, HELO, SENDER, RECIPIENT -> text(subject.get(), word);
            case CONFIRMED -> new Condition.Confirmed();
            case SUSPECT -> new Condition.Suspect();
            case TLS -> new Condition.Tls();
            case SPF -> new Condition.Spf(spf(value(word, "pass, fail or none")));
            case TIME -> new Condition.Time(TimeOfDay.parse(value(word, "22:00-06:00")));
            case LISTED -> listed(value(word, "the domain of a list in DNS"));
        };
    }

    private Condition text(Subject subject, String word) throws MistakeException {
        return new Condition.Text(subject, TextPattern.parse(subject, behind(word)));
    }

    /// The value of a word, which may stand alone because it is one itself.
    private String behind(String word) throws MistakeException {
        if (words.length == 1) {
            throw UnknownWord.mistake(word);
        }
        return value(word, "a value");
    }

    private static Evidence.Spf spf(String word) throws MistakeException {
        return switch (word) {
            case "pass" -> Evidence.Spf.PASS;
            case "fail" -> Evidence.Spf.FAIL;
            case "none" -> Evidence.Spf.NONE;
            default ->
                    throw new MistakeException(
                            quoted(word) + " is nothing that lines know of SPF",
                            "write pass, fail or" + " none");
        };
    }

    private Condition listed(String zone) throws MistakeException {
        if (!ZONE.matcher(zone).matches() || zone.length() > ZONE_MAX) {
            throw new MistakeException(
                    quoted(ListZone.shown(zone)) + " is no domain of a list in DNS",
                    "write one such as list.dnswl.org");
        }
        boolean hasValues = next < words.length && words[next].matches("[0-9*].*");
        ListedValues values = hasValues ? ListedValues.parse(words[next++]) : ListedValues.ALL;
        return new Condition.Listed(HostName.lower(zone), values); // As DNS is asked for it.
    }

    /// Blocks beside other conditions are compared one by one.
    private void checkBlocks() throws MistakeException {
        for (Condition condition : conditions) {
            int blocks =
                    switch (condition) {
                        case Condition.Client(List<CidrBlock> its) ->
                                conditions.size() > 1 ? its.size() : 1;
                        case Condition.Not(Condition.Client(List<CidrBlock> its)) -> its.size();
                        default -> 0;
                    };
            if (blocks > BLOCKS_MAX) {
                throw new MistakeException(
                        "the clients are "
                                + blocks
                                + " networks, more than "
                                + BLOCKS_MAX
                                + " beside other conditions",
                        "write wider ones");
            }
        }
    }
}
