package org.greydaemon.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The part of the table that says when mail passes (docs/rules.md); {@link IdentityOptions} has
/// what the modern rules alone heed.
final class RuleOptions {
    static final Option<Duration> DELAY =
            new Option<>(
                    "retry.delay",
                    Durations.KIND,
                    new Defaults<>(Duration.ofMinutes(5), Duration.ofMinutes(4)),
                    Reload.LIVE,
                    Switch.number(
                            "-m",
                            "min",
                            Duration.ofMinutes(1),
                            "Minutes before which a retry is early (5; modern 4)."),
                    "A retry passes from then on; before that it is early and deferred. Six of the"
                            + " known senders retry after 300 to 305 seconds, which is why it is"
                            + " less.");

    static final Option<Duration> WINDOW =
            new Option<>(
                    "retry.window",
                    Durations.KIND,
                    new Defaults<>(Duration.ofHours(12), Duration.ofHours(24)),
                    Reload.LIVE,
                    Switch.number(
                            "-g",
                            "hours",
                            Duration.ofHours(1),
                            "Hours after which a retry is late (12; modern 24)."),
                    "A retry from then on is late: it is deferred, and the wait starts over.");

    static final Option<Boolean> SOME_NEVER_PASS =
            new Option<>(
                    "retry.some-never-pass",
                    Kinds.FLAG,
                    Defaults.of(false),
                    Reload.LIVE,
                    Optional.empty(),
                    "Delay and window are meant although mail of some known senders then never"
                            + " passes; else they are refused.");

    static final Option<Duration> RETENTION =
            new Option<>(
                    "retry.retention",
                    Durations.KIND,
                    new Defaults<>(Duration.ofDays(7), Duration.ofDays(35)),
                    Reload.LIVE,
                    Switch.number(
                            "-t",
                            "days",
                            Duration.ofDays(1),
                            "Days that a quiet proven client is known (7; modern 35)."),
                    "A proven client is forgotten after so long without mail. 35 days keep those"
                            + " who write once a month.");

    static final Option<RuleSet> RULES =
            new Option<>(
                    "rules.set",
                    new Choice<>(RuleSet.class),
                    new Defaults<>(RuleSet.ORIGINAL, RuleSet.MODERN),
                    Reload.LIVE,
                    Switch.named(
                            "--rules",
                            "name",
                            Switch.Form.VALUE,
                            new Choice<>(RuleSet.class),
                            "original or modern (original)."),
                    "\"modern\" are the rules of RFC 6647; \"original\" those of the Perl daemon,"
                            + " which have other defaults. See RULES in greydaemon(8).");

    static final Option<Boolean> OBSERVE =
            new Option<>(
                    "rules.observe",
                    Kinds.FLAG,
                    Defaults.of(false),
                    Reload.LIVE,
                    Optional.empty(),
                    "A trial: everything is judged, remembered, logged (observed=defer) and"
                            + " counted, but all mail passes.");

    static final Option<Otherwise> OTHERWISE =
            new Option<>(
                    "rules.otherwise",
                    new Choice<>(Otherwise.class),
                    Defaults.of(Otherwise.GREYLIST),
                    Reload.LIVE,
                    Optional.empty(),
                    "What happens to mail that no line of exempt.files decides: \"greylist\", or"
                            + " \"pass\", where only that is to wait which lines greylist.");

    /// In the order of the file.
    static final List<Option<?>> RETRY = List.of(DELAY, WINDOW, SOME_NEVER_PASS, RETENTION);

    /// In the order of the file.
    static final List<Option<?>> FIRST_RULES = List.of(RULES, OBSERVE, OTHERWISE);

    private RuleOptions() {}
}
