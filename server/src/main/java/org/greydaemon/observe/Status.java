package org.greydaemon.observe;

import org.greydaemon.admin.Amount;
import org.greydaemon.decision.Reason;
import org.greydaemon.gate.Gate;
import org.greydaemon.log.Event;
import org.greydaemon.log.LineLog;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.ConnectionCounts;
import org.greydaemon.server.ConnectionServer;
import org.greydaemon.server.DatagramServer;
import org.greydaemon.server.SteadyClock;
import org.greydaemon.store.memory.Saver;
import org.greydaemon.wire.http.HttpFrontEnd;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/// What the daemon tells about itself: on a signal, and when it notices something. Called by the
/// thread of the signals and by `housekeeping`.
public final class Status {
    /// How often dropped datagrams and closed connections are told of, at most.
    private static final long DROPS_SECONDS = 60;

    private final LineLog log;
    private final SteadyClock clock;
    private final Listeners listeners;
    private final Gate gate;
    private final Metrics metrics;
    private final Saver saver;

    // Confined to `housekeeping`.
    private final Map<String, Long> notAllowedSaid = new HashMap<>();
    private long dropsSaidAt = Long.MIN_VALUE;
    private final Map<String, Long> crowdedSaid = new HashMap<>();
    private long crowdsSaidAt = Long.MIN_VALUE;
    private long cutShortSaid;
    private long refusedSaid;
    private long wrongTokensSaid;
    private long poolsSaid;

    /// @param metrics where the figures are
    /// @param saver saves when the clock has been set
    public Status(
            LineLog log,
            SteadyClock clock,
            Listeners listeners,
            Gate gate,
            Metrics metrics,
            Saver saver) {
        this.log = log;
        this.clock = clock;
        this.listeners = listeners;
        this.gate = gate;
        this.metrics = metrics;
        this.saver = saver;
    }

    /// Saves now and logs one line of figures.
    public void saveAndTell() {
        saver.request();
        StringJoiner line = new StringJoiner(" ");
        metrics.figures().forEach((name, value) -> line.add(name + "=" + value));
        log.tell(Event.STATS, line.toString());
    }

    /// What the daemon has and has done, in a few words.
    public String summary() {
        long accepted = 0;
        long deferred = 0;
        for (Reason reason : Reason.values()) {
            long count = metrics.sum(Metric.DECISIONS, labels -> isOf(reason, labels));
            if (reason.accepts()) {
                accepted += count;
            } else if (reason != Reason.MALFORMED) {
                deferred += count;
            }
        }
        long entries = metrics.sum(Metric.ENTRIES);
        return "answering; %d %s; since the start %d accepted, %d deferred"
                .formatted(entries, entries == 1 ? "entry" : "entries", accepted, deferred);
    }

    static boolean isOf(Reason reason, List<String> labels) {
        return labels.getLast().equals(reason.word());
    }

    /// Looks after the clock and after strangers.
    public void everySecond() {
        log.everySecond();
        lookAfterClock();
        long now = clock.getAsLong();
        if (now - DROPS_SECONDS >= dropsSaidAt) {
            boolean told = tellOfStrangers();
            told |= tellOfCutShort();
            told |= tellOfPools();
            dropsSaidAt = told ? now : dropsSaidAt;
        }
        if (now - DROPS_SECONDS >= crowdsSaidAt && tellOfCrowds()) {
            crowdsSaidAt = now;
        }
    }

    private void lookAfterClock() {
        long step = clock.look();
        if (step != 0) {
            log.tell(
                    Event.CLOCK,
                    (step > 0 ? "+" : "")
                            + step
                            + " s; waiting times go on as if it had not been, saving in the new"
                            + " time");
            saver.request();
        }
    }

    private boolean tellOfStrangers() {
        DatagramServer udp = listeners.udp();
        boolean told = strangers("udp:", "datagrams", udp.notAllowed(), udp.lastNotAllowed());
        for (ConnectionServer server : listeners.servers()) {
            told |=
                    strangers(
                            server.name() + ":",
                            "connections",
                            server.counts().notAllowed(),
                            server.counts().lastNotAllowed());
        }
        return told;
    }

    /// A bound that was reached is said, whoever has reached it.
    private boolean tellOfCrowds() {
        boolean told = false;
        for (ConnectionServer server : listeners.servers()) {
            ConnectionCounts counts = server.counts();
            long now = counts.madeRoom() + counts.tooMany() + counts.overBudget();
            long unsaid = now - crowdedSaid.getOrDefault(server.name(), 0L);
            if (unsaid > 0) {
                log.tell(
                        Event.CROWDED,
                        ("%s: %s closed to make room for others, the last one of"
                                        + " %s; if it is a %s of yours, it keeps more"
                                        + " connections than it needs")
                                .formatted(
                                        server.name(),
                                        Amount.of(unsaid, "connection", "connections"),
                                        counts.lastCrowding(),
                                        server.name().equals("http") ? "program" : "mail server"));
                crowdedSaid.put(server.name(), now);
                told = true;
            }
        }
        told |= listeners.http().map(this::tellOfWrongTokens).orElse(false);
        return listeners.http().map(this::tellOfRefused).orElse(false) || told;
    }

    private boolean tellOfWrongTokens(HttpFrontEnd http) {
        long unsaid = http.wrongTokens() - wrongTokensSaid;
        if (unsaid > 0) {
            log.tell(
                    Event.WRONG_TOKEN,
                    "%d wrong %s shown, the last one by %s; the right ones are in savefile.token and savefile.token-read"
                            .formatted(
                                    unsaid,
                                    unsaid == 1 ? "token was" : "tokens were",
                                    http.lastWrongToken()));
            wrongTokensSaid += unsaid;
        }
        return unsaid > 0;
    }

    private boolean tellOfRefused(HttpFrontEnd http) {
        long unsaid = http.refused() - refusedSaid;
        if (unsaid > 0) {
            log.tell(
                    Event.REFUSED,
                    "%d %s refused for want of room, the last one of %s; if it is a mail server of yours, it asks more at a time than it needs"
                            .formatted(
                                    unsaid,
                                    unsaid == 1 ? "question" : "questions",
                                    http.lastRefused()));
            refusedSaid += unsaid;
        }
        return unsaid > 0;
    }

    private boolean tellOfCutShort() {
        long unsaid = gate.terms().exemptions().cutShort() - cutShortSaid;
        if (unsaid <= 0) {
            return false;
        }
        log.tell(
                Event.CUT_SHORT,
                "%d %s cut short, and no exemption held; write domains or .domain instead of lines with * on both sides"
                        .formatted(unsaid, unsaid == 1 ? "search" : "searches"));
        cutShortSaid += unsaid;
        return true;
    }

    private boolean tellOfPools() {
        long unsaid = gate.poolsNotLearned() - poolsSaid;
        if (unsaid <= 0) {
            return false;
        }
        log.tell(
                Event.POOLS_FULL,
                ("pools: not learned %s, there are too many already; greyctl pools shows"
                                + " them, and --forget makes room")
                        .formatted(Amount.of(unsaid, "time", "times")));
        poolsSaid += unsaid;
        return true;
    }

    private boolean strangers(String protocol, String what, long notAllowed, IpAddress last) {
        long unsaid = notAllowed - notAllowedSaid.getOrDefault(protocol, 0L);
        if (unsaid == 0) {
            return false;
        }
        log.tell(
                Event.STRANGERS,
                "%s %d %s dropped, their senders may not ask; the last came from %s; if it is a mail server of yours, add --allow %s or listen.allow"
                        .formatted(protocol, unsaid, what, last, last));
        notAllowedSaid.put(protocol, notAllowed);
        return true;
    }
}
