package org.greydaemon.doctor;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// iRedAPD, the policy service of iRedMail: greylisting is one of its plugins, beside throttling
/// and others, and holds for whom its database says (docs.iredmail.org, manage.iredapd). Its tool
/// that knows that, greylisting_admin.py, asks the database with a password, and may belong to the
/// user that iRedAPD runs as: root should not run it unasked. Stateless.
final class IredApd {
    /// What it is called where it runs.
    static final Pattern PROGRAM = Pattern.compile("iredapd");

    private static final Path FILE = Path.of("/opt/iredapd/settings.py");

    /// Where it listens unless its file says otherwise. 7778 and 7779 rewrite addresses, and are no
    /// policy services.
    private static final int PORT = 7777;

    private static final Pattern LISTENS =
            Pattern.compile("(?m)^listen_port[ \\t]*=[ \\t]*['\"]?(\\d{1,5})");
    private static final Pattern COMMENT = Pattern.compile("(?m)#.*$");
    private static final Pattern PLUGINS =
            Pattern.compile("(?ms)^plugins[ \\t]*(\\+?=)[ \\t]*[\\[(](.*?)[])]");
    private static final Pattern GREYLISTING = Pattern.compile("['\"]greylisting['\"]");
    private static final Pattern TRAINING =
            Pattern.compile("(?m)^GREYLISTING_TRAINING_MODE[ \\t]*=[ \\t]*(\\w+)");

    private IredApd() {}

    /// Whether it may be asked at a place.
    static boolean mayListen(Place place, Function<Path, Optional<String>> files) {
        return !place.isUnix() && place.port() == files.apply(FILE).map(IredApd::port).orElse(PORT);
    }

    /// What may be wrong with asking it beside the daemon; empty if it does not greylist.
    ///
    /// @param name of the list that asks, at RCPT: its greylisting has no use for other times
    /// @param files what a file holds; empty if it cannot be read
    static Optional<Finding> finding(
            String name, Place place, Function<Path, Optional<String>> files) {
        Optional<String> text = files.apply(FILE);
        if (text.isEmpty()) {
            return Optional.of(
                    Finding.unjudged(
                            name
                                    + " asks "
                                    + place
                                    + " too, where iRedAPD listens by custom; whether it greylists"
                                    + " could not be judged",
                            "take 'greylisting' out of plugins in "
                                    + FILE
                                    + " if it does, as each would have the other's mail wait"));
        }
        return greylists(text.get())
                ? Optional.of(
                        Finding.unjudged(
                                name
                                        + " asks iRedAPD at "
                                        + place
                                        + " too, whose plugin greylisting is on; for whom its"
                                        + " database says, which could not be judged",
                                "take 'greylisting' out of plugins in "
                                        + FILE
                                        + " and restart it: its other plugins stay; whom it holds"
                                        + " for shows its tools/greylisting_admin.py --list"))
                : Optional.empty();
    }

    private static int port(String text) {
        return last(LISTENS, text).map(found -> Integer.parseInt(found.group(1))).orElse(PORT);
    }

    private static boolean greylists(String settings) {
        String text = COMMENT.matcher(settings).replaceAll("");
        boolean isOn = false;
        Matcher plugins = PLUGINS.matcher(text);
        while (plugins.find()) {
            boolean names = GREYLISTING.matcher(plugins.group(2)).find();
            isOn = names || (isOn && plugins.group(1).equals("+="));
        }
        return isOn && last(TRAINING, text).filter(one -> one.group(1).equals("True")).isEmpty();
    }

    /// Python's: a later assignment counts.
    private static Optional<MatchResult> last(Pattern pattern, String text) {
        return pattern.matcher(text).results().reduce((_, later) -> later);
    }
}
