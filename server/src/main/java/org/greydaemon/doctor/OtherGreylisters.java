package org.greydaemon.doctor;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Greylisters that are known by their name, by who listens, or by the port that they have unless
/// somebody says otherwise: that is a hint only, and is said as one. Immutable.
final class OtherGreylisters {
    /// Of their own documents: bley.mx; gld's and SQLgrey's README; grossd.conf(5); Postgrey's,
    /// that of Debian (10023), of Arch Linux (10030) and of its man page (60000).
    private static final Map<Integer, String> PORTS =
            Map.of(
                    1337,
                    "bley",
                    2501,
                    "SQLgrey",
                    2525,
                    "gld",
                    5525,
                    "gross",
                    10_023,
                    "Postgrey",
                    10_030,
                    "Postgrey",
                    60_000,
                    "Postgrey",
                    MtPolicyd.PORT,
                    MtPolicyd.NAME);

    private static final Pattern NAMED = Pattern.compile("(?i).*(grey|gray|\\bgld\\b).*");

    /// Of whom no program of that name does anything else. Another greydaemon is found as one.
    private static final Pattern PROGRAM =
            Pattern.compile("(?i)(?!.*greydaemon)(.*gr[ea]y.*|gld|grossd|bley)");

    private static final Pattern INTERPRETER =
            Pattern.compile("(perl|python|ruby|php|node|lua|bash|sh|dash)[0-9.]*");

    /// They hand on what comes, or start who answers; a Java may be another greydaemon.
    private static final Pattern HANDS_ON =
            Pattern.compile(
                    "(systemd|master|x?inetd|docker-proxy|rootlessport|slirp4netns|passt|pasta"
                            + "|conmon|socat|haproxy|nginx|envoy|stunnel4?|sshd?|java)[^/]*");

    private static final Path TUMGREYSPF = Path.of("/var/lib/tumgreyspf/config/__default__");
    private static final Path TUMGREYSPF_LOCAL =
            Path.of("/var/local/lib/tumgreyspf/config/__default__");
    private static final Pattern CHECKERS =
            Pattern.compile("(?m)^[ \\t]*CHECKERS[ \\t]*=[ \\t]*(.*)$");

    private static final String REMEDY = "take it out: each would have the other's mail wait";

    private final Function<Place, List<List<String>>> owners;
    private final Function<Path, Optional<String>> files;

    OtherGreylisters(Machine machine) {
        this(new SocketOwners(machine)::at, machine::read);
    }

    /// @param owners the command lines of who listens at a place; none if nobody knows
    /// @param files what a file holds; empty if it cannot be read
    OtherGreylisters(
            Function<Place, List<List<String>>> owners, Function<Path, Optional<String>> files) {
        this.owners = owners;
        this.files = files;
    }

    /// Whether a place, a socket or a filter has a greylister's name: of a host the first part
    /// counts, as its domain may be anybody's.
    static boolean isNamed(String text) {
        boolean isTcp = !text.contains("/") && text.matches(".*:\\d+");
        return NAMED.matcher(isTcp ? text.replaceFirst("\\..*", "") : text).matches();
    }

    /// Whether what master(8) starts is a greylister, such as the greylist.pl of Postfix.
    ///
    /// @param spawned behind `spawn` in master.cf
    static boolean isProgram(String spawned, Function<Path, Optional<String>> files) {
        String[] words = spawned.replaceFirst(".*\\bargv=", "").strip().split("\\s+", -1);
        return program(List.of(words)).filter(name -> greylists(name, files)).isPresent();
    }

    /// tumgreyspf asks for SPF too, and may do only that.
    private static boolean greylists(String name, Function<Path, Optional<String>> files) {
        return !name.startsWith("tumgreyspf")
                || Stream.of(TUMGREYSPF, TUMGREYSPF_LOCAL)
                        .flatMap(file -> files.apply(file).stream())
                        .map(CHECKERS::matcher)
                        .filter(Matcher::find)
                        .findFirst()
                        .map(checkers -> checkers.group(1).contains("greylist"))
                        .orElse(true);
    }

    /// The name of a greylister that a command line runs.
    private static Optional<String> program(List<String> words) {
        return names(words).filter(name -> PROGRAM.matcher(name).matches()).findFirst();
    }

    /// The program's name, and the script's that it runs.
    private static Stream<String> names(List<String> words) {
        String first = name(words.getFirst());
        return INTERPRETER.matcher(first).matches()
                ? words.stream()
                        .skip(1)
                        .filter(word -> !word.startsWith("-"))
                        .map(OtherGreylisters::name)
                        .limit(1)
                : Stream.of(first);
    }

    private static String name(String word) {
        String file = word.replaceFirst(".*/", "");
        return INTERPRETER.matcher(file).matches() ? file : file.replaceFirst("\\..*", "");
    }

    /// Whether a program may be who listens at a place: it is, or nobody knows.
    boolean mayBe(Pattern program, Place place) {
        List<List<String>> listening = owners.apply(place);
        return !isSomebodyElse(listening)
                || listening.stream()
                        .flatMap(OtherGreylisters::names)
                        .anyMatch(name -> program.matcher(name).matches());
    }

    private static boolean isSomebodyElse(List<List<String>> listening) {
        return listening.stream()
                .map(words -> name(words.getFirst()))
                .anyMatch(name -> !HANDS_ON.matcher(name).matches());
    }

    /// What is wrong, or may be, with asking a policy service.
    ///
    /// @param asker who asks, and that it does
    Optional<Finding> policy(String asker, Place place) {
        List<List<String>> listening = owners.apply(place);
        Optional<Finding> known = known(asker, place, listening);
        if (known.isPresent()) {
            return known;
        }
        if (listening.stream().flatMap(OtherGreylisters::names).anyMatch(MtPolicyd::isProgram)) {
            return MtPolicyd.finding(asker, place, files);
        }
        String custom = place.isUnix() ? null : PORTS.get(place.port());
        if (custom == null || isSomebodyElse(listening)) {
            return Optional.empty();
        }
        boolean mayBeIt = place.isLoopback() && MtPolicyd.isThere(files);
        return custom.equals(MtPolicyd.NAME) && mayBeIt
                ? MtPolicyd.finding(asker, place, files)
                : Optional.of(hint(asker, place, custom));
    }

    /// What is wrong with asking a milter: only who listens says so.
    Optional<Finding> milter(String asker, Place place) {
        return known(asker, place, owners.apply(place));
    }

    private static Optional<Finding> known(
            String asker, Place place, List<List<String>> listening) {
        return listening.stream()
                .flatMap(words -> program(words).stream())
                .findFirst()
                .map(name ->
                        new Finding(
                                asker
                                        + " another greylister too, at "
                                        + place
                                        + ", where "
                                        + name
                                        + " listens",
                                REMEDY));
    }

    private static Finding hint(String asker, Place place, String custom) {
        return Finding.unjudged(
                asker
                        + " "
                        + place
                        + " too, where "
                        + custom
                        + " listens by custom; who does here, and whether it greylists, could not"
                        + " be judged",
                "take the call out if it does, as each would have the other's mail wait; ss -ltnp"
                        + " says who listens");
    }
}
