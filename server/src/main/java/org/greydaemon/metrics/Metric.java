package org.greydaemon.metrics;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Everything that is measured. docs/monitoring.md has a row for each, checked against this.
public enum Metric {
    /// By protocol and reason.
    DECISIONS(
            "decisions",
            Type.COUNTER,
            "Attempts that were judged; malformed ones got no verdict.",
            "protocol",
            "reason"),
    /// Of a trial.
    OBSERVED(
            "observed",
            Type.COUNTER,
            "Attempts that passed because rules.observe is set or a line observes, and would have"
                    + " been deferred."),
    /// Whether there is a trial.
    OBSERVES(
            "observes",
            Type.GAUGE,
            "Whether rules.observe is set, 1, so that nothing is deferred, or not, 0."),
    /// Whether there is a trial of some mail.
    OBSERVING_LINES(
            "observing_lines",
            Type.GAUGE,
            "Whether a line of an exemption file observes, 1, so that its mail is not deferred, or"
                    + " not, 0."),
    /// Mail that somebody waits for.
    EXPECTING(
            "expecting_recipients",
            Type.GAUGE,
            "Recipients of whom greyctl expect or POST /v1/change said that mail is expected."),
    /// By cause.
    SUSPECTS(
            "suspects",
            Type.COUNTER,
            "Attempts that were deferred and whose clients are suspect.",
            "why"),
    /// Newcomers that have come back.
    PROVEN(
            "clients_proven",
            Type.COUNTER,
            "Clients that were proven by a retry and had not been before."),
    /// By the widest identity.
    NEVER_CAME_BACK(
            "never_came_back",
            Type.COUNTER,
            "Recipients of deferred attempts for whom nobody came back until the retry window was"
                    + " over; by the widest identity that the client had, and whether it was"
                    + " suspect (modern rules).",
            "client",
            "identity"),
    /// By the widest identity.
    MESSAGES_NEVER_CAME_BACK(
            "messages_never_came_back",
            Type.COUNTER,
            "Deferred attempts, all their recipients as one, with which nobody came back in time.",
            "client",
            "identity"),
    /// Of bounds on them.
    CUT(
            "attempts_cut",
            Type.COUNTER,
            "Attempts of which not all could be kept, or not all recipients were told; none is"
                    + " exempt by its recipients.",
            "protocol"),
    /// Of the bound on them.
    BOUNCES_FORGOTTEN(
            "policy_bounces_forgotten",
            Type.COUNTER,
            "Bounces that Postfix asked about at RCPT and that made room for others before DATA;"
                    + " such a one is deferred."),
    /// By protocol.
    DECISION_SECONDS(
            "decision_seconds",
            Buckets.ANSWER,
            "From looking at a request until its answer may leave, the journal's write included;"
                    + " over UDP for all requests that were waiting together.",
            "protocol"),
    /// Of mail that passed.
    DELAY_SECONDS(
            "delay_seconds",
            Buckets.DELAY,
            "How long attempts that passed had waited since their triplet was first seen; bounces"
                    + " are left out."),
    /// By provider.
    PROVIDER_DELAY_SECONDS(
            "provider_delay_seconds",
            Type.GAUGE,
            "The same since the start by the registrable domain of the client's confirmed host, of"
                    + " the 20 with the most such mails: no-name has none, others made room.",
            "provider",
            "quantile"),
    /// By provider.
    PROVIDER_PASSED(
            "provider_passed",
            Type.GAUGE,
            "How many such mails there were since the start; a provider may come and go.",
            "provider"),
    /// In memory.
    ENTRIES("entries", Type.GAUGE, "Proven clients and triplets that are remembered."),
    /// The bound on them.
    ENTRIES_MAX("entries_max", Type.GAUGE, "The most entries that are remembered (--max-entries)."),
    /// In memory.
    STORE_BYTES("store_bytes", Type.GAUGE, "Memory that the entries take."),
    /// Because of the bound.
    EVICTIONS(
            "evictions",
            Type.COUNTER,
            "Entries that made room because the store was full, or their network had its share."),
    /// Newcomers are at risk.
    EVICTIONS_FRESH(
            "evictions_fresh",
            Type.COUNTER,
            "Triplets among them that had not had the time to come back."),
    /// Since the last save.
    JOURNAL_BYTES("journal_bytes", Type.GAUGE, "Length of the journal; a save makes it short."),
    /// Before answers.
    JOURNAL_WRITE_SECONDS(
            "journal_write_seconds",
            Buckets.FILE,
            "Handing changes to the system before their answers leave."),
    /// For `--fsync`.
    JOURNAL_SYNC_SECONDS(
            "journal_sync_seconds", Buckets.FILE, "Forcing the journal to the disk (--fsync)."),
    /// In the background.
    SAVE_SECONDS("save_seconds", Buckets.SAVE, "Writing all entries to the save file."),
    /// By file.
    FILE_FAILURES(
            "file_failures",
            Type.COUNTER,
            "Times that the journal, the save file or the history could not be written.",
            "file"),
    /// A good one.
    LAST_SAVE_SECONDS(
            "last_save_timestamp_seconds",
            Type.GAUGE,
            "When all entries were last written to the save file, in seconds since 1970; 0 before"
                    + " the first time."),
    /// To the engine.
    SHARE_CONNECTED(
            "share_connected",
            Type.GAUGE,
            "Whether what is remembered is shared with other hosts just now, 1, or not, 0."),
    /// Beside this one.
    SHARE_HOSTS("share_hosts", Type.GAUGE, "Other hosts that were seen there in the last minute."),
    /// From the engine's time.
    SHARE_LAG_SECONDS(
            "share_lag_seconds", Buckets.LAG, "How late what others have changed came here."),
    /// In one look.
    SHARE_LAG_CHANGES(
            "share_lag_changes",
            Type.GAUGE,
            "Changes of others that had come in between when it was looked last, a tenth of a"
                    + " second ago if all is well."),
    /// In the queue.
    SHARE_WAITING("share_waiting", Type.GAUGE, "Changes that wait to be sent to other hosts."),
    /// By what became of them.
    SHARE_CHANGES(
            "share_changes",
            Type.COUNTER,
            "Changes sent to other hosts and adopted from them; dropped ones found no room and are"
                    + " made up for, strange ones are none.",
            "what"),
    /// To the engine.
    SHARE_RECONNECTS(
            "share_reconnects", Type.COUNTER, "Times that the connection to the server failed."),
    /// The files of the configuration.
    RELOAD_SUCCESSFUL(
            "config_last_reload_successful",
            Type.GAUGE,
            "Whether configuration, white list and exemptions could be used, 1, when they were last"
                    + " read, or were refused, 0; those from before go on then."),
    /// Of a good one.
    LAST_RELOAD_SECONDS(
            "config_last_reload_success_timestamp_seconds",
            Type.GAUGE,
            "When they were last read and could be used, in seconds since 1970."),
    /// As on /readyz.
    READY("ready", Type.GAUGE, "Whether all is well, 1, or something is wrong, 0; see /readyz."),
    /// As on /readyz.
    DEGRADED(
            "degraded",
            Type.GAUGE,
            "Whether an operator should look after something, 1, while everybody is answered; see"
                    + " /readyz."),
    /// Of the process.
    START_SECONDS(
            "start_timestamp_seconds",
            Type.GAUGE,
            "When the daemon was started, in seconds since 1970."),
    /// All that were read.
    UDP_DATAGRAMS("udp_datagrams", Type.COUNTER, "Datagrams received."),
    /// By cause.
    UDP_DROPPED(
            "udp_dropped",
            Type.COUNTER,
            "Datagrams dropped: not_allowed are from senders that may not ask, full_buffer were"
                    + " dropped by the system because the daemon did not keep up.",
            "why"),
    /// Lost on our side.
    UDP_NOT_SENT(
            "udp_not_sent",
            Type.COUNTER,
            "Answers over UDP that were not sent: the system would not, or a bug was in the way."),
    /// Of the bound on them.
    UDP_NOT_LATE(
            "udp_not_late",
            Type.COUNTER,
            "Answers that did not wait for the name of the client's host because too many did."),
    /// By result.
    HOST_LOOKUPS(
            "host_lookups",
            Type.COUNTER,
            "Names of clients' hosts that an exemption has asked for: confirmed, none, late (after"
                    + " two seconds), failed (no server knew), busy (too many at a time),"
                    + " unavailable (not asked, because DNS did not answer the last ones).",
            "result"),
    /// By result.
    SPF_LOOKUPS(
            "spf_lookups",
            Type.COUNTER,
            "What senders' domains said of clients (RFC 7208): pass, anybody (a pass of a term that"
                + " names no hosts), fail, softfail, neutral, none, temperror, permerror; late"
                + " (after two seconds), busy (too many at a time), unavailable (not asked, because"
                + " DNS did not answer the last ones).",
            "result"),
    /// By result.
    LIST_LOOKUPS(
            "list_lookups",
            Type.COUNTER,
            "What lists in DNS said of clients: listed, none; refused (this resolver may not ask),"
                    + " late (after two seconds), failed (no server knew), busy (too many at a"
                    + " time), unavailable (not asked, because the list did not answer the last"
                    + " ones).",
            "result"),
    /// Of the bound on their work.
    EXEMPTIONS_CUT_SHORT(
            "exemptions_cut_short",
            Type.COUNTER,
            "Searches for an exemption that were given up because the text is long and the lines"
                    + " with * are many; the mail was judged as if none held."),
    /// Of the bound on their networks.
    POOLS_NOT_LEARNED(
            "pools_not_learned",
            Type.COUNTER,
            "Times that networks were not learned as one because there are too many such; greyctl"
                    + " pools shows them."),
    /// Now.
    CONNECTIONS("connections", Type.GAUGE, "Connections that are open.", "protocol"),
    /// All that were served.
    CONNECTIONS_ACCEPTED(
            "connections_accepted", Type.COUNTER, "Connections that were served.", "protocol"),
    /// By cause.
    CONNECTIONS_CLOSED(
            "connections_closed",
            Type.COUNTER,
            "Connections ended by us or by a fault: too_many at a time, those that made_room for"
                    + " others or were over_budget, peers not_allowed to ask, overdue ones, broken"
                    + " ones, malformed ones.",
            "protocol",
            "why"),
    /// By path and status.
    HTTP_REQUESTS("http_requests", Type.COUNTER, "Answers over HTTP.", "path", "status"),
    /// The front end has no room.
    HTTP_REFUSED(
            "http_refused",
            Type.COUNTER,
            "Questions over HTTP that were not answered for want of room."),
    /// Of whoever shows one.
    HTTP_WRONG_TOKENS("http_wrong_tokens", Type.COUNTER, "Wrong tokens that were shown over HTTP."),
    /// Dashboards.
    HTTP_DASHBOARDS("http_dashboards", Type.GAUGE, "Dashboards that are open."),
    /// Nobody reads.
    LOG_DROPPED("log_dropped", Type.COUNTER, "Log lines dropped because nobody took them.");

    /// What all names begin with.
    static final String PREFIX = "greydaemon_";

    /// A label in {@link #briefForm}.
    private static final String LABEL = "\\{\\w+\\}";

    /// How a value behaves.
    public enum Type {
        /// Only grows, from 0 at the start of the daemon.
        COUNTER,
        /// Goes up and down.
        GAUGE,
        /// Counts values by size.
        HISTOGRAM
    }

    private final String word;
    private final Type kind;
    private final Buckets buckets;
    private final String help;

    @SuppressWarnings("ImmutableEnumChecker") // List.of makes one that is not.
    private final List<String> labels;

    Metric(String word, Type kind, String help, String... labels) {
        this(word, kind, Buckets.NONE, help, labels);
    }

    Metric(String word, Buckets buckets, String help, String... labels) {
        this(word, Type.HISTOGRAM, buckets, help, labels);
    }

    Metric(String word, Type kind, Buckets buckets, String help, String... labels) {
        this.word = word;
        this.kind = kind;
        this.buckets = buckets;
        this.help = help;
        this.labels = List.of(labels);
    }

    /// The name without the endings that formats add: `greydaemon_decisions`.
    public String family() {
        return PREFIX + word;
    }

    /// What operators look for: a counter ends with `_total`.
    public String shownName() {
        return family() + (kind == Type.COUNTER ? "_total" : "");
    }

    /// How its value behaves.
    public Type kind() {
        return kind;
    }

    /// What it is measured in: `seconds`, `bytes`, or nothing.
    public String unit() {
        return word.endsWith("_seconds") ? "seconds" : word.endsWith("_bytes") ? "bytes" : "";
    }

    /// One sentence for operators.
    public String help() {
        return help;
    }

    /// The names of its labels.
    public List<String> labels() {
        return labels;
    }

    /// What its figures are called in `greyctl status`, in `greyctl top` and in the `stats` line of
    /// the log, with `{label}` for the value of a label. A label that is not in it is added up.
    public String briefForm() {
        return switch (this) {
            case DECISIONS -> "{reason}";
            case STORE_BYTES -> "bytes";
            case EVICTIONS -> "evicted";
            case EVICTIONS_FRESH -> "evicted_fresh";
            case UDP_DATAGRAMS -> "udp_received";
            case UDP_DROPPED -> "udp_{why}";
            case NEVER_CAME_BACK, MESSAGES_NEVER_CAME_BACK -> word + "_{client}";
            case CONNECTIONS -> "{protocol}_connections";
            case CONNECTIONS_ACCEPTED -> "{protocol}_accepted";
            case CONNECTIONS_CLOSED -> "{protocol}_{why}";
            case HTTP_REQUESTS -> "http_requests_{status}";
            default -> word + labels.stream().map(label -> "_{" + label + "}").collect(joining());
        };
    }

    /// The metric of a figure, by what it is called there.
    public static Optional<Metric> ofBrief(String brief) {
        return Arrays.stream(values())
                .filter(metric -> metric.kind != Type.HISTOGRAM)
                .filter(metric ->
                        brief.matches(metric.briefForm().replaceAll(LABEL, "[a-z0-9._/-]+")))
                .max(
                        Comparator.comparingInt(
                                metric -> metric.briefForm().replaceAll(LABEL, "").length()));
    }

    /// What a figure is called there.
    ///
    /// @param values of the labels
    String brief(List<String> values) {
        String brief = briefForm();
        for (int i = 0; i < values.size(); i++) {
            brief = brief.replace("{" + labels.get(i) + "}", values.get(i));
        }
        return brief;
    }

    /// Whether a figure that is not 0 says that a bound was reached or that something went wrong.
    ///
    /// @param values of the labels
    boolean isTrouble(List<String> values) {
        return switch (this) {
            case CUT,
                    BOUNCES_FORGOTTEN,
                    EVICTIONS_FRESH,
                    FILE_FAILURES,
                    UDP_DROPPED,
                    UDP_NOT_SENT,
                    UDP_NOT_LATE,
                    EXEMPTIONS_CUT_SHORT,
                    POOLS_NOT_LEARNED,
                    HTTP_REFUSED ->
                    true;
            case CONNECTIONS_CLOSED ->
                    List.of("too_many", "made_room", "over_budget", "not_allowed")
                            .contains(values.getLast());
            case SHARE_CHANGES -> List.of("dropped", "strange").contains(values.getLast());
            default -> false;
        };
    }

    /// The sizes by which a histogram counts.
    Buckets buckets() {
        return buckets;
    }
}
