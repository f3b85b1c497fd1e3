package org.greydaemon.replay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Evidence.Spf;
import org.greydaemon.decision.Suspicion;
import org.greydaemon.json.Json;
import org.greydaemon.json.JsonReader;
import org.greydaemon.mail.EscapedText;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The daemon's decisions as `logfmt` or JSON. A line names the first recipient and says how many
/// there were.
final class DecisionLines implements LineReader {
    /// What they begin with.
    private static final String LOGFMT = "decision action=";

    /// What they begin with in JSON.
    private static final String JSON = "{\"event\":\"decision\"";

    private static final String NO_NAME = Suspicion.NO_NAME.word();
    private static final Optional<List<String>> NO_HOSTS = Optional.of(List.of());
    private static final int RECIPIENTS_DIGITS_MAX = 4;

    private static final int ACTION = 0;
    private static final int REASON = 1;
    private static final int CLIENT = 2;
    private static final int NAME = 3;
    private static final int SUSPECT = 4;
    private static final int HELO = 5;
    private static final int SENDER = 6;
    private static final int RECIPIENT = 7;
    private static final int RECIPIENTS = 8;

    private static final byte[][] WANTED =
            Stream.of(
                            "action",
                            "reason",
                            "client_address",
                            "client_name",
                            "suspect",
                            "helo",
                            "sender",
                            "recipient",
                            "recipients")
                    .map(name -> name.getBytes(ISO_8859_1))
                    .toArray(byte[][]::new);

    /// Longer lines are rare.
    private static final int LINE = 2048;

    private final TextRoom room = new TextRoom(LINE);
    private final @Nullable String[] fields = new String[WANTED.length];
    private final HostLists hosts = new HostLists();

    /// Where a decision begins: less than 0 if the line is none, whatever strangers say in it.
    ///
    /// @param from where the time ends
    static int begin(String line, int from) {
        return ProgramText.begin(
                line, from, at -> line.startsWith(LOGFMT, at) || line.startsWith(JSON, at));
    }

    @Override
    public String line(long time, String line, int from, Consumer<Recorded> found) {
        Arrays.fill(fields, null);
        int begin = begin(line, from);
        if (begin < 0) {
            return "";
        }
        if (!line.startsWith(JSON, begin)) {
            readLogfmt(line, begin);
        } else if (!readJson(line.substring(begin))) {
            return "a decision that is no JSON; is it cut off?";
        }
        return decision(time, found);
    }

    private void readLogfmt(String line, int begin) {
        byte[] octets = room.of(line);
        int length = line.length();
        int at = begin;
        while (at < length) {
            int equals = -1;
            int end = at;
            for (; end < length && octets[end] != ' '; end++) {
                if (equals < 0 && octets[end] == '=') {
                    equals = end;
                }
            }
            int field = equals > at ? wanted(octets, at, equals) : -1;
            if (field >= 0) {
                boolean angled = end - equals > 2 && octets[equals + 1] == '<';
                fields[field] = line.substring(equals + (angled ? 2 : 1), angled ? end - 1 : end);
            }
            at = end + 1;
        }
    }

    /// The place of a field, if it is one that is asked for; else -1: most are not, and need no
    /// text.
    private static int wanted(byte[] octets, int from, int to) {
        for (int i = 0; i < WANTED.length; i++) {
            byte[] name = WANTED[i];
            if (name.length == to - from && name[0] == octets[from] && isAt(name, octets, from)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isAt(byte[] name, byte[] octets, int from) {
        for (int i = 1; i < name.length; i++) {
            if (name[i] != octets[from + i]) {
                return false;
            }
        }
        return true;
    }

    private boolean readJson(String text) {
        Json.Read read = JsonReader.read(text.getBytes(ISO_8859_1));
        if (!(read instanceof Json.Read.Value(Json.Members(Map<String, Json> members)))) {
            return false;
        }
        members.forEach((name, value) -> {
            int field = name.isEmpty() ? -1 : wanted(room.of(name), 0, name.length());
            if (field >= 0 && value instanceof Json.Text(String member)) {
                fields[field] = octets(member);
            } else if (field >= 0 && value instanceof Json.Digits(String digits)) {
                fields[field] = digits;
            }
        });
        return true;
    }

    /// A character for each octet, as everywhere here.
    private static String octets(String text) {
        return new String(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), ISO_8859_1);
    }

    private String decision(long time, Consumer<Recorded> found) {
        String action = field(ACTION, "");
        String client = fields[CLIENT];
        String sender = fields[SENDER];
        String recipient = fields[RECIPIENT];
        if (action.equals("none")) {
            return "";
        }
        if (client == null || recipient == null || sender == null) {
            return "a decision without client_address, sender or recipient; is it cut off?";
        }
        found.accept(
                new Recorded(
                        time,
                        new Envelope(
                                plain(client),
                                hosts(),
                                plain(field(HELO, "")),
                                plain(sender),
                                List.of(plain(recipient)),
                                field(REASON, "").equals("authenticated"),
                                Spf.UNKNOWN),
                        number(field(RECIPIENTS, "1")),
                        action.equals("accept")));
        return "";
    }

    /// A host whose name is known has it in the line; a client that is suspect without a name has
    /// none.
    private Optional<List<String>> hosts() {
        String name = fields[NAME];
        if (name != null) {
            return hosts.of(plain(name));
        }
        return NO_NAME.equals(fields[SUSPECT]) ? NO_HOSTS : Optional.empty();
    }

    private String field(int which, String otherwise) {
        String its = fields[which];
        return its == null ? otherwise : its;
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
