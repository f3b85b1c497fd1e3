package org.greydaemon.doctor;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Cluebringer, which is policyd 2 and cbpolicyd: a policy service whose greylisting is one of its
/// modules, beside quotas and others, and holds for whom its database says. Stateless.
final class Cluebringer {
    /// What it is called where it runs.
    static final Pattern PROGRAM = Pattern.compile("(cb)?policyd|cluebringer");

    /// Where it listens unless its file says otherwise, and policyd 1, which greylists.
    private static final int PORT = 10031;

    /// Debian's, that of cbpolicyd's packages, of FreeBSD's port and Zimbra's.
    private static final List<Path> FILES =
            List.of(
                    Path.of("/etc/cluebringer/cluebringer.conf"),
                    Path.of("/etc/cluebringer.conf"),
                    Path.of("/etc/policyd/cluebringer.conf"),
                    Path.of("/etc/cbpolicyd/cluebringer.conf"),
                    Path.of("/usr/local/etc/cluebringer.conf"),
                    Path.of("/opt/zimbra/conf/cbpolicyd.conf"));

    private static final Pattern MODULES =
            Pattern.compile("(?ms)^[ \\t]*modules[ \\t]*=[ \\t]*<<(\\w+)[ \\t]*$(.*?)^\\1[ \\t]*$");
    private static final Pattern LOADED = Pattern.compile("(?m)^[ \\t]*Greylisting[ \\t]*$");
    private static final Pattern SECTION =
            Pattern.compile("(?ms)^\\[Greylisting][ \\t]*$(.*?)(?=^\\[|\\z)");
    private static final Pattern ENABLED =
            Pattern.compile("(?m)^[ \\t]*enable[ \\t]*=[ \\t]*[1-9]");
    private static final Pattern LISTENS =
            Pattern.compile("(?m)^[ \\t]*port[ \\t]*=[ \\t]*(\\d{1,5})");

    private Cluebringer() {}

    /// Whether that may be asked at a place.
    static boolean mayListen(Place place, Function<Path, Optional<String>> files) {
        return place.port() == PORT
                || FILES.stream()
                        .flatMap(file -> files.apply(file).stream())
                        .anyMatch(text -> !place.isUnix() && place.port() == port(text));
    }

    private static int port(String text) {
        Matcher port = LISTENS.matcher(text);
        return port.find() ? Integer.parseInt(port.group(1)) : PORT;
    }

    /// What may be wrong with asking it beside the daemon; empty if it does not greylist.
    ///
    /// @param name of the list that asks
    /// @param files what a file holds; empty if it cannot be read
    static Optional<Finding> finding(
            String name, Place place, Function<Path, Optional<String>> files) {
        for (Path file : FILES) {
            Optional<String> text = files.apply(file);
            if (text.isPresent() && port(text.get()) == place.port()) {
                return greylists(text.get())
                        ? Optional.of(
                                Finding.unjudged(
                                        name
                                                + " asks Cluebringer at "
                                                + place
                                                + " too, whose greylisting is on; for whom its"
                                                + " database says, which could not be judged",
                                        "write enable=0 below [Greylisting] in "
                                                + file
                                                + " and restart it; its quotas and its other"
                                                + " modules stay"))
                        : Optional.empty();
            }
        }
        return Optional.of(
                Finding.unjudged(
                        name
                                + " asks "
                                + place
                                + " too, where Cluebringer or policyd listens by custom; whether"
                                + " it greylists could not be judged",
                        "switch its greylisting off if it does, as each would have the other's"
                                + " mail wait; quotas do no harm"));
    }

    private static boolean greylists(String text) {
        Matcher modules = MODULES.matcher(text);
        boolean isLoaded = !modules.find() || LOADED.matcher(modules.group(2)).find();
        Matcher section = SECTION.matcher(text);
        return isLoaded && section.find() && ENABLED.matcher(section.group(1)).find();
    }
}
