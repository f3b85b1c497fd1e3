package org.greydaemon.config;

import org.greydaemon.decision.RetryWindow;

import java.time.Duration;
import java.util.List;

/// What no option of the rules can tell alone: whether mail can pass at all, and whose cannot; who
/// waits for longer than is written; what is forgotten before it serves.
final class RuleChecks {
    /// The most senders that a warning names.
    private static final int NAMES_MAX = 5;

    /// With so few entries each mail may push out one that waits: one network alone may have as
    /// many (docs/architecture.md, limits).
    private static final long FEW_ENTRIES = 1000;

    private final Values values;
    private final boolean hasFile;
    private final Problems problems;

    /// @param hasFile whether there is a configuration file, whose keys the operator then knows
    RuleChecks(Values values, boolean hasFile, Problems problems) {
        this.values = values;
        this.hasFile = hasFile;
        this.problems = problems;
    }

    void run() {
        window();
        retention();
        entries();
        if (values.get(RuleOptions.RULES) == RuleSet.MODERN) {
            suspects();
            hammer();
        }
    }

    private void window() {
        long min = values.get(RuleOptions.DELAY).toSeconds();
        long max = values.get(RuleOptions.WINDOW).toSeconds();
        if (min < max) {
            if (hasFile) {
                lookForMissedSenders(new RetryWindow(min, max));
            }
        } else {
            String delay = name(values.setting(RuleOptions.DELAY));
            String window = name(values.setting(RuleOptions.WINDOW));
            problems.error(
                    place(RuleOptions.WINDOW, RuleOptions.DELAY, delay + " and " + window),
                    "a retry is early for "
                            + min
                            + " s and late from "
                            + max
                            + " s on, so no mail could ever pass; lower "
                            + delay
                            + " or raise "
                            + window);
        }
    }

    /// Says how long suspects really wait, where that is not what is written: half of the window
    /// stays open so that their mail can pass, and nobody waits for less than all.
    private void suspects() {
        Setting<Duration> suspect = values.setting(IdentityOptions.SUSPECT_DELAY);
        Setting<Duration> delay = values.setting(RuleOptions.DELAY);
        Setting<Duration> window = values.setting(RuleOptions.WINDOW);
        long half = Math.max(delay.value().toSeconds(), window.value().toSeconds() / 2);
        String written = Durations.text(suspect.value());
        if (suspect.value().toSeconds() > half) {
            problems.warning(
                    suspect.place(),
                    written
                            + " is more than half of "
                            + name(window)
                            + ", so suspect clients wait "
                            + Durations.text(Duration.ofSeconds(half))
                            + "; lower it, or raise "
                            + name(window));
        } else if (suspect.value().compareTo(delay.value()) < 0
                && !(suspect.place() instanceof Position.ByDefault)) {
            problems.warning(
                    suspect.place(),
                    written
                            + " is less than "
                            + name(delay)
                            + ", so suspect clients wait "
                            + Durations.text(delay.value())
                            + " as all do; write that, or more");
        }
    }

    /// Who has proven himself is not to be forgotten before who has not.
    private void retention() {
        Setting<Duration> retention = values.setting(RuleOptions.RETENTION);
        Setting<Duration> window = values.setting(RuleOptions.WINDOW);
        if (retention.value().compareTo(window.value()) >= 0) {
            return;
        }
        problems.warning(
                place(
                        RuleOptions.RETENTION,
                        RuleOptions.WINDOW,
                        name(retention) + " and " + name(window)),
                "a proven client is forgotten after "
                        + Durations.text(retention.value())
                        + " without mail, sooner than mail that waits, "
                        + Durations.text(window.value())
                        + ", and then waits anew; raise "
                        + name(retention)
                        + ", by default it is "
                        + Durations.text(retention.byDefault()));
    }

    private void entries() {
        Setting<Long> most = values.setting(StoreOptions.MAX_ENTRIES);
        if (most.value() < FEW_ENTRIES) {
            problems.warning(
                    most.place(),
                    "with no more than "
                            + most.value()
                            + " entries new mail soon pushes out what waits, which may then never"
                            + " pass; give thousands, by default it is "
                            + most.byDefault());
        }
    }

    /// Names the senders that are taken for impatient, though they are known to be mail servers.
    private void hammer() {
        Setting<Long> hammer = values.setting(IdentityOptions.HAMMER);
        Setting<Duration> delay = values.setting(RuleOptions.DELAY);
        long seconds = delay.value().toSeconds();
        long half = values.get(RuleOptions.WINDOW).toSeconds() / 2;
        long wait = Math.max(seconds, Math.min(ModernSettings.HAMMER_SECONDS, half));
        List<String> hurt = SenderSchedules.earlier(seconds, hammer.value());
        if (wait == seconds || hurt.isEmpty()) {
            return;
        }
        problems.warning(
                place(
                        IdentityOptions.HAMMER,
                        RuleOptions.DELAY,
                        name(hammer) + " and " + name(delay)),
                "mail of "
                        + named(hurt)
                        + " is tried again more than "
                        + hammer.value()
                        + (hammer.value() == 1 ? " time" : " times")
                        + " within "
                        + Durations.text(delay.value())
                        + " and so waits "
                        + Durations.text(Duration.ofSeconds(wait))
                        + "; raise "
                        + name(hammer)
                        + ", by default it is "
                        + hammer.byDefault());
    }

    /// Names the senders that the defaults let through and this window does not, an error unless it
    /// is said twice. (Some that change their address at each retry get through with no window.)
    private void lookForMissedSenders(RetryWindow window) {
        Setting<Duration> delay = values.setting(RuleOptions.DELAY);
        Setting<Duration> end = values.setting(RuleOptions.WINDOW);
        RetryWindow byDefault =
                new RetryWindow(delay.byDefault().toSeconds(), end.byDefault().toSeconds());
        if (window.equals(byDefault)) {
            return;
        }
        List<String> missed = SenderSchedules.missed(byDefault, window);
        if (!missed.isEmpty()) {
            String text =
                    "mail of "
                            + named(missed)
                            + " may never pass; choose other values, greyctl schedules --delay "
                            + Durations.text(delay.value())
                            + " --window "
                            + Durations.text(end.value())
                            + " shows when each would";
            Position place =
                    place(RuleOptions.WINDOW, RuleOptions.DELAY, name(delay) + " and " + name(end));
            if (values.get(RuleOptions.SOME_NEVER_PASS)) {
                problems.warning(place, text + ", or exempt them");
            } else {
                problems.error(
                        place,
                        text
                                + "; or exempt them and set "
                                + RuleOptions.SOME_NEVER_PASS.key()
                                + " = true");
            }
        }
    }

    private static String named(List<String> senders) {
        int more = senders.size() - NAMES_MAX;
        return String.join(", ", senders.subList(0, Math.min(NAMES_MAX, senders.size())))
                + (more > 0 ? " and " + more + " more" : "");
    }

    private String name(Setting<?> setting) {
        return setting.name(hasFile);
    }

    /// Where the first of two options stands in the file, else the other; on the command line if
    /// none does.
    ///
    /// @param names what is wrong with each other
    private Position place(Option<?> first, Option<?> second, String names) {
        Position place = values.setting(first).place();
        Position inFile = place instanceof Position.InFile ? place : values.setting(second).place();
        return inFile instanceof Position.InFile in
                ? new Position.InFile(in.file(), in.line(), in.column(), names)
                : new Position.OnCommandLine(names);
    }
}
