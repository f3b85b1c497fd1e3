package org.greydaemon.doctor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Rspamd's own greylisting. Its module `greylist` is on as soon as Rspamd has a Redis, and defers
/// a message that scores enough when all of it was read (docs.rspamd.com, modules/greylisting;
/// greylist.lua): what has waited for the daemon at RCPT is new there, and waits again. What its
/// files come to says `rspamadm configdump`, seen with Rspamd 3.4. Confined to one thread.
final class Rspamd {
    /// Where its proxy takes milters' connections unless its files say otherwise
    /// (worker-proxy.inc).
    private static final int MILTER_PORT = 11_332;

    private static final String ENABLED = "Modules enabled:";
    private static final String REMEDY =
            "write enabled = false; to local.d/greylist.conf of Rspamd's folder, /etc/rspamd for"
                    + " example, and reload it";

    /// `configdump -j worker` has an object for each.
    private static final Pattern PROXY =
            Pattern.compile("(?ms)^ {4}\"rspamd_proxy\": [{\\[](.*?)^ {4}[}\\]]");

    private static final Pattern NUMBER =
            Pattern.compile("\"([a-z_ ]+)\": (-?\\d+(?:\\.\\d+)?)\\b");
    private static final Pattern TEXT = Pattern.compile("\"action\": \"([^\"]*)\"");

    /// One value, or a list of them.
    private static final String VALUES = ": (\"[^\"]*\"|\\[(?:\\s*\"[^\"]*\",?)*\\s*])";

    private static final Pattern BOUND = Pattern.compile("\"bind_socket\"" + VALUES);
    private static final Pattern HOSTS = Pattern.compile("\"hosts\"" + VALUES);
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");
    private static final Pattern LOOPBACK =
            Pattern.compile("(localhost|127(\\.\\d+){3}|\\[?::1]?|/.*)(:\\d+)*");
    private static final Pattern ANY = Pattern.compile("\\*(v[46])?|0\\.0\\.0\\.0|\\[?::]?");

    /// What is greylisted is what one of these actions is due for (greylist.lua).
    private static final List<String> MILD =
            List.of("greylist", "add_header", "add header", "rewrite_subject", "rewrite subject");

    private final Machine machine;
    private final Map<String, Optional<String>> said = new HashMap<>();

    Rspamd(Machine machine) {
        this.machine = machine;
    }

    /// What is wrong with asking it as a milter beside the daemon.
    ///
    /// @param asker the list or the filter that asks
    /// @param name what the place or the filter is called
    Optional<Finding> milter(String asker, String name, Place place) {
        if (!machine.listens(place)) {
            return Optional.empty();
        }
        String proxy = proxy();
        boolean isBound = isBound(proxy, place);
        if (!isBound && place.port() != MILTER_PORT && !isNamed(name)) {
            return Optional.empty();
        }
        return finding(
                asker + " asks Rspamd at " + place + " too",
                isBound && isScannedHere(proxy),
                action -> action.startsWith("soft"));
    }

    /// What is wrong with another program that asks it, and defers what it says.
    ///
    /// @param asks what asks it where
    /// @param hosts that it is asked at; anything but an address of loopback may be elsewhere
    /// @param defers whether an action of its has mail wait
    Optional<Finding> scanner(String asks, Collection<String> hosts, Predicate<String> defers) {
        return finding(
                asks, hosts.stream().allMatch(host -> LOOPBACK.matcher(host).matches()), defers);
    }

    /// Whether a name is its.
    static boolean isNamed(String name) {
        return name.matches("(?i).*rspamd.*");
    }

    private Optional<Finding> finding(String asks, boolean isHere, Predicate<String> defers) {
        Optional<String> modules =
                isHere ? dump("-m").filter(text -> text.contains(ENABLED)) : Optional.empty();
        if (modules.isEmpty()) {
            return Optional.of(
                    Finding.unjudged(
                            asks + "; whether its module greylist is on could not be judged",
                            "rspamadm configdump -m says so where Rspamd runs; if it is, "
                                    + REMEDY
                                    + ", as each would have the other's mail wait"));
        }
        String settings = dump("-j greylist").orElse("");
        Matcher action = TEXT.matcher(settings);
        Optional<Double> score = score(numbers(settings));
        if (!isOn(modules.get())
                || score.isEmpty()
                || !defers.test(action.find() ? action.group(1) : "soft reject")) {
            return Optional.empty();
        }
        double seconds = numbers(settings).getOrDefault("timeout", 300.0);
        return Optional.of(
                new Finding(
                        asks
                                + ", whose module greylist is on: what scores "
                                + shown(score.get())
                                + " or more there waits once more, for "
                                + shown(seconds)
                                + " s, after it has waited here",
                        REMEDY));
    }

    private static boolean isOn(String modules) {
        return modules.lines()
                .filter(line -> line.startsWith(ENABLED))
                .flatMap(line -> Stream.of(line.substring(ENABLED.length()).split(",", -1)))
                .anyMatch(module -> module.strip().equals("greylist"));
    }

    /// From which score on mail is greylisted; empty if all that would be is refused.
    private Optional<Double> score(Map<String, Double> settings) {
        Map<String, Double> actions = numbers(dump("-j actions").orElse(""));
        Optional<Double> mild =
                MILD.stream()
                        .filter(actions::containsKey)
                        .map(actions::get)
                        .min(Comparator.naturalOrder());
        double least =
                settings.getOrDefault(
                        "greylist_min_score",
                        actions.getOrDefault("greylist", Double.NEGATIVE_INFINITY));
        double reject = actions.getOrDefault("reject", Double.POSITIVE_INFINITY);
        return mild.map(one -> Math.max(one, least)).filter(one -> one < reject);
    }

    private static Map<String, Double> numbers(String section) {
        Map<String, Double> numbers = new HashMap<>();
        NUMBER.matcher(section)
                .results()
                .forEach(one -> numbers.put(one.group(1), Double.valueOf(one.group(2))));
        return numbers;
    }

    private static String shown(double number) {
        return String.valueOf(number).replaceFirst("\\.0$", "");
    }

    private String proxy() {
        StringBuilder all = new StringBuilder();
        PROXY.matcher(dump("-j worker").orElse(""))
                .results()
                .forEach(one -> all.append(one.group(1)));
        return all.toString();
    }

    private static boolean isBound(String proxy, Place place) {
        return values(BOUND, proxy).stream()
                .map(value -> value.split("\\s+", 2)[0])
                .anyMatch(bound -> isAt(bound, place));
    }

    private static boolean isAt(String bound, Place place) {
        if (place.isUnix()) {
            return Place.of("unix:" + bound.replaceFirst("^unix:", ""), "/")
                    .filter(its -> its.takes(place))
                    .isPresent();
        }
        int colon = bound.lastIndexOf(':');
        if (colon < 0 || !bound.substring(colon + 1).equals(String.valueOf(place.port()))) {
            return false;
        }
        String host = bound.substring(0, colon);
        boolean isHere = LOOPBACK.matcher(place.host()).matches();
        return host.replaceAll("[\\[\\]]", "").equals(place.host())
                || (isHere && (LOOPBACK.matcher(host).matches() || ANY.matcher(host).matches()));
    }

    /// The proxy may hand mail to an Rspamd of another host, whose files say what that does.
    private static boolean isScannedHere(String proxy) {
        return proxy.contains("\"self_scan\": true")
                || values(HOSTS, proxy).stream()
                        .flatMap(value -> Stream.of(value.split("[,;\\s]+", -1)))
                        .filter(host -> !host.isEmpty())
                        .map(host -> host.replaceFirst("^(?!localhost)[a-z-]+:", ""))
                        .allMatch(host -> LOOPBACK.matcher(host).matches());
    }

    private static List<String> values(Pattern key, String text) {
        List<String> values = new ArrayList<>();
        key.matcher(text)
                .results()
                .forEach(found ->
                        QUOTED.matcher(found.group(1))
                                .results()
                                .forEach(one -> values.add(one.group(1))));
        return values;
    }

    private Optional<String> dump(String what) {
        return said.computeIfAbsent(
                what,
                _ -> {
                    List<String> command = new ArrayList<>(List.of("rspamadm", "configdump"));
                    command.addAll(List.of(what.split(" ", -1)));
                    return machine.run(command, "");
                });
    }
}
