package org.greydaemon.exempt;

import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Another greylister's white list as lines of an exemption file. Stateless.
public final class ForeignList {
    /// An address or the first octets of one, with or without a length.
    private static final Pattern CLIENT =
            Pattern.compile(
                    "[0-9]{1,3}(?:\\.[0-9]{1,3}){0,3}\\.?(?:/[0-9]{1,2})?|[0-9A-Fa-f]*:[0-9A-Fa-f:./]+");

    private static final Pattern EXPRESSION = Pattern.compile("/(.*)/i?");

    /// What `*` says too: letters, and `.*` for anything.
    private static final Pattern SAYABLE =
            Pattern.compile("\\^?((?:[A-Za-z0-9_@-]|\\\\[.@+-]|\\.\\*)++)\\$?");

    private ForeignList() {}

    /// Whose list it is. The words are those of the command line.
    public enum Author {
        /// postgrey's whitelist_clients.
        POSTGREY_CLIENTS("postgrey-whitelist"),
        /// postgrey's whitelist_recipients.
        POSTGREY_RECIPIENTS("postgrey-recipients"),
        /// sqlgrey's clients_ip_whitelist and clients_fqdn_whitelist.
        SQLGREY("sqlgrey-whitelist");

        private final String word;

        Author(String word) {
            this.word = word;
        }

        /// Its name on the command line.
        public String word() {
            return word;
        }
    }

    /// What a line has become.
    public sealed interface Said {
        /// Lines that mean the same, or a remark, or nothing.
        record Lines(List<String> lines) implements Said {}

        /// Nothing means the same.
        ///
        /// @param why what is wrong; what to do
        record Unsaid(String why) implements Said {}
    }

    /// Reads a line.
    ///
    /// @param line text, or octets that are a character each: UTF-8, or else ISO 8859-1
    public static Said line(Author form, String line) {
        String text = NormalForm.decoded(line).strip();
        if (text.isEmpty() || text.startsWith("#")) {
            return new Said.Lines(List.of(text.replaceAll("[\\p{Cntrl}]", " ")));
        }
        // A recipient may have one, and an expression.
        boolean hasHash = form == Author.POSTGREY_RECIPIENTS || text.startsWith("/");
        int comment = text.indexOf(hasHash ? " #" : "#");
        String entry = comment < 0 ? text : text.substring(0, comment).strip();
        String reason = comment < 0 ? "" : " #" + text.substring(text.indexOf('#', comment) + 1);
        List<String> lines = new ArrayList<>();
        try {
            if (!entry.startsWith("/") && entry.split("\\s").length > 1) {
                throw new MistakeException(
                        Mistake.quoted(entry) + " is more than one word",
                        "write one entry a line, and words behind #");
            }
            for (String said : lines(form, entry)) {
                ExemptionLine checked = ExemptionLineParser.parse("", 1, said, "");
                if (Lint.isEverybody(checked)) {
                    throw new MistakeException(
                            Mistake.quoted(entry) + " is everybody, or nearly",
                            "write a line for who is meant");
                }
                lines.add(checked.exemption().text() + reason.replaceAll("[\\p{Cntrl}]", " "));
            }
            return new Said.Lines(List.copyOf(lines));
        } catch (MistakeException e) {
            return new Said.Unsaid(e.inOneLine());
        }
    }

    private static List<String> lines(Author form, String entry) throws MistakeException {
        Matcher expression = EXPRESSION.matcher(entry);
        if (expression.matches()) {
            String subject = form == Author.POSTGREY_RECIPIENTS ? "recipient " : "host ";
            return List.of(subject + said(entry, expression.group(1)));
        }
        return switch (form) {
            case POSTGREY_CLIENTS -> postgreyClient(entry);
            case POSTGREY_RECIPIENTS -> postgreyRecipient(entry);
            case SQLGREY -> sqlgrey(entry);
        };
    }

    /// What is not tied to an end may have anything there.
    private static String said(String entry, String expression) throws MistakeException {
        Matcher sayable = SAYABLE.matcher(expression);
        if (!sayable.matches()) {
            throw new MistakeException(
                    Mistake.quoted(entry) + " is a regular expression that no line says",
                    "write one by hand, with" + " * for any characters");
        }
        String plain = sayable.group(1).replace(".*", "*").replace("\\", "");
        String begin = expression.startsWith("^") || plain.startsWith("*") ? "" : "*";
        String end = expression.endsWith("$") || plain.endsWith("*") ? "" : "*";
        return (begin + plain + end).toLowerCase(Locale.ROOT);
    }

    private static List<String> postgreyClient(String entry) throws MistakeException {
        if (CLIENT.matcher(entry).matches()) {
            return List.of("client " + entry);
        }
        if (entry.contains("@")) {
            throw new MistakeException(
                    Mistake.quoted(entry) + " is no client",
                    "is it a list of recipients? --from " + Author.POSTGREY_RECIPIENTS.word());
        }
        // The name, and all below it.
        String name = entry.replaceFirst("^\\*?\\.", "");
        return name.equals(entry)
                ? List.of("host " + name, "host ." + name)
                : List.of("host ." + name);
    }

    private static List<String> postgreyRecipient(String entry) {
        // A domain means those below it too.
        if (entry.contains("@")) {
            return List.of("recipient " + entry);
        }
        String name = entry.replaceFirst("^\\*?\\.", "");
        return name.equals(entry)
                ? List.of("recipient @" + name, "recipient ." + name)
                : List.of("recipient ." + name);
    }

    private static List<String> sqlgrey(String entry) {
        if (CLIENT.matcher(entry).matches()) {
            return List.of("client " + entry);
        }
        return List.of("host " + (entry.startsWith("*.") ? entry.substring(1) : entry));
    }
}
