package org.greydaemon.doctor;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// mtpolicyd, a policy service whose greylisting is one of its plugins, beside lists of DNS and
/// others, and mostly for what scores enough there (Mail::MtPolicyd::Plugin::Greylist). Stateless.
final class MtPolicyd {
    static final String NAME = "mtpolicyd";

    /// Where it listens unless its file says otherwise.
    static final int PORT = 12_345;

    private static final Path FILE = Path.of("/etc/mtpolicyd/mtpolicyd.conf");
    private static final Pattern COMMENT = Pattern.compile("(?m)#.*$");

    /// What holds for a port of its. `module Greylist` is the same as with the equals sign and the
    /// quotes (Config::General).
    private static final Pattern HOST =
            Pattern.compile("(?is)<VirtualHost[ \\t]+\"?(\\d+)\"?[ \\t]*>(.*?)</VirtualHost>");

    private static final Pattern GREYLIST =
            Pattern.compile("(?im)^[ \\t]*module[ \\t=]+[\"']?Greylist[\"']?[ \\t]*$");

    private MtPolicyd() {}

    /// Whether a program is it.
    static boolean isProgram(String name) {
        return name.equals(NAME);
    }

    /// Whether this host has it.
    static boolean isThere(Function<Path, Optional<String>> files) {
        return files.apply(FILE).isPresent();
    }

    /// What may be wrong with asking it beside the daemon; empty if it does not greylist there.
    ///
    /// @param asker who asks, and that it does
    /// @param files what a file holds; empty if it cannot be read
    static Optional<Finding> finding(
            String asker, Place place, Function<Path, Optional<String>> files) {
        Optional<String> text = files.apply(FILE);
        if (text.filter(conf -> !greylists(conf, place.port())).isPresent()) {
            return Optional.empty();
        }
        String asks = asker + " mtpolicyd at " + place + " too";
        String remedy =
                "take the plugins with module = \"Greylist\" out of "
                        + FILE
                        + " and restart it: its other plugins stay";
        return Optional.of(
                text.isPresent()
                        ? Finding.unjudged(
                                asks
                                        + ", whose plugin Greylist is in use; for which mail, which"
                                        + " its scores say, could not be judged",
                                remedy)
                        : Finding.unjudged(
                                asks
                                        + "; whether its plugin Greylist is in use could not be"
                                        + " judged",
                                remedy));
    }

    private static boolean greylists(String conf, int port) {
        Matcher host = HOST.matcher(COMMENT.matcher(conf).replaceAll(""));
        while (host.find()) {
            if (host.group(1).equals(String.valueOf(port))) {
                return GREYLIST.matcher(host.group(2)).find();
            }
        }
        return false;
    }
}
