package org.greydaemon.config;

import org.greydaemon.decision.RetryWindow;
import org.greydaemon.mail.ReplyText;
import org.greydaemon.net.Endpoint;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What no option can tell alone: whether mail can pass at all, and whose cannot; whether each
/// place is there once.
final class Checks {
    /// The most senders that a warning names.
    private static final int NAMES_MAX = 5;

    private static final String ANY_PORT = ":0";

    private final Values values;
    private final boolean hasFile;
    private final Problems problems;

    /// @param hasFile whether there is a configuration file, whose keys the operator then knows
    Checks(Values values, boolean hasFile, Problems problems) {
        this.values = values;
        this.hasFile = hasFile;
        this.problems = problems;
    }

    /// @param isWhole whether everything could be read; else what is missing may be what could not,
    ///   and only what is there twice is known to be wrong
    void run(boolean isWhole) {
        ShareChecks share = new ShareChecks(values, problems);
        if (isWhole) {
            window();
            suspects();
            openPage();
            link();
            longReply();
            share.byHalves();
        }
        share.twice();
        share.files();
        rescueElsewhere();
        Map<String, String> taken = new HashMap<>();
        take(values.setting(ListenOptions.POLICY), values.get(ListenOptions.POLICY), taken);
        take(values.setting(ListenOptions.MILTER), values.get(ListenOptions.MILTER), taken);
        take(
                values.setting(ListenOptions.HTTP),
                values.get(ListenOptions.HTTP).stream().toList(),
                taken);
    }

    /// What was rescued goes with the next save: it must not be that save itself. A folder that is
    /// missing would be missed at a stop on a full disk; but that another disk is not there keeps
    /// nobody from answering.
    private void rescueElsewhere() {
        Setting<Optional<Path>> rescue = values.setting(StoreOptions.RESCUE);
        rescue.value()
                .filter(folder -> !Files.isDirectory(folder))
                .ifPresent(folder ->
                        problems.warning(
                                rescue.place(),
                                "there is no folder " + folder + "; make it, or mend the path"));
        Path own = real(values.get(StoreOptions.SAVE_FILE).toAbsolutePath().getParent());
        refuse(
                values.get(StoreOptions.RESCUE)
                        .filter(folder -> real(folder).equals(own))
                        .isPresent(),
                StoreOptions.RESCUE,
                own + " is the save file's own folder; name one on another disk, or none");
    }

    /// Where a folder is, whatever it is called.
    private static Path real(@Nullable Path folder) {
        Path named = folder == null ? Path.of("/") : folder.toAbsolutePath().normalize();
        try {
            return named.toRealPath();
        } catch (IOException e) {
            return named; // It is not there yet.
        }
    }

    private void refuse(boolean isWrong, Option<?> option, String problem) {
        if (isWrong) {
            problems.error(values.setting(option).place(), problem);
        }
    }

    /// Refuses a place that is listened at already.
    ///
    /// @param taken who listens where
    private void take(Setting<?> setting, List<?> places, Map<String, String> taken) {
        for (Object place : places) {
            String where = place.toString();
            String other = taken.putIfAbsent(where, name(setting));
            if (other != null && !where.endsWith(ANY_PORT)) {
                problems.error(
                        setting.place(),
                        where + " is a place of " + other + " already; choose another");
            }
        }
    }

    /// A link needs somebody who answers there, and a text with a link needs one.
    private void link() {
        Setting<Optional<String>> link = values.setting(OutputOptions.REPLY_LINK);
        if (link.value().isPresent() && values.get(ListenOptions.HTTP).isEmpty()) {
            problems.error(
                    link.place(),
                    "nobody would answer there; set listen.http too, or take the link out");
        }
        Setting<ReplyText> reply = values.setting(OutputOptions.REPLY);
        if (link.value().isEmpty() && reply.value().hasLink()) {
            problems.error(
                    reply.place(),
                    "%u stands for a link, and there is none; set reply.link, or take %u out");
        }
    }

    /// No line of a reply is longer than what RFC 5321 allows.
    private void longReply() {
        Setting<ReplyText> reply = values.setting(OutputOptions.REPLY);
        int over = reply.value().octetsOver();
        if (over > 0) {
            problems.warning(
                    reply.place(),
                    "a reply can have "
                            + over
                            + " octets more than the 512 of a line (RFC 5321 4.5.3.1.5), and is cut"
                            + " then; write less");
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
                    place(delay + " and " + window),
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
        if (values.get(RuleOptions.RULES) != RuleSet.MODERN) {
            return;
        }
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

    /// Says that nobody may look at the dashboard without a token all the same.
    private void openPage() {
        Optional<Endpoint> http = values.get(ListenOptions.HTTP);
        if (values.get(ListenOptions.HTTP_OPEN)
                && http.map(Endpoint::address).filter(DaemonSettings::isLoopback).isEmpty()) {
            problems.warning(
                    values.setting(ListenOptions.HTTP_OPEN).place(),
                    "it has no effect, because listen.http is "
                            + http.map(place ->
                                            place
                                                    + " and not on loopback; take it out, everybody"
                                                    + " needs a token there")
                                    .orElse("empty; set that too, or take it out"));
        }
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
            int more = missed.size() - NAMES_MAX;
            String text =
                    "mail of "
                            + String.join(
                                    ", ", missed.subList(0, Math.min(NAMES_MAX, missed.size())))
                            + (more > 0 ? " and " + more + " more" : "")
                            + " may never pass; choose other values, greyctl schedules --delay "
                            + Durations.text(delay.value())
                            + " --window "
                            + Durations.text(end.value())
                            + " shows when each would";
            Position place = place(name(delay) + " and " + name(end));
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

    private String name(Setting<?> setting) {
        return switch (setting.place()) {
            case Position.InFile in -> in.key();
            case Position.OnCommandLine on -> on.name();
            case Position.ByDefault _ when hasFile -> setting.option().key();
            case Position.ByDefault _ ->
                    setting.option().onCommandLine().map(Switch::name).orElseThrow();
        };
    }

    private Position place(String names) {
        Position window = values.setting(RuleOptions.WINDOW).place();
        Position inFile =
                window instanceof Position.InFile
                        ? window
                        : values.setting(RuleOptions.DELAY).place();
        return inFile instanceof Position.InFile in
                ? new Position.InFile(in.file(), in.line(), in.column(), names)
                : new Position.OnCommandLine(names);
    }
}
