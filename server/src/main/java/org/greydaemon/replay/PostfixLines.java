package org.greydaemon.replay;

import org.greydaemon.decision.Evidence.Spf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// Postfix' mail log. What greylisting has deferred stands in one line:
///
/// ```
/// postfix/smtpd[1]: NOQUEUE: reject: RCPT from mx.example.org[192.0.2.1]: 450 4.7.1 <b@example.net>: Recipient
///     address rejected: Greylisted; from=<a@example.org> to=<b@example.net> proto=ESMTP helo=<mx.example.org>
/// ```
///
/// What was accepted, in several: `QUEUEID: client=NAME[ADDRESS]`, `from=<...>`, and `to=<...>` for
/// each recipient, with `orig_to=<...>` if it was rewritten. Names of hosts are confirmed;
/// `unknown` says that there is none. Deferrals for other reasons than greylisting's are no
/// attempts here: no greylister was asked, or it did not decide.
final class PostfixLines implements LineReader {
    /// The most messages that are being delivered at a time.
    private static final int OPEN_MAX = 20_000;

    /// How long the lines of a message are waited for, in seconds: those of its local delivery
    /// follow within moments.
    private static final int OPEN_SECONDS = 60;

    /// What Postfix itself says when it defers (smtpd_check.c), and no greylister does.
    private static final List<String> OTHERS =
            List.of(
                    "client host rejected",
                    "helo command rejected",
                    "sender address rejected",
                    "relay access denied",
                    "user unknown",
                    "unverified",
                    "undeliverable",
                    "domain not found",
                    "mailbox full",
                    "insufficient system storage",
                    "server configuration",
                    "too many",
                    "lookup failure",
                    "blocked using",
                    "tls");

    private static final Pattern ADDRESS = Pattern.compile("<[^>]*>");

    private static final int ID_MAX = 20;
    private static final String CLIENT = ": client=";
    private static final int CLIENT_TO = ID_MAX - 1 + CLIENT.length();

    private final ReadLines counted;
    private final Map<String, Arrival> open = new LinkedHashMap<>();
    private final HostLists hosts = new HostLists();

    /// A message that was accepted.
    private static final class Arrival {
        private final long time;
        private final String name;
        private final String address;
        private final boolean authenticated;
        private Optional<String> sender = Optional.empty();
        private final List<String> recipients = new ArrayList<>();

        Arrival(long time, String name, String address, boolean authenticated) {
            this.time = time;
            this.name = name;
            this.address = address;
            this.authenticated = authenticated;
        }
    }

    PostfixLines(ReadLines counted) {
        this.counted = counted;
    }

    @Override
    public String line(long time, String line, int from, Consumer<Recorded> found) {
        int process = line.indexOf("]: ", from);
        if (process < 0) {
            return "";
        }
        int text = process + 3;
        String why = "";
        int client = line.indexOf(CLIENT, text, Math.min(line.length(), text + CLIENT_TO));
        if (client > 0) {
            why = arrival(time, line, text, client);
        } else if (line.indexOf("reject: ", text) >= 0 && line.indexOf(" from ", text) >= 0) {
            if (line.lastIndexOf("/postscreen[", process) >= from) {
                counted.countRefused(); // It asks no greylister.
            } else {
                why = rejection(time, line, text, found);
            }
        } else {
            int colon = line.indexOf(": ", text);
            if (colon > text && colon - text < ID_MAX) {
                message(line, line.substring(text, colon), colon + 2, found);
            }
        }
        closeOld(time, found);
        return why;
    }

    private String arrival(long time, String line, int text, int client) {
        String host = line.substring(client + CLIENT.length());
        boolean authenticated = host.contains(", sasl_username=");
        int bracket = host.indexOf('[');
        int end = host.indexOf(']', bracket);
        if (bracket < 0 || end < 0) {
            return "a client without an address; is the line cut off?";
        }
        String address = host.substring(bracket + 1, end);
        if (isThisHost(address)) {
            counted.countLocal();
            return "";
        }
        open.put(
                line.substring(text, client),
                new Arrival(time, host.substring(0, bracket), address, authenticated));
        return "";
    }

    private static boolean isThisHost(String address) {
        return address.startsWith("127.") || address.equals("::1");
    }

    /// A line about a message that was accepted: who has sent it, or to whom it goes.
    private void message(String line, String id, int at, Consumer<Recorded> found) {
        Arrival arrival = open.get(id);
        if (arrival == null) {
            return;
        }
        if (line.startsWith("from=<", at)) {
            arrival.sender = Optional.of(bracketed(line, at + "from=<".length()));
        } else if (line.startsWith("to=<", at)) {
            int original = line.indexOf(" orig_to=<", at);
            arrival.recipients.add(
                    original < 0
                            ? bracketed(line, at + "to=<".length())
                            : bracketed(line, original + " orig_to=<".length()));
        } else if (line.startsWith("removed", at)) {
            open.remove(id);
            close(arrival, found);
        }
    }

    private void closeOld(long time, Consumer<Recorded> found) {
        while (!open.isEmpty()) {
            Map.Entry<String, Arrival> oldest = open.entrySet().iterator().next();
            if (open.size() <= OPEN_MAX && time - oldest.getValue().time < OPEN_SECONDS) {
                return;
            }
            open.remove(oldest.getKey());
            close(oldest.getValue(), found);
        }
    }

    /// The recipients that a message has had so far; who was not delivered to by then is not known.
    private void close(Arrival arrival, Consumer<Recorded> found) {
        if (arrival.sender.isEmpty()) {
            return;
        }
        // Each RCPT is a question of its own, and was rejected in a line of its own.
        for (String recipient : arrival.recipients.stream().distinct().toList()) {
            found.accept(
                    new Recorded(
                            arrival.time,
                            envelope(
                                    arrival.name,
                                    arrival.address,
                                    "",
                                    arrival.sender.get(),
                                    recipient,
                                    arrival.authenticated),
                            1,
                            true));
        }
    }

    private String rejection(long time, String line, int text, Consumer<Recorded> found) {
        int host = line.indexOf(" from ", text) + " from ".length();
        int bracket = line.indexOf('[', host);
        int end = line.indexOf("]", bracket);
        int code = line.indexOf(": ", end) + 2;
        int sender = line.lastIndexOf("; from=<");
        int recipient = line.indexOf("> to=<", sender);
        if (bracket < 0 || end < 0 || code < 2 || sender < code || recipient < 0) {
            // Before RCPT there is no recipient, and no greylister was asked.
            return line.indexOf("RCPT from ", text) < 0
                    ? ""
                    : "a rejection without a client, from=<> or to=<>; is the line cut off?";
        }
        if (!isDeferral(line, code, sender)) {
            counted.countRefused();
            return "";
        }
        int helo = line.indexOf("> proto=", recipient);
        int name = line.indexOf(" helo=<", recipient);
        found.accept(
                new Recorded(
                        time,
                        envelope(
                                line.substring(host, bracket),
                                line.substring(bracket + 1, end),
                                name < 0 ? "" : bracketed(line, name + " helo=<".length()),
                                line.substring(sender + "; from=<".length(), recipient),
                                helo < 0
                                        ? bracketed(line, recipient + "> to=<".length())
                                        : line.substring(recipient + "> to=<".length(), helo),
                                false),
                        1,
                        false));
        return "";
    }

    private static boolean isDeferral(String line, int code, int to) {
        if (line.charAt(code) != '4') {
            return false;
        }
        // Without the address, which may have any of these words in it.
        String text =
                ADDRESS.matcher(line.substring(code, to)).replaceAll("").toLowerCase(Locale.ROOT);
        return text.contains("greylist")
                || text.contains("graylist")
                || OTHERS.stream().noneMatch(text::contains);
    }

    private Envelope envelope(
            String name,
            String address,
            String helo,
            String sender,
            String recipient,
            boolean authenticated) {
        return new Envelope(
                address,
                hosts.of(name),
                helo,
                sender,
                List.of(recipient),
                authenticated,
                Spf.UNKNOWN);
    }

    /// What stands before the next `>` that ends a field.
    private static String bracketed(String line, int from) {
        int end = line.indexOf(">,", from);
        end = end < 0 ? line.indexOf("> ", from) : end;
        end = end < 0 ? line.lastIndexOf('>') : end;
        return end < from ? line.substring(from) : line.substring(from, end);
    }

    @Override
    public void end(Consumer<Recorded> found) {
        open.values().forEach(arrival -> close(arrival, found));
        open.clear();
    }
}
