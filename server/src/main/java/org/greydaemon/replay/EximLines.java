package org.greydaemon.replay;

import org.greydaemon.decision.Evidence.Spf;
import org.greydaemon.mail.SmtpPath;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Exim's main log (Exim specification, 52):
///
/// ```
/// H=mx.example.org (helo) [192.0.2.1] F=<a@example.org> temporarily rejected RCPT <b@example.net>: greylisted
/// 1abcde-000001-2F <= a@example.org H=mx.example.org [192.0.2.1] P=esmtp S=1234
/// 1abcde-000001-2F => b <b@example.net> R=local T=maildir
/// 1abcde-000001-2F Completed
/// ```
///
/// By syslog the same stands behind host and process. The name before the parentheses is confirmed;
/// without one, DNS knows none.
final class EximLines implements LineReader {
    private static final int OPEN_MAX = 20_000;
    private static final int OPEN_SECONDS = 60;

    private static final Pattern OWN_TIME =
            Pattern.compile(
                    "(?:std(?:out|err) F )?\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?"
                            + " (?:[+-]\\d{4} )?");

    /// The texts of Exim's own configuration and code that defer for other reasons.
    private static final Pattern OTHERS =
            Pattern.compile(
                    "verify|verification|could not complete|unrouteable|sender address rejected"
                            + "|relay not permitted|too many|\\brate|ratelimit");

    private static final Pattern GREYLISTING = Pattern.compile("gr[ae]y");

    /// What becomes of a recipient: delivered, one more with it, delivered while the client waited,
    /// refused, deferred.
    private static final List<String> FATES = List.of(" => ", " -> ", " >> ", " ** ", " == ");

    /// Where the address of one ends: `R=router`, `F=<sender>`, `: why`.
    private static final Pattern ADDRESS_END = Pattern.compile(" [A-Z]+=|: (?!<)|$");

    private final ReadLines counted;
    private final Map<String, Arrival> open = new LinkedHashMap<>();
    private final HostLists hosts = new HostLists();

    /// A message that was accepted.
    private record Arrival(
            long time, Host host, String sender, boolean authenticated, List<String> recipients) {}

    /// Who came.
    private record Host(String address, Optional<List<String>> names, String helo) {
        boolean isThisHost() {
            return address.startsWith("127.") || address.equals("::1");
        }
    }

    EximLines(ReadLines counted) {
        this.counted = counted;
    }

    @Override
    public String line(long time, String line, int from, Consumer<Recorded> found) {
        int at = behindSyslog(line, from);
        if (line.startsWith("[", at)) { // The process, by +pid.
            at = line.indexOf("] ", at) + 2;
        }
        String why = "";
        int arrow = line.indexOf(' ', at);
        if (line.startsWith("H=", at)) {
            why = rejection(time, line, at, found);
        } else if (arrow > 0 && line.startsWith(" <= ", arrow)) {
            why = arrival(time, line, line.substring(at, arrow), arrow + 4);
        } else if (arrow > 0
                && line.length() > arrow + 4
                && FATES.contains(line.substring(arrow, arrow + 4))) {
            Arrival arrival = open.get(line.substring(at, arrow));
            if (arrival != null) {
                arrival.recipients().add(delivered(line, arrow + 4));
            }
        } else if (arrow > 0 && line.startsWith(" Completed", arrow)) {
            Arrival arrival = open.remove(line.substring(at, arrow));
            if (arrival != null) {
                close(arrival, found);
            }
        }
        closeOld(time, found);
        return why;
    }

    /// Behind `mx exim[77]: 2026-11-28 06:00:00 `, which stands before what goes to syslog; its own
    /// time is left out by `syslog_timestamp = no`.
    private static int behindSyslog(String line, int from) {
        Matcher its = OWN_TIME.matcher(line).region(from, line.length());
        if (its.lookingAt()) {
            return its.end(); // Behind that of a container's log.
        }
        int host = line.indexOf(' ', from);
        int tag = host < 0 ? -1 : line.indexOf(' ', host + 1);
        if (tag < 0 || line.charAt(tag - 1) != ':' || line.startsWith("H=", from)) {
            return from;
        }
        Matcher time = OWN_TIME.matcher(line).region(tag + 1, line.length());
        return time.lookingAt() ? time.end() : tag + 1;
    }

    private String rejection(long time, String line, int at, Consumer<Recorded> found) {
        int rejected = line.indexOf(" rejected RCPT ", at);
        if (rejected < 0) {
            return ""; // Before RCPT no greylister was asked, and behind it there is no recipient.
        }
        int sender = line.indexOf(" F=<", at);
        int senderEnd = line.lastIndexOf("> ", rejected);
        Optional<Host> host = host(line, at, rejected);
        if (sender < 0 || senderEnd < sender || sender > rejected || host.isEmpty()) {
            return "a rejection without H=, an address or F=<>; is the line cut off?";
        }
        int recipient = rejected + " rejected RCPT ".length();
        int end = line.indexOf(line.startsWith("<", recipient) ? ">: " : ": ", recipient);
        end += end >= 0 && line.charAt(end) == '>' ? 1 : 0;
        String why = end < 0 ? "" : line.substring(end + 2).toLowerCase(Locale.ROOT);
        boolean forNow = line.startsWith("temporarily", rejected - "temporarily".length());
        if (host.get().isThisHost()) {
            counted.countLocal();
        } else if (!forNow || (!GREYLISTING.matcher(why).find() && OTHERS.matcher(why).find())) {
            counted.countRefused();
        } else {
            int user = line.indexOf(" A=", at);
            found.accept(
                    recorded(
                            time,
                            host.get(),
                            line.substring(sender + " F=<".length(), senderEnd),
                            withoutBrackets(
                                    line.substring(recipient, end < 0 ? line.length() : end)),
                            user >= 0 && user < rejected,
                            false));
        }
        return "";
    }

    private String arrival(long time, String line, String id, int at) {
        int name = line.indexOf(" H=", at);
        int protocol = line.indexOf(" P=", at);
        if (name < 0 || (protocol >= 0 && protocol < name)) { // A subject may have one.
            counted.countLocal(); // It has come over no network.
            return "";
        }
        Optional<Host> host = host(line, name + 1, line.length());
        if (host.isEmpty()) {
            return "an arrival without an address behind H=; is the line cut off?";
        }
        if (host.get().isThisHost()) {
            counted.countLocal();
            return "";
        }
        String sender = line.substring(at, name);
        open.put(
                id,
                new Arrival(
                        time,
                        host.get(),
                        sender.equals("<>") ? "" : sender,
                        line.indexOf(" A=", name) >= 0,
                        new ArrayList<>()));
        return "";
    }

    /// `H=name (helo) [address]:port`; the name or the helo may be missing, or both.
    private Optional<Host> host(String line, int at, int to) {
        int from = at + "H=".length();
        int bracket = line.startsWith("[", from) ? from - 1 : line.indexOf(" [", at);
        int end = bracket < 0 ? -1 : line.indexOf(']', bracket);
        if (end < 0 || end > to) {
            return Optional.empty();
        }
        String text = line.substring(from, Math.max(from, bracket));
        int helo = text.indexOf('(');
        String name = helo < 0 ? text : text.substring(0, helo).strip();
        String said = helo < 0 ? text : text.substring(helo + 1).replace(")", "").strip();
        return Optional.of(new Host(line.substring(bracket + 2, end), hosts.of(name), said));
    }

    /// The address that was delivered to: the one in brackets is as it came, the other as it was
    /// rewritten.
    private static String delivered(String line, int at) {
        Matcher end = ADDRESS_END.matcher(line).region(at, line.length());
        String text = line.substring(at, end.find() ? end.start() : line.length());
        int bracket = text.indexOf(" <");
        return withoutBrackets(bracket < 0 ? text : text.substring(bracket + 1));
    }

    private static String withoutBrackets(String address) {
        return address.startsWith("<") && address.endsWith(">")
                ? address.substring(1, address.length() - 1)
                : address;
    }

    private void closeOld(long time, Consumer<Recorded> found) {
        while (!open.isEmpty()) {
            Map.Entry<String, Arrival> oldest = open.entrySet().iterator().next();
            if (open.size() <= OPEN_MAX && time - oldest.getValue().time() < OPEN_SECONDS) {
                return;
            }
            open.remove(oldest.getKey());
            close(oldest.getValue(), found);
        }
    }

    private static void close(Arrival arrival, Consumer<Recorded> found) {
        for (String recipient : arrival.recipients().stream().distinct().toList()) {
            found.accept(
                    recorded(
                            arrival.time(),
                            arrival.host(),
                            arrival.sender(),
                            recipient,
                            arrival.authenticated(),
                            true));
        }
    }

    private static Recorded recorded(
            long time,
            Host host,
            String sender,
            String recipient,
            boolean authenticated,
            boolean accepted) {
        return new Recorded(
                time,
                new Envelope(
                        host.address(),
                        host.names(),
                        host.helo(),
                        SmtpPath.unquoted(sender),
                        List.of(SmtpPath.unquoted(recipient)),
                        authenticated,
                        Spf.UNKNOWN),
                1,
                accepted);
    }

    @Override
    public void end(Consumer<Recorded> found) {
        open.values().forEach(arrival -> close(arrival, found));
        open.clear();
    }
}
