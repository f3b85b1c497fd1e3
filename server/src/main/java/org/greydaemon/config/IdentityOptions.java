package org.greydaemon.config;

import org.greydaemon.decision.Suspects;
import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The part of the table that says who a client is and how long suspect ones wait (docs/rules.md).
/// The modern rules alone heed it.
final class IdentityOptions {
    /// 1800 s let through what came back within half an hour, 240 s more than a third of all bots;
    /// the table of bench/month shows both.
    static final Option<Duration> SUSPECT_DELAY =
            new Option<>(
                    "retry.suspect-delay",
                    Durations.KIND,
                    Defaults.of(Duration.ofMinutes(30)),
                    Reload.LIVE,
                    Switch.number(
                            "--suspect-delay",
                            "min",
                            Duration.ofMinutes(1),
                            "Minutes that suspect clients wait with the modern rules (30)."),
                    "How long clients wait that are less likely to be mail servers: without a name"
                            + " that DNS confirms, with the name of an end user's line, or calling"
                            + " themselves what this server is called, or by a bare address."
                            + " Never longer than half of the window, nor shorter than delay.");

    static final Option<Long> SUSPECT_SENDERS =
            live(
                    "retry.suspect-senders",
                    Kinds.between(1, Suspects.SENDERS_MAX),
                    3L,
                    "Mail of so many senders must have come again in time until such a client is"
                            + " proven; what has passed before is known for itself.");

    static final Option<Long> HAMMER =
            live(
                    "retry.hammer",
                    Kinds.between(1, Suspects.HAMMER_MAX),
                    6L,
                    "A triplet that is tried again more often than this within the delay waits an"
                            + " hour, or half of the window if that is less.");

    static final Option<Long> IPV4_NETWORK =
            live(
                    "rules.ipv4-network",
                    Kinds.between(8, 32),
                    24L,
                    "Hosts of one IPv4 network of this length finish each other's waits; 32: each"
                            + " for itself.");

    static final Option<Long> IPV6_NETWORK =
            live(
                    "rules.ipv6-network",
                    Kinds.between(16, 64),
                    48L,
                    "The same for IPv6; 64: none, for a host's own network is one client anyway.");

    static final Option<Boolean> HOSTS =
            live(
                    "rules.hosts",
                    Kinds.FLAG,
                    true,
                    "Whether the confirmed names of hosts say who they are. The mail server tells"
                            + " them, else DNS is asked.");

    static final Option<List<PoolFile>> POOLS =
            live(
                    "rules.pools",
                    new PoolsKind(),
                    List.of(),
                    "Files of pools beyond the shipped list: a domain on each line whose hosts"
                            + " share a queue. One that has proven itself passes from any of them."
                            + " !domain takes a shipped one away.");

    static final Option<Boolean> SPF =
            live(
                    "rules.spf",
                    Kinds.FLAG,
                    true,
                    "Whether a sender's domain counts for clients that its SPF record names. DNS is"
                            + " asked when mail is deferred.");

    static final Option<Boolean> SENDER_FORM =
            live(
                    "rules.sender-form",
                    Kinds.FLAG,
                    true,
                    "Whether senders are compared without what changes from message to message:"
                            + " BATV, SRS, VERP, extensions, numbers.");

    static final Option<Optional<Character>> DELIMITER =
            live(
                    "rules.recipient-delimiter",
                    new TextKind<>(
                            "delimiter",
                            "\"+\"",
                            IdentityOptions::delimiter,
                            delimiter -> delimiter.map(String::valueOf).orElse("")),
                    Optional.of('+'),
                    "What parts a recipient's extension from it: mail to bob+shop is mail to bob,"
                            + " for exemptions too. Empty: nothing does.");

    static final Option<List<String>> OUR_NAMES =
            live(
                    "rules.our-names",
                    new ListKind<>("name", "\"mx.example.net\"", IdentityOptions::ourName),
                    List.of(),
                    "What this server is called, names and addresses, beside the name of the host:"
                            + " a client that calls itself so is suspect.");

    /// In the order of the file.
    static final List<Option<?>> RETRY = List.of(SUSPECT_DELAY, SUSPECT_SENDERS, HAMMER);

    /// In the order of the file.
    static final List<Option<?>> RULES =
            List.of(
                    IPV4_NETWORK,
                    IPV6_NETWORK,
                    HOSTS,
                    POOLS,
                    SPF,
                    SENDER_FORM,
                    DELIMITER,
                    OUR_NAMES);

    private IdentityOptions() {}

    private static <T> Option<T> live(String key, ValueKind<T> kind, T byDefault, String help) {
        return new Option<>(key, kind, Defaults.of(byDefault), Reload.LIVE, Optional.empty(), help);
    }

    /// As HELO has it: a name, or an address with or without brackets (RFC 5321 4.1.3).
    private static List<String> ourName(String text) throws MistakeException {
        if (!text.matches("[A-Za-z0-9._:-]{1,255}|\\[[A-Za-z0-9.:]{1,253}\\]")) {
            throw new MistakeException(
                    Mistake.quoted(text) + " is no name and no address",
                    "write one such as mx.example.net");
        }
        return List.of(text.toLowerCase(Locale.ROOT));
    }

    /// One octet of an address as it is compared: no letter in upper case, nor one beyond ASCII.
    private static Optional<Character> delimiter(String text) throws MistakeException {
        if (!text.matches("[!-?\\[-~]?")) {
            throw new MistakeException(
                    Mistake.quoted(text) + " is no delimiter",
                    "give one character of ASCII, such as +");
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(text.charAt(0));
    }
}
