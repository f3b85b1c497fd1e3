package org.greydaemon.exchange;

import org.greydaemon.net.CidrBlock;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// sqlgrey's SQLite database as `sqlite3 file .dump` prints it: statements, a line each. These
/// tables are read (sqlgrey 1.8):
///
/// ```
/// connect(sender_name, sender_domain, src, rcpt, first_seen)        triplets that wait
/// from_awl(sender_name, sender_domain, src, first_seen, last_seen)  who has retried in time
/// domain_awl(sender_domain, src, first_seen, last_seen)             the same, for a whole domain
/// ```
///
/// `src` is an address, or the beginning of one for a network; times are seconds, as only SQLite's
/// are; the null sender has a name of its own. Only the tables of proven senders have shortened
/// names, and these serve for their client alone.
final class SqlgreyDump implements Reading {
    /// What stands for a missing name or domain.
    static final String UNDEFINED = "-undef-";

    private static final Pattern INSERT =
            Pattern.compile("INSERT INTO [\"`]?(\\w+)[\"`]? VALUES ?\\((.*)\\);", Pattern.DOTALL);
    private static final Pattern OTHER =
            Pattern.compile(
                    "(?:PRAGMA|BEGIN|CREATE|DELETE FROM|ANALYZE|COMMIT|ROLLBACK|/\\*|--).*",
                    Pattern.DOTALL);

    @Override
    public List<Found> line(String line) {
        if (line.isBlank()) {
            return List.of();
        }
        if (OTHER.matcher(line).matches()) {
            return List.of(Found.Part.PART);
        }
        Matcher insert = INSERT.matcher(line);
        return List.of(
                insert.matches()
                        ? row(insert.group(1), insert.group(2))
                        : new Found.Malformed(
                                FieldText.shown(line) + " is no line of SQLite's .dump"));
    }

    private static Found row(String table, String text) {
        return switch (table) {
            case "connect" ->
                    values(text, 5)
                            .map(v ->
                                    waiting(
                                            v.get(2),
                                            sender(v.get(0), v.get(1)),
                                            v.get(3),
                                            v.get(4)))
                            .orElseGet(() -> malformed(table, text));
            case "from_awl" ->
                    values(text, 5)
                            .map(v -> proven(v.get(2), v.get(4)))
                            .orElseGet(() -> malformed(table, text));
            case "domain_awl" ->
                    values(text, 4)
                            .map(v -> proven(v.get(1), v.get(3)))
                            .orElseGet(() -> malformed(table, text));
            case "optin_domain", "optin_email", "optout_domain", "optout_email" ->
                    new Found.Left(Found.Why.RECIPIENTS);
            default -> Found.Part.PART;
        };
    }

    private static Found malformed(String table, String text) {
        return new Found.Malformed(
                FieldText.shown(text) + " are not the values of a row of " + table);
    }

    private static Found waiting(String src, String sender, String recipient, String first) {
        Optional<CidrBlock> client = ClientText.shortened(src);
        if (client.isEmpty()) {
            return Found.noClient(src);
        }
        OptionalLong seconds = FieldText.seconds(first);
        return seconds.isEmpty()
                ? Found.noTime(first)
                : Found.waiting(client.get(), sender, recipient, seconds.getAsLong());
    }

    private static Found proven(String src, String last) {
        Optional<CidrBlock> client = ClientText.shortened(src);
        if (client.isEmpty()) {
            return Found.noClient(src);
        }
        OptionalLong seconds = FieldText.seconds(last);
        return seconds.isEmpty()
                ? Found.noTime(last)
                : Found.proven(client.get(), seconds.getAsLong());
    }

    private static String sender(String name, String domain) {
        if (domain.equals(UNDEFINED)) {
            return name.equals(UNDEFINED) ? "" : name;
        }
        return name + "@" + domain;
    }

    /// The values between the parentheses: numbers, and texts in which a quote is doubled.
    ///
    /// @return empty if there is another number of them, or something else
    private static Optional<List<String>> values(String text, int count) {
        List<String> values = new ArrayList<>();
        int at = 0;
        while (at < text.length() && values.size() < count) {
            StringBuilder value = new StringBuilder();
            at = text.charAt(at) == '\'' ? quoted(text, at + 1, value) : bare(text, at, value);
            values.add(value.toString());
            if (at < 0 || (at < text.length() && text.charAt(at) != ',')) {
                return Optional.empty();
            }
            at++;
        }
        return values.size() == count && at == text.length() + 1
                ? Optional.of(values)
                : Optional.empty();
    }

    /// Where a text ends whose quote is before `from`, or -1.
    private static int quoted(String text, int from, StringBuilder value) {
        int at = from;
        while (true) {
            int quote = text.indexOf('\'', at);
            if (quote < 0) {
                return -1;
            }
            value.append(text, at, quote);
            if (!text.startsWith("'", quote + 1)) {
                return quote + 1;
            }
            value.append('\'');
            at = quote + 2;
        }
    }

    private static int bare(String text, int from, StringBuilder value) {
        int comma = text.indexOf(',', from);
        int end = comma < 0 ? text.length() : comma;
        value.append(text, from, end);
        return end;
    }
}
