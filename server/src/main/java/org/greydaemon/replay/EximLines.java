package org.greydaemon.replay;

import org.greydaemon.decision.Evidence.Spf;

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
                    "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)? (?:[+-]\\d{4} )?");

    /// The texts of Exim's own configuration and code that defer for other reasons.
    private static final List<String> OTHERS =
            List.of(
                    "verify",
                    "verification",
                    "could not complete",
                    "unrouteable",
                    "sender address rejected",
                    "relay not permitted",
                    "too many",
                    "rate");

    private final ReadLines counted;
    private final Map<String, Arrival> open = new LinkedHashMap<>();
    private final HostLists hosts = new HostLists();

    /// A message that was accepted.
    private record Arrival(
            long time, Host host, String sender, boolean authenticated, List<String> recipients) {}

    /// Who came.
    private record Host(String address, Optional<List<String>> names, String helo) {}

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
                && (line.startsWith(" => ", arrow) || line.startsWith(" -> ", arrow))) {
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
        int host = line.indexOf(' ', from);
        int tag = host < 0 ? -1 : line.indexOf(' ', host + 1);
        if (tag < 0 || line.charAt(tag - 1) != ':' || line.startsWith("H=", from)) {
            return from;
        }
        Matcher time = OWN_TIME.matcher(line).region(tag + 1, line.length());
        return time.lookingAt() ? time.end() : tag + 1;
    }

    private String rejection(long time, String line, int at, Consumer<Recorded> found) {
        int sender = line.indexOf(" F=<", at);
        int senderEnd = sender < 0 ? -1 : line.indexOf('>', sender);
        int rejected = line.indexOf(" rejected RCPT ", at);
        if (rejected < 0) {
            return ""; // Before RCPT no greylister was asked, and behind it there is no recipient.
        }
        Optional<Host> host = host(line, at, rejected);
        if (senderEnd < 0 || senderEnd > rejected || host.isEmpty()) {
            return "a rejection without H=, an address or F=<>; is the line cut off?";
        }
        int recipient = rejected + " rejected RCPT ".length();
        int end = line.indexOf(": ", recipient);
        String address = line.substring(recipient, end < 0 ? line.length() : end);
        boolean forNow = line.startsWith("temporarily", rejected - "temporarily".length());
        String why = end < 0 ? "" : line.substring(end + 2).toLowerCase(Locale.ROOT);
        if (!forNow || (!why.contains("gr") && OTHERS.stream().anyMatch(why::contains))) {
            counted.countRefused();
            return "";
        }
        found.accept(
                recorded(
                        time,
                        host.get(),
                        line.substring(sender + " F=<".length(), senderEnd),
                        withoutBrackets(address),
                        false,
                        false));
        return "";
    }

    private String arrival(long time, String line, String id, int at) {
        int blank = line.indexOf(' ', at);
        int name = line.indexOf(" H=", at);
        if (blank < 0 || name < 0) {
            counted.countLocal(); // It has come over no network.
            return "";
        }
        Optional<Host> host = host(line, name + 1, line.length());
        if (host.isEmpty()) {
            return "an arrival without an address behind H=; is the line cut off?";
        }
        if (host.get().address().startsWith("127.") || host.get().address().equals("::1")) {
            counted.countLocal();
            return "";
        }
        String sender = line.substring(at, blank);
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
        int end = line.indexOf(" R=", at);
        String text = line.substring(at, end < 0 ? line.length() : end);
        int bracket = text.indexOf('<');
        return bracket < 0
                ? text.split(" ", 2)[0]
                : withoutBrackets(text.substring(bracket).split(" ", 2)[0]);
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
                        sender,
                        List.of(recipient),
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
