package org.greydaemon.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.mistake.Mistake;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an SMTP client is told when its mail is deferred: `451 4.7.1 Greylisted, please try again
/// in 173 seconds`. Immutable.
///
/// | in the text | becomes |
/// |---|---|
/// | `%s` | the seconds until a retry passes; digits and a full word, because some senders read it |
/// | `%t` | when that is, `13:07:10 UTC` |
/// | `%c` | the client's address |
/// | `%r` | the recipient |
/// | `%u` | a link that explains it |
/// | `%%` | a percent sign |
///
/// @param code the reply code, 400 to 499
/// @param enhanced the enhanced status code, `4.7.1` for example (RFC 3463)
/// @param text the text, in which each of these but `%%` stands at most once
public record ReplyText(int code, String enhanced, String text) {
    private static final int CODE = 451;
    private static final String WITH_451 = "4.7.1";
    private static final String WITH_OTHERS = "4.2.0";

    /// The reply unless the operator chose another. RFC 6647 5 has no preference among the codes of
    /// 4yz; 451 is also what the clients in qmail/ say.
    public static final ReplyText DEFAULT =
            new ReplyText(CODE, WITH_451, "Greylisted, please try again in %s seconds");

    /// The longest text, before anything is put in.
    public static final int TEXT_MAX = 200;

    /// A reply line has at most 512 octets with its end (RFC 5321 4.5.3.1.5), of which the codes
    /// and the blanks behind them take some.
    private static final int LINE_MAX = 512 - "\r\n451 4.999.999 ".length();

    /// What Postfix puts between its codes and the text, beside the recipient.
    private static final int POSTFIX_WORDS = "<>: Recipient address rejected: ".length();

    private static final Pattern FORM =
            Pattern.compile(
                    "(4[0-9]{2}) (?:(4\\.[0-9]{1,3}\\.[0-9]{1,3}) )?"
                            + "((?![0-9]+\\.[0-9]+\\.[0-9]+)[^ ].*[^ ]|[^ ])");

    private static final Pattern NOT_PRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");
    private static final String LETTERS = "stcru";

    /// What stands behind what is left of a recipient.
    private static final String CUT = "...";

    /// The longest delay that a line can name has no more digits.
    private static final long SECONDS_WORST = 9_999_999;

    /// The longest link, with its token.
    private static final int LINK_WORST = 128;

    /// The most octets of a `char` in UTF-8; two of them stand for what takes four.
    private static final int UTF8_MAX = 3;

    /// What is mostly put in, a number or a client's address, has room.
    private static final int PUT_IN = 40;

    /// What a text says of one mail.
    ///
    /// @param seconds until a retry passes
    /// @param time when that is, in words
    /// @param client the client's address
    /// @param recipient the recipient, as octets or characters from anybody
    /// @param link that explains it; empty if there is none
    public record Told(long seconds, String time, String client, String recipient, String link) {}

    /// Reads `451 4.7.1 text`; without an enhanced status code it is 4.7.1 behind 451, and 4.2.0
    /// behind others: Exchange returns mail for `450 4.7.1`.
    ///
    /// @return empty if the code is not 4yz, for it would refuse mail for good; or if the text
    ///   cannot be, see {@link #mistake}
    public static Optional<ReplyText> parse(String line) {
        Matcher matcher = FORM.matcher(line);
        if (!matcher.matches() || mistake(matcher.group(3)).isPresent()) {
            return Optional.empty();
        }
        int code = Integer.parseInt(matcher.group(1));
        String enhanced = matcher.group(2);
        return Optional.of(
                new ReplyText(
                        code,
                        enhanced != null ? enhanced : code == CODE ? WITH_451 : WITH_OTHERS,
                        matcher.group(3)));
    }

    /// Why something cannot be the text of a reply: what is wrong with it and what to do, to stand
    /// behind the text. Empty if it can: not blank, printable, one line, not too long, and each `%`
    /// one that is known, once.
    public static Optional<Mistake> mistake(String text) {
        Matcher control = NOT_PRINTABLE.matcher(text);
        if (control.find()) {
            return mistake(
                    String.format(
                            Locale.ROOT,
                            "has the character U+%04X, and a reply is one line that can be printed",
                            control.group().codePointAt(0)),
                    "take it out");
        }
        if (text.isBlank()) {
            return mistake("is empty", "write what deferred clients are to be told");
        }
        if (text.length() > TEXT_MAX) {
            return mistake(
                    "has "
                            + text.length()
                            + " characters, and "
                            + TEXT_MAX
                            + " at most are possible",
                    "write less");
        }
        return percentMistake(text);
    }

    private static Optional<Mistake> percentMistake(String text) {
        String seen = "";
        for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 2)) {
            String found = text.substring(at, Math.min(at + 2, text.length()));
            boolean isKnown = found.length() == 2 && LETTERS.contains(found.substring(1));
            if (!isKnown && !found.equals("%%")) {
                return mistake(
                        "has '" + found + "', and only %s, %t, %c, %r and %u are known",
                        "write %% for a percent sign");
            }
            if (seen.contains(found)) {
                return mistake("has " + found + " twice", "keep one of them");
            }
            seen += isKnown ? found : "";
        }
        return Optional.empty();
    }

    private static Optional<Mistake> mistake(String problem, String remedy) {
        return Optional.of(new Mistake("", problem, remedy));
    }

    /// Whether the text says when a retry passes.
    public boolean hasTime() {
        return text.contains("%t");
    }

    /// Whether the text has a link in it.
    public boolean hasLink() {
        return has('u');
    }

    private boolean has(char letter) {
        for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 2)) {
            if (text.charAt(at + 1) == letter) {
                return true;
            }
        }
        return false;
    }

    /// By how many octets a reply line may exceed what RFC 5321 allows, at worst, even if nothing
    /// is left of the recipient; 0 if it never does. It is cut then.
    public int octetsOver() {
        Told told =
                new Told(
                        SECONDS_WORST,
                        "2026-11-28 13:07:10 UTC",
                        "2001:db8:1111:2222:3333:4444:5555:6666",
                        "",
                        "x".repeat(LINK_WORST));
        return Math.max(0, octets(fill(told, has('r') ? CUT : "", true)) - LINE_MAX);
    }

    /// The same codes with another text.
    public ReplyText saying(String other) {
        return new ReplyText(code, enhanced, other);
    }

    /// The enhanced status code where a mail server puts a reply code of its own before it, as
    /// Postfix does 450: 4.7.1 stays with 451 only.
    public String enhancedBesideOther() {
        return code == CODE && enhanced.equals(WITH_451) ? WITH_OTHERS : enhanced;
    }

    /// The text for a wait, with nothing else.
    ///
    /// @param seconds until a retry passes
    public String text(long seconds) {
        return text(new Told(seconds, "", "", "", ""), false);
    }

    /// The text of a whole reply line.
    ///
    /// @param utf8 whether the session may have more than ASCII in it (RFC 6531 3.7.4.2)
    public String text(Told told, boolean utf8) {
        return text(told, utf8, LINE_MAX);
    }

    /// The text where Postfix puts the recipient before it.
    public String textBehindRecipient(Told told) {
        return text(told, false, LINE_MAX - POSTFIX_WORDS - told.recipient().length());
    }

    /// The recipient may be cut, for it is the only one that can be long.
    private String text(Told told, boolean utf8, int octetsMax) {
        String whole = fill(told, told.recipient(), utf8);
        if (!fits(whole, octetsMax) && has('r')) {
            int over = octets(whole) - octetsMax;
            String recipient = told.recipient();
            int kept = Math.max(0, recipient.length() - over - CUT.length());
            whole = fill(told, recipient.substring(0, kept) + CUT, utf8);
        }
        return cut(whole, Math.max(octetsMax, TEXT_MAX));
    }

    private String fill(Told told, String recipient, boolean utf8) {
        StringBuilder filled = new StringBuilder(text.length() + PUT_IN);
        int from = 0;
        for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', from)) {
            filled.append(text, from, at);
            filled.append(
                    switch (text.charAt(at + 1)) {
                        case 's' -> Long.toString(Math.max(1, told.seconds()));
                        case 't' -> told.time();
                        case 'c' -> told.client();
                        case 'r' -> recipient;
                        case '%' -> "%";
                        default -> told.link();
                    });
            from = at + 2;
        }
        filled.append(text, from, text.length());
        return printable(filled.toString(), utf8);
    }

    /// Letters lose their accents where there may be none, and what is left of the rest is `?`.
    private static String printable(String filled, boolean utf8) {
        if (isPlain(filled)) {
            return filled;
        }
        String one = NOT_PRINTABLE.matcher(filled).replaceAll("?");
        if (utf8 || one.chars().allMatch(c -> c < 0x7f)) {
            return one;
        }
        return Normalizer.normalize(one, Normalizer.Form.NFKD)
                .replaceAll("\\p{M}", "")
                .replace("\u00df", "ss")
                .replaceAll("[^ -~]", "?");
    }

    private static boolean isPlain(String filled) {
        for (int i = 0; i < filled.length(); i++) {
            if (filled.charAt(i) < ' ' || filled.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    private static int octets(String filled) {
        return isPlain(filled) ? filled.length() : filled.getBytes(UTF_8).length;
    }

    private static boolean fits(String filled, int octetsMax) {
        return UTF8_MAX * filled.length() <= octetsMax || octets(filled) <= octetsMax;
    }

    private static String cut(String filled, int octetsMax) {
        int end = filled.length();
        while (!fits(filled.substring(0, end), octetsMax)) {
            end -= Character.charCount(filled.codePointBefore(end));
        }
        return filled.substring(0, end).strip();
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d %s %s", code, enhanced, text);
    }
}
