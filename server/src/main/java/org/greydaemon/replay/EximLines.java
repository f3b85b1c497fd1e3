package org.greydaemon.replay;

import org.greydaemon.decision.Evidence.Spf;
import org.greydaemon.mail.SmtpPath;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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
/// What is deferred behind its data names no recipients, see {@link EximDeferrals}; cut-through
/// delivery, `>>`, is told before the arrival. By syslog the same stands behind host and process.
/// The name before the parentheses is confirmed; without one, DNS knows none.
final class EximLines implements LineReader {
    private static final int EARLY_MAX = 20_000;

    /// What becomes of a recipient: delivered, one more with it, delivered while the client waited,
    /// refused, deferred.
    private static final List<String> FATES = List.of(" => ", " -> ", " >> ", " ** ", " == ");

    /// `malware acl condition: ...`: then the message is deferred for that, whatever is said of it.
    private static final Pattern SCANNER = Pattern.compile(" (?:malware|spam) acl condition: ");

    private static final String DNSSEC = " DSH=";

    private final ReadLines counted;
    private final OpenArrivals<Arrival> open = new OpenArrivals<>();
    private final Map<String, List<String>> early = new LinkedHashMap<>(); // Before they arrive.
    private final HostLists hosts = new HostLists();
    private final EximDeferrals deferrals;
    private String scannerFailed = "";

    /// A message that was accepted.
    ///
    /// @param told those that its arrival has told
    /// @param recipients those of whom it was told what became of them
    private record Arrival(
            long time,
            EximHost host,
            String sender,
            boolean authenticated,
            List<String> told,
            List<String> recipients)
            implements OpenArrivals.Arrival {
        @Override
        public boolean isTold() {
            return !told.isEmpty() || !recipients.isEmpty();
        }

        /// Whom it was for: some may be in the queue for longer than they are waited for.
        List<String> all() {
            List<String> named = recipients.stream().distinct().toList();
            return told.size() > named.size() ? told : named;
        }
    }

    EximLines(ReadLines counted) {
        this.counted = counted;
        deferrals = new EximDeferrals(counted);
    }

    @Override
    public String line(long time, String line, int from, Consumer<Recorded> found) {
        int at = EximHeader.end(line, from);
        if (line.startsWith("[", at)) { // The process, by +pid.
            at = line.indexOf("] ", at) + 2;
        }
        String why = "";
        int arrow = line.indexOf(' ', at);
        int host = hostAt(line, at);
        int behindId = arrow < 0 ? -1 : hostAt(line, arrow + 1);
        if (host >= 0) {
            why = rejection(time, line, host, "", found);
        } else if (behindId >= 0) {
            why = rejection(time, line, behindId, line.substring(at, arrow), found);
        } else if (arrow > 0) {
            why = event(time, line, line.substring(at, arrow), arrow, found);
        }
        closeOld(time, found);
        return why;
    }

    /// Where a line begins that tells of a host, of local_scan() a sender, or a user of this host;
    /// less than 0 if it does not. By `+dnssec` a mark sticks to the host (smtp_in.c).
    private static int hostAt(String line, int at) {
        if (line.startsWith(DNSSEC, at)) {
            return at + DNSSEC.length() - "H=".length();
        }
        return line.startsWith("H=", at) || line.startsWith("F=", at) || line.startsWith("U=", at)
                ? at
                : -1;
    }

    /// What happens to a message.
    ///
    /// @param arrow where that begins
    private String event(long time, String line, String id, int arrow, Consumer<Recorded> found) {
        int at = arrow + " <= ".length();
        if (line.startsWith(" <= ", arrow)) {
            return arrival(time, line, id, at);
        }
        if (line.length() > at && FATES.contains(line.substring(arrow, at))) {
            Arrival arrival = open.get(id);
            if (arrival != null && !EximRecipients.isNobody(line, at)) {
                arrival.recipients().add(EximRecipients.delivered(line, at));
            } else if (arrival == null && line.startsWith(" >> ", arrow)) {
                early.computeIfAbsent(id, _ -> new ArrayList<>())
                        .add(EximRecipients.delivered(line, at));
            }
        } else if (line.startsWith(" Completed", arrow)) {
            Arrival arrival = open.remove(id);
            if (arrival != null) {
                close(arrival, found);
            }
        } else if (SCANNER.matcher(line).region(arrow, line.length()).lookingAt()) {
            scannerFailed = id;
        }
        return "";
    }

    private String rejection(long time, String line, int at, String id, Consumer<Recorded> found) {
        int stage = EximRejection.stageAt(line, at);
        if (stage < 0) {
            return ""; // No greylister was asked.
        }
        if (EximRejection.isLocal(line, at, stage)) {
            counted.countLocal();
            return "";
        }
        Optional<EximRejection> read = EximRejection.of(line, at, stage, hosts);
        if (read.isEmpty()) {
            return "a rejection without H=, an address or F=<>; is the line cut off?";
        }
        EximRejection its = read.get();
        if (its.host().isThisHost()) {
            counted.countLocal();
        } else if (!its.isGreylisting()
                || (!its.saysSo() && !id.isEmpty() && id.equals(scannerFailed))) {
            counted.countRefused();
        } else {
            deferral(time, its, found);
        }
        return "";
    }

    private void deferral(long time, EximRejection its, Consumer<Recorded> found) {
        var unnamed = new EximDeferrals.Unnamed(time, its.host(), its.authenticated());
        if (its.sender().isEmpty() && its.recipients().isEmpty()) {
            counted.countUnnamed();
        } else if (its.sender().isEmpty()) {
            its.recipients().forEach(recipient -> deferrals.addTo(recipient, unnamed));
        } else if (its.recipients().isEmpty()) {
            deferrals.add(its.sender().get(), unnamed);
        } else {
            for (String recipient : its.recipients()) {
                found.accept(deferred(unnamed, its.sender().get(), recipient));
            }
        }
    }

    private static Recorded deferred(EximDeferrals.Unnamed its, String sender, String recipient) {
        return recorded(its.time(), its.host(), sender, recipient, its.authenticated(), false);
    }

    private String arrival(long time, String line, String id, int at) {
        int name = line.indexOf(" H=", at);
        int protocol = line.indexOf(" P=", at);
        if (name < 0 || (protocol >= 0 && protocol < name)) { // A subject may have one.
            counted.countLocal(); // It has come over no network.
            return "";
        }
        Optional<EximHost> host = EximHost.of(line, name + 1, line.length(), hosts);
        if (host.isEmpty()) {
            return "an arrival without an address behind H=; is the line cut off?";
        }
        if (host.get().isThisHost()) {
            counted.countLocal();
            return "";
        }
        String sender = line.substring(at, name);
        int subject = EximRecipients.behindSubject(line, Math.max(name, protocol));
        List<String> before = early.remove(id);
        open.put(
                id,
                new Arrival(
                        time,
                        host.get(),
                        sender.equals("<>") ? "" : sender,
                        EximRecipients.isBeforeSubject(line, line.indexOf(" A=", name)),
                        EximRecipients.named(line, subject),
                        before == null ? new ArrayList<>() : before));
        return "";
    }

    private void closeOld(long time, Consumer<Recorded> found) {
        deferrals.forgetQuiet(time);
        if (early.size() > EARLY_MAX) {
            early.remove(early.keySet().iterator().next());
        }
        for (Arrival arrival : open.over(time)) {
            closeUntold(arrival, found);
        }
    }

    private void closeUntold(Arrival arrival, Consumer<Recorded> found) {
        if (!arrival.isTold()) {
            counted.countUntold();
        }
        close(arrival, found);
    }

    private void close(Arrival arrival, Consumer<Recorded> found) {
        List<String> recipients = arrival.all();
        if (recipients.isEmpty()) {
            return;
        }
        for (EximDeferrals.Unnamed before : deferrals.take(arrival.sender(), arrival.host())) {
            for (String recipient : recipients) {
                found.accept(deferred(before, arrival.sender(), recipient));
            }
        }
        for (String recipient : recipients) {
            for (EximDeferrals.Unnamed before : deferrals.takeTo(recipient, arrival.host())) {
                found.accept(deferred(before, arrival.sender(), recipient));
            }
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

    @Override
    public long since() {
        return Math.min(deferrals.since(), open.since());
    }

    private static Recorded recorded(
            long time,
            EximHost host,
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
        open.all().forEach(arrival -> closeUntold(arrival, found));
        deferrals.end();
    }
}
