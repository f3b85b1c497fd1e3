package org.greydaemon.replay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.json.Json;
import org.greydaemon.json.JsonReader;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A line of a log in the one form that its readers know, time, host, `program[process]: ` and
/// text, whatever has carried it:
///
/// ```
/// <22>Nov 28 06:00:01 mx postfix/smtpd[1]: text            syslog's priority
/// <22>1 2026-11-28T06:00:01Z mx postfix/smtpd 1 - - text   RFC 5424
/// Sat 2026-11-28 06:00:01 UTC mx postfix/smtpd[1]: text    journalctl -o short-full
/// {"__REALTIME_TIMESTAMP":"1795845601000000",...}          journalctl -o json
/// {"log":"text\n","stream":"stdout","time":"..."}          Docker's json-file
/// mail-1  | Nov 28 06:00:01 mx postfix/smtpd[1]: text      docker compose logs
/// Sat Nov 28 06:00:01 2026 mail.info postfix/smtpd[1]: t   OpenWrt's logread
/// ```
///
/// A character stands for each octet. Stateless.
final class LogText {
    /// What RFC 5424 lets stand before UTF-8.
    private static final String MARK = "\u00ef\u00bb\u00bf";

    private static final int PRIORITY_MAX = 5; // <191>
    private static final int MICROS = 6;
    private static final int WEEKDAY = "Sat ".length();
    private static final int TO_ZONE = "2026-11-28 06:00:01".length();

    private static final String RECORD = "\u001e";
    private static final String EVENT = "data: {";
    private static final Pattern CTIME =
            Pattern.compile(
                    "[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \\d]\\d) (\\d\\d:\\d\\d:\\d\\d) (\\d{4}) ");

    private LogText() {}

    static String of(String line) {
        int end = line.endsWith("\r") ? line.length() - 1 : line.length();
        return CarriedText.of(unwrapped(line.substring(begin(line), end)));
    }

    /// Behind what parts the objects of `journalctl -o json-seq` (RFC 7464) and `json-sse`.
    private static int begin(String line) {
        if (line.startsWith(EVENT)) {
            return EVENT.length() - 1;
        }
        return line.startsWith(RECORD) ? 1 : 0;
    }

    private static String unwrapped(String line) {
        if (line.isEmpty()) {
            return line;
        }
        char first = line.charAt(0);
        if (first == '<') {
            int end = line.indexOf('>') + 1;
            if (end == 0 || end > PRIORITY_MAX) {
                return line;
            }
            return line.startsWith("1 ", end) ? rfc5424(line, end + 2) : line.substring(end);
        }
        if (first == '{') {
            return json(line);
        }
        int blank = line.indexOf(' ');
        if (blank == WEEKDAY - 1) {
            return line.startsWith("-", WEEKDAY + 4)
                    ? shortFull(line.substring(WEEKDAY))
                    : withWeekday(line);
        }
        return blank > 0 ? behindName(line, blank) : line;
    }

    private static String behindName(String line, int blank) {
        int bar = blank;
        while (bar < line.length() && line.charAt(bar) == ' ') {
            bar++;
        }
        return line.startsWith("| ", bar) ? line.substring(bar + 2) : line;
    }

    private static String shortFull(String line) {
        int zone = TO_ZONE + 1;
        int end = zone < line.length() ? line.indexOf(' ', zone) : -1;
        if (end < 0) {
            return line;
        }
        return line.substring(0, TO_ZONE) + zone(line.substring(zone, end)) + line.substring(end);
    }

    /// As RFC 3339 has it; nothing if it has letters only its own country knows.
    private static String zone(String name) {
        if (name.equals("UTC") || name.equals("GMT")) {
            return "Z";
        }
        return switch (name.length()) {
            case 3 -> name.matches("[+-]\\d\\d") ? name + "00" : "";
            case 5 -> name.matches("[+-]\\d{4}") ? name : "";
            default -> "";
        };
    }

    /// `Sat Nov 28 06:00:01 2026 `, as ctime(3) has it.
    private static String withWeekday(String line) {
        Matcher its = CTIME.matcher(line);
        int month = its.lookingAt() ? YearlessDates.month(its.group(1)) : 0;
        return month == 0
                ? line
                : "%s-%02d-%s %s %s"
                        .formatted(
                                its.group(4),
                                month,
                                its.group(2).replace(' ', '0'),
                                its.group(3),
                                line.substring(its.end()));
    }

    /// @param from where the time begins
    private static String rfc5424(String line, int from) {
        String[] fields = line.substring(from).split(" ", 6);
        if (fields.length < 6) {
            return line.substring(from);
        }
        String rest = fields[5];
        int end = rest.startsWith("[") ? structuredEnd(rest) : Math.max(0, rest.indexOf(' '));
        String text = rest.substring(end).stripLeading();
        return "%s %s %s[%s]: %s"
                .formatted(
                        fields[0],
                        fields[1],
                        fields[2],
                        fields[3],
                        text.startsWith(MARK) ? text.substring(MARK.length()) : text);
    }

    /// Behind `[id name="value"][...]`, in whose values `\]` is no end.
    private static int structuredEnd(String rest) {
        boolean isQuoted = false;
        for (int i = 0; i < rest.length(); i++) {
            char c = rest.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                isQuoted = !isQuoted;
            } else if (c == ']' && !isQuoted && !rest.startsWith("[", i + 1)) {
                return i + 1;
            }
        }
        return rest.length();
    }

    private static String json(String line) {
        if (!(JsonReader.read(line.getBytes(ISO_8859_1))
                instanceof Json.Read.Value(Json.Members(var members)))) {
            return line;
        }
        String time = text(members, "__REALTIME_TIMESTAMP");
        if (time.matches("\\d{7,18}")) {
            int seconds = time.length() - MICROS;
            return "%s.%s %s %s[%s]: %s"
                    .formatted(
                            time.substring(0, seconds),
                            time.substring(seconds),
                            text(members, "_HOSTNAME"),
                            text(members, "SYSLOG_IDENTIFIER"),
                            text(members, "_PID"),
                            text(members, "MESSAGE"));
        }
        return members.containsKey("log") && members.containsKey("time")
                ? text(members, "time") + " " + text(members, "log").stripTrailing()
                : line;
    }

    /// The journal has what is no UTF-8 as a list of octets.
    private static String text(Map<String, Json> members, String name) {
        return switch (members.get(name)) {
            case Json.Text(String text) -> new String(text.getBytes(UTF_8), ISO_8859_1);
            case Json.Items(var items) -> {
                StringBuilder octets = new StringBuilder();
                for (Json item : items) {
                    if (item instanceof Json.Digits(String digits) && digits.matches("\\d{1,3}")) {
                        octets.append((char) (Integer.parseInt(digits) & 0xff));
                    }
                }
                yield octets.toString();
            }
            case null, default -> "";
        };
    }
}
