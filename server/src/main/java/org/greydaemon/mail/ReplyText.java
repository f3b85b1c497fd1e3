package org.greydaemon.mail;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an SMTP client is told when its mail is deferred: `451 4.7.1 Greylisted, please try again
/// in 173 seconds`. Immutable.
///
/// The waiting time stands in digits and in a full word, because some senders read it.
///
/// @param code the reply code, 400 to 499
/// @param enhanced the enhanced status code, `4.7.1` for example (RFC 3463)
/// @param text the text; `%s` in it becomes the seconds until a retry passes
public record ReplyText(int code, String enhanced, String text) {
    /// The reply unless the operator chose another. RFC 6647 5 has no preference among the codes of
    /// 4yz; 451 is also what the clients in qmail/ say.
    public static final ReplyText DEFAULT =
            new ReplyText(451, "4.7.1", "Greylisted, please try again in %s seconds");

    /// The longest text: a reply line may have 512 octets (RFC 5321 4.5.3.1.5), and a mail server
    /// puts the recipient's address before it.
    public static final int TEXT_MAX = 200;

    private static final Pattern FORM =
            Pattern.compile(
                    "(4[0-9]{2}) (?:(4\\.[0-9]{1,3}\\.[0-9]{1,3}) )?"
                            + "((?![0-9]+\\.[0-9]+\\.[0-9]+)[!-~](?:[ -~]*[!-~])?)");

    /// Reads `451 4.7.1 text`; without an enhanced status code it is 4.7.1.
    ///
    /// @return empty if the code is not 4yz, for it would refuse mail for good; if the text is
    ///   missing, too long or not printable ASCII; or if it has a `%` but for one `%s`
    public static Optional<ReplyText> parse(String line) {
        Matcher matcher = FORM.matcher(line);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String text = matcher.group(3);
        String enhanced = matcher.group(2);
        if (text.length() > TEXT_MAX || text.replaceFirst("%s", "").contains("%")) {
            return Optional.empty();
        }
        return Optional.of(
                new ReplyText(
                        Integer.parseInt(matcher.group(1)),
                        enhanced == null ? DEFAULT.enhanced() : enhanced,
                        text));
    }

    /// The text for a wait.
    ///
    /// @param seconds until a retry passes
    public String text(long seconds) {
        return text.replace("%s", Long.toString(Math.max(1, seconds)));
    }
}
