package org.greydaemon.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.json.JsonLine;
import org.greydaemon.mail.EscapedText;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A line of the save file, the original's too: `I <seconds> <client>` for a proven client, `G
/// <seconds> <client> <sender> <recipient>` for a triplet, the null sender being a dot.
final class SaveLine {
    private static final Pattern FORM =
            Pattern.compile("(?:I ([0-9]{1,12}) (\\S+)|G ([0-9]{1,12}) (\\S+) (\\S+) (\\S+))\\s*");

    private static final String NULL_SENDER = ".";

    private SaveLine() {}

    /// An entry that the daemon lists as a line.
    static String of(ControlClient.Line entry) {
        if (!entry.members().containsKey("recipient")) {
            return "I " + entry.number("last_seen") + " " + entry.text("client");
        }
        String sender = entry.text("sender");
        return "G "
                + entry.number("first_seen")
                + " "
                + entry.text("client")
                + " "
                + (sender.isEmpty() ? NULL_SENDER : sender)
                + " "
                + entry.text("recipient");
    }

    /// A line as an entry for the daemon.
    ///
    /// @param line the line, an octet a character
    /// @return empty if it is no such line
    static Optional<JsonLine> read(String line) {
        Matcher form = FORM.matcher(line);
        if (!form.matches()) {
            return Optional.empty();
        }
        if (form.group(1) != null) {
            return Optional.of(
                    new JsonLine()
                            .put("client", field(form.group(2)))
                            .put("last_seen", Long.parseLong(form.group(1))));
        }
        String sender = field(form.group(5));
        return Optional.of(
                new JsonLine()
                        .put("client", field(form.group(4)))
                        .put("sender", sender.equals(NULL_SENDER) ? "" : sender)
                        .put("recipient", field(form.group(6)))
                        .put("first_seen", Long.parseLong(form.group(3))));
    }

    /// The original writes octets as they are, which need not be UTF-8.
    private static String field(String octets) {
        byte[] raw = octets.getBytes(ISO_8859_1);
        int length = EscapedText.unescape(raw, 0, raw.length);
        byte[] escaped = new byte[EscapedText.EXPANSION_MAX * length + Long.BYTES];
        return new String(escaped, 0, EscapedText.writeField(raw, 0, length, escaped, 0), UTF_8);
    }
}
