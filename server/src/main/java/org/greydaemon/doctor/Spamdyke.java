package org.greydaemon.doctor;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// spamdyke before a qmail-smtpd, which greylists by itself if its `graylist-level` says so:
/// `none`, its default, `always` for the domains that have a directory, `always-create-dir` for all
/// that are local, `only` and `only-create-dir` for whom its exceptions name (configuration.c).
/// Stateless.
final class Spamdyke {
    private static final Pattern STARTED =
            Pattern.compile(
                    "spamdyke\\b[^\\n|;]*?\\s(?:-f\\s*|--config-file[=\\s]\\s*)[\"']?([^\\s\"']+)");
    private static final Pattern LEVEL_HERE =
            Pattern.compile("spamdyke\\b[^\\n|;]*?\\s--graylist-level[=\\s]\\s*([a-z-]+)");
    private static final Pattern LEVEL =
            Pattern.compile("(?m)^[ \\t]*graylist-level[ \\t]*=[ \\t]*([a-z-]+)");

    private Spamdyke() {}

    /// What is wrong beside the daemon.
    ///
    /// @param run the run file, without comments and with its variables' values
    /// @param files what a file holds; empty if it cannot be read
    static Optional<Finding> finding(String run, Function<String, Optional<String>> files) {
        String text = run.replaceAll("\\\\\\R", " ");
        Optional<String> file = last(STARTED, text);
        Optional<String> level =
                file.flatMap(files)
                        .flatMap(settings -> last(LEVEL, settings))
                        .or(() -> last(LEVEL_HERE, text));
        return level.filter(one -> !one.equals("none")).map(one -> finding(one, file));
    }

    private static Finding finding(String level, Optional<String> file) {
        String what =
                "spamdyke greylists too: graylist-level="
                        + level
                        + file.map(path -> " in " + Path.of(path)).orElse("");
        String remedy = "write graylist-level=none: each would have the other's mail wait";
        return level.equals("always-create-dir")
                ? new Finding(what, remedy)
                : Finding.unjudged(
                        what
                                + (level.startsWith("only")
                                        ? ", for whom its exceptions name"
                                        : ", for domains that have a directory below its"
                                                + " graylist-dir")
                                + "; for whom that is could not be judged",
                        remedy);
    }

    private static Optional<String> last(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .reduce((_, later) -> later)
                .map((MatchResult found) -> found.group(1));
    }
}
