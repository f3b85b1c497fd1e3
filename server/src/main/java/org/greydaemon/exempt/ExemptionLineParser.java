package org.greydaemon.exempt;

import static org.greydaemon.net.AddressException.quoted;

import org.greydaemon.net.AddressException;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Reads a line of an exemption file:
///
/// ```
/// subject value [subject value ...] [until date] [# reason]
///
/// client 192.0.2.0/24                                    # backup MX
/// host .example.org sender @example.org until 2027-01-31 # ticket 4711
/// recipient support@example.net
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

    private final String source;
    private final int number;
    private final Map<Subject, Condition> conditions = new EnumMap<>(Subject.class);
    private final List<String> shown = new ArrayList<>();
    private boolean isOptIn;
    private long until = Exemption.FOREVER;

    private ExemptionLineParser(String source, int number) {
        this.source = source;
        this.number = number;
    }

    /// Reads a line.
    ///
    /// @param source what to call the file
    /// @param number of the line
    /// @param text without the comment, without blanks around it, not empty
    /// @param reason the comment
    /// @throws AddressException if it cannot be meant
    static ExemptionLine parse(String source, int number, String text, String reason)
            throws AddressException {
        if (text.length() + reason.length() > LINE_MAX) {
            throw new AddressException(
                    "the line is longer than " + LINE_MAX + " characters; write a shorter one");
        }
        return new ExemptionLineParser(source, number).parse(words(text), reason);
    }

    /// Blanks end a word, but not within the quotes of a local part.
    private static String[] words(String text) {
        return WORD.matcher(text).results().map(MatchResult::group).toArray(String[]::new);
    }

    private ExemptionLine parse(String[] words, String reason) throws AddressException {
        for (int i = 0; i < words.length; i += 2) {
            if (i + 1 == words.length) {
                throw new AddressException(
                        i == 0
                                ? whatIs(words[0])
                                : quoted(words[i])
                                        + " has nothing behind it; "
                                        + "write "
                                        + words[i]
                                        + " and a value, or take it out");
            }
            take(words[i], words[i + 1]);
        }
        if (conditions.isEmpty()) {
            throw new AddressException(
                    "the line says until when, but not who; write client,"
                            + " host, helo, sender or recipient and a value before it");
        }
        if (isOptIn && conditions.size() > 1) {
            throw new AddressException(
                    "opt-in names recipients and nothing else; take the other conditions out");
        }
        checkBlocks();
        Exemption exemption = new Exemption(source, number, String.join(" ", shown), reason, until);
        return new ExemptionLine(exemption, List.copyOf(conditions.values()), isOptIn);
    }

    /// Blocks beside other conditions are compared one by one.
    private void checkBlocks() throws AddressException {
        if (conditions.size() > 1
                && conditions.get(Subject.CLIENT) instanceof Condition.Client client
                && client.blocks().size() > BLOCKS_MAX) {
            throw new AddressException(
                    "the clients are "
                            + client.blocks().size()
                            + " networks, more than "
                            + BLOCKS_MAX
                            + " beside other conditions; write wider ones");
        }
    }

    private void take(String word, String value) throws AddressException {
        if (word.equals(UNTIL)) {
            if (until != Exemption.FOREVER) {
                throw new AddressException("there are two times; keep one");
            }
            until = time(value);
            return;
        }
        boolean optIn = word.equals(OPT_IN);
        boolean optOut = word.equals(OPT_OUT);
        isOptIn |= optIn;
        Subject subject =
                optIn || optOut
                        ? Subject.RECIPIENT
                        : Subject.named(word).orElseThrow(() -> new AddressException(whatIs(word)));
        Condition condition =
                subject == Subject.CLIENT
                        ? new Condition.Client(ClientPattern.parse(value))
                        : new Condition.Text(subject, TextPattern.parse(subject, value));
        if (conditions.put(subject, condition) != null) {
            throw new AddressException(
                    "there are two conditions on the "
                            + subject.word()
                            + ", which cannot both be true; write a line for each");
        }
        shown.add(word + " " + value);
    }

    /// What to say of a word that is no subject: perhaps the value stands alone, as in a white
    /// list.
    private static String whatIs(String word) {
        boolean isClient;
        try {
            isClient = !ClientPattern.parse(word).isEmpty();
        } catch (AddressException e) {
            isClient = false;
        }
        String meant =
                isClient
                        ? "client " + word
                        : word.contains("@") ? "sender " + word + "' or 'recipient " + word : "";
        return quoted(word)
                + (meant.isEmpty()
                        ? " is none of "
                                + String.join(
                                        ", ",
                                        Arrays.stream(Subject.values()).map(Subject::word).toList())
                                + ", opt-in, opt-out and until; write one of these before its"
                                + " value, and a reason behind #"
                        : " stands alone; did you mean '" + meant + "'?");
    }

    /// Reads a time.
    ///
    /// @return the first second that is no longer meant, since 1970
    /// @throws AddressException if it is none
    static long time(String text) throws AddressException {
        try {
            return text.length() <= "2027-01-31".length()
                    ? LocalDate.parse(text)
                            .plusDays(1)
                            .toEpochSecond(LocalTime.MIDNIGHT, ZoneOffset.UTC)
                    : OffsetDateTime.parse(text).toEpochSecond();
        } catch (DateTimeException e) {
            throw new AddressException(
                    quoted(text)
                            + " is no date; write one such as 2027-01-31, or a time such as"
                            + " 2027-01-31T12:00Z");
        }
    }
}
