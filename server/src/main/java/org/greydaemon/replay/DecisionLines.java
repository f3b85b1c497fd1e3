package org.greydaemon.replay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Attempt.Spf;
import org.greydaemon.decision.Suspicion;
import org.greydaemon.json.Json;
import org.greydaemon.json.JsonReader;
import org.greydaemon.mail.EscapedText;
import org.greydaemon.mail.HostName;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The daemon's decisions as `logfmt` or JSON. A line names the first recipient and says how many
/// there were.
final class DecisionLines implements LineReader {
    /// What they begin with.
    static final String LOGFMT = "decision action=";

    /// What they begin with in JSON.
    static final String JSON = "{\"event\":\"decision\"";

    private static final String NO_NAME = Suspicion.NO_NAME.word();
    private static final int RECIPIENTS_DIGITS_MAX = 4;

    private static final String[] WANTED = {
        "action",
        "reason",
        "client_address",
        "client_name",
        "suspect",
        "helo",
        "sender",
        "recipient",
        "recipients"
    };

    private final Map<String, String> fields = new HashMap<>();

    @Override
    public String line(long time, String line, int from, Consumer<Recorded> found) {
        fields.clear();
        int begin = line.indexOf(LOGFMT, from);
        if (begin >= 0) {
            readLogfmt(line, begin);
        } else {
            begin = line.indexOf(JSON, from);
            if (begin < 0) {
                return "";
            }
            if (!readJson(line.substring(begin))) {
                return "a decision that is no JSON; is it cut off?";
            }
        }
        return decision(time, found);
    }

    private void readLogfmt(String line, int begin) {
        int at = begin;
        while (at < line.length()) {
            int blank = line.indexOf(' ', at);
            int end = blank < 0 ? line.length() : blank;
            int equals = line.indexOf('=', at);
            String name = equals > at && equals < end ? wanted(line, at, equals) : "";
            if (!name.isEmpty()) {
                boolean angled = end - equals > 2 && line.charAt(equals + 1) == '<';
                fields.put(name, line.substring(equals + (angled ? 2 : 1), angled ? end - 1 : end));
            }
            at = end + 1;
        }
    }

    /// The name of a field, if it is one that is asked for: most are not, and need no text.
    private static String wanted(String line, int from, int to) {
        for (String name : WANTED) {
            if (name.length() == to - from && line.startsWith(name, from)) {
                return name;
            }
        }
        return "";
    }

    private boolean readJson(String text) {
        Json.Read read = JsonReader.read(text.getBytes(ISO_8859_1));
        if (!(read instanceof Json.Read.Value(Json.Members(Map<String, Json> members)))) {
            return false;
        }
        members.forEach((name, value) -> {
            if (value instanceof Json.Text(String member)) {
                fields.put(name, octets(member));
            } else if (value instanceof Json.Digits(String digits)) {
                fields.put(name, digits);
            }
        });
        return true;
    }

    /// A character for each octet, as everywhere here.
    private static String octets(String text) {
        return new String(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), ISO_8859_1);
    }

    private String decision(long time, Consumer<Recorded> found) {
        String action = fields.getOrDefault("action", "");
        String client = fields.get("client_address");
        String recipient = fields.get("recipient");
        if (action.equals("none")) {
            return "";
        }
        if (client == null || recipient == null || !fields.containsKey("sender")) {
            return "a decision without client_address, sender or recipient; is it cut off?";
        }
        found.accept(
                new Recorded(
                        time,
                        new Envelope(
                                plain(client),
                                hosts(),
                                plain(fields.getOrDefault("helo", "")),
                                plain(fields.getOrDefault("sender", "")),
                                List.of(plain(recipient)),
                                fields.getOrDefault("reason", "").equals("authenticated"),
                                Spf.UNKNOWN),
                        number(fields.getOrDefault("recipients", "1")),
                        action.equals("accept")));
        return "";
    }

    /// A host whose name is known has it in the line; a client that is suspect without a name has
    /// none.
    private Optional<List<String>> hosts() {
        String name = fields.get("client_name");
        if (name != null) {
            return Optional.of(HostName.confirmed(plain(name)));
        }
        return NO_NAME.equals(fields.get("suspect")) ? Optional.of(List.of()) : Optional.empty();
    }

    private static int number(String digits) {
        int number = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9 || i == RECIPIENTS_DIGITS_MAX) {
                return 1;
            }
            number = 10 * number + digit;
        }
        return Math.max(1, number);
    }

    private static String plain(String escaped) {
        if (escaped.indexOf('\\') < 0) {
            return escaped;
        }
        byte[] octets = escaped.getBytes(ISO_8859_1);
        return new String(octets, 0, EscapedText.unescape(octets, 0, octets.length), ISO_8859_1);
    }

    @Override
    public void end(Consumer<Recorded> found) {
        // Each line stands for itself.
    }
}
