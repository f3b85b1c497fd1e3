package org.greydaemon.doctor;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Whether a Postfix asks about mail of its own hosts: these may pass before the call by
/// `permit_mynetworks`, or by a map of clients (`check_client_access`, access(5)), which `postmap`
/// is asked, as smtpd would ask it. Confined to one thread.
final class PostfixOwnHosts {
    private static final Pattern NETWORK =
            Pattern.compile("\\[?([0-9]+(?:\\.[0-9]+){3}|[0-9a-fA-F:]+)]?(?:/[0-9]+)?");

    /// What lets a client pass in a map; a number is the time at which it has shown who it is.
    private static final Pattern PERMITS =
            Pattern.compile("(?i)(ok|permit|permit_mynetworks|permit_inet_interfaces|[0-9]{4,})");

    /// Maps that smtpd asks about a whole address only (dict(3), DICT_FLAG_PATTERN).
    private static final Pattern WHOLE = Pattern.compile("(cidr|regexp|pcre):.*");

    /// A result for whatever is asked, to tell a map without one from a map that cannot be opened:
    /// `postmap` fails for both.
    private static final String ALWAYS = "greyctl-doctor";

    private final Postfix postfix;
    private final Machine machine;

    PostfixOwnHosts(Postfix postfix, Machine machine) {
        this.postfix = postfix;
        this.machine = machine;
    }

    /// What is wrong with a list that asks.
    ///
    /// @param index where it asks
    /// @param whose what it asks about: mail, or bounces
    Optional<Finding> finding(Restrictions list, int index, String whose) {
        if (list.hasBefore(index, "permit_mynetworks", "permit_inet_interfaces")) {
            return Optional.empty();
        }
        List<String> maps =
                list.items().subList(0, index).stream()
                        .filter(item -> item.word().equalsIgnoreCase("check_client_access"))
                        .map(Restrictions.Item::value)
                        .toList();
        String named = String.join(", ", maps);
        Map<String, String> own = own();
        Set<String> left = new LinkedHashSet<>(own.keySet());
        boolean isKnown = true;
        for (String map : maps) {
            Optional<Set<String>> passing = passing(map, own);
            isKnown &= passing.isPresent();
            passing.ifPresent(left::removeAll);
        }
        String asks = list.name() + " asks about " + whose + " your own hosts";
        if (left.isEmpty()) {
            return Optional.empty();
        }
        if (!isKnown) {
            return Optional.of(
                    Finding.unjudged(
                            asks
                                    + " unless "
                                    + named
                                    + " lets them pass, which could not be judged",
                            "postmap -q 127.0.0.1 " + maps.getFirst() + " says OK if it does"));
        }
        String which = left.size() == own.size() ? "" : " in " + String.join(", ", left) + " too";
        return Optional.of(
                new Finding(
                        asks
                                + which
                                + ", as "
                                + (which.isEmpty()
                                        ? "permit_mynetworks does not stand before the call"
                                        : named + " does not let them pass"),
                        "put permit_mynetworks before it, see docs/postfix.md"));
    }

    /// The networks of this host's, and an address of each.
    private Map<String, String> own() {
        Map<String, String> own = new LinkedHashMap<>();
        boolean hasIpv6 = !postfix.get("inet_protocols").equals("ipv4");
        for (String network : Restrictions.split(postfix.get("mynetworks"))) {
            Matcher address = NETWORK.matcher(network);
            boolean isMapped = network.startsWith("[::ffff:");
            if (address.matches() && !isMapped && (hasIpv6 || !network.contains(":"))) {
                own.put(network, address.group(1).replace("127.0.0.0", "127.0.0.1"));
            }
        }
        if (own.isEmpty()) {
            own.put("127.0.0.0/8", "127.0.0.1");
        }
        return own;
    }

    /// Of which networks a map lets clients pass; empty if nobody knows.
    private Optional<Set<String>> passing(String map, Map<String, String> own) {
        List<String> keys = new ArrayList<>();
        own.values().forEach(address -> keys.addAll(keys(map, address)));
        Optional<String> said = machine.run(postmap(map), String.join("\n", keys) + "\n");
        if (said.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> results =
                said.get()
                        .lines()
                        .map(line -> line.split("[ \t]", 2))
                        .filter(line -> line.length == 2)
                        .collect(
                                Collectors.toMap(
                                        line -> line[0],
                                        line -> line[1].replaceFirst(",?" + ALWAYS + "$", ""),
                                        (one, _) -> one));
        List<String> classes = Restrictions.split(postfix.get("smtpd_restriction_classes"));
        Set<String> passing = new LinkedHashSet<>();
        for (Map.Entry<String, String> network : own.entrySet()) {
            String result =
                    keys(map, network.getValue()).stream()
                            .map(key -> results.getOrDefault(key, ""))
                            .filter(one -> !one.isEmpty())
                            .findFirst()
                            .orElse("")
                            .split("[,\\s]", 2)[0];
            if (classes.contains(result)) {
                return Optional.empty();
            }
            if (PERMITS.matcher(result).matches()) {
                passing.add(network.getKey());
            }
        }
        return Optional.of(passing);
    }

    private List<String> postmap(String map) {
        List<String> command = new ArrayList<>();
        try {
            command.add(Path.of(postfix.get("command_directory"), "postmap").toString());
        } catch (InvalidPathException e) {
            command.add("postmap");
        }
        if (!postfix.get("config_directory").isEmpty()) {
            command.addAll(List.of("-c", postfix.get("config_directory")));
        }
        command.addAll(List.of("-q", "-", "unionmap:{" + map + ", static:" + ALWAYS + "}"));
        return command;
    }

    /// What smtpd asks a map of a client, in its order: the name, the address and what is left of
    /// it without its last parts.
    private static List<String> keys(String map, String address) {
        List<String> keys = new ArrayList<>();
        if (address.startsWith("127.") || address.equals("::1")) {
            keys.add("localhost");
        }
        keys.add(address);
        boolean isPattern = WHOLE.matcher(map.replaceFirst("^proxy:", "")).matches();
        String separator = address.contains(":") ? ":" : ".";
        String rest = address;
        while (!isPattern && rest.contains(separator)) {
            rest = rest.substring(0, rest.lastIndexOf(separator));
            keys.add(rest);
        }
        keys.removeIf(String::isEmpty);
        return keys;
    }
}
