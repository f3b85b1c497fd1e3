package org.greydaemon.doctor;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whose hosts an Exim's host lists have (its specification, chapter 10). Confined to one thread.
final class EximHosts {
    /// Loopback, the networks of RFC 1918 and RFC 4193, and `@[]`, which is all addresses of this
    /// host.
    private static final Pattern OWN =
            Pattern.compile(
                    "(127|10|192\\.168|172\\.(1[6-9]|2\\d|3[01]))(\\.\\d.*|/\\d+)|localhost|@|@\\[]"
                            + "|::1|f[cd][0-9a-f]{0,2}:.*|\\*");

    /// A list of its own file, what is looked up or expanded, and names that DNS or a pattern
    /// finds.
    private static final Pattern LOOKED_UP = Pattern.compile(".*[$;^].*|/.*");

    private static final int NESTED_MAX = 10;

    private final Function<String, String> named;
    private final Function<String, Optional<String>> files;

    /// @param named what a named list is set to; empty if there is none
    /// @param files the text of a file; empty if it cannot be read
    EximHosts(Function<String, String> named, Function<String, Optional<String>> files) {
        this.named = named;
        this.files = files;
    }

    /// Whose hosts they are; of several that are in a list the first of these.
    enum Whose {
        /// This host's, or a network's that is nobody else's.
        OWN,
        /// Nobody knows: they are looked up when mail comes.
        UNKNOWN,
        /// Others'.
        OTHERS,
        /// Nobody's: an empty item is mail that comes over no network.
        NOBODY
    }

    /// What is wrong with which hosts are not asked about.
    ///
    /// @param asking the statement that asks, and those that use its ACL
    /// @param before the statements before it
    Optional<Finding> finding(String acl, List<EximStatement> asking, List<EximStatement> before) {
        Map<Whose, String> spared = new EnumMap<>(Whose.class);
        for (EximStatement one : before) {
            if (one.isVerb("accept")) {
                one.lists("hosts")
                        .forEach((list, isNot) -> {
                            if (!isNot) {
                                spared.putIfAbsent(of(list), list);
                            }
                        });
            }
        }
        for (EximStatement one : asking) {
            one.lists("hosts")
                    .forEach((list, isNot) -> {
                        spared.putIfAbsent(isNot ? of(list) : excepted(list), list);
                    });
        }
        if (spared.containsKey(Whose.OWN)) {
            return Optional.empty();
        }
        if (spared.containsKey(Whose.UNKNOWN)) {
            return Optional.of(
                    Finding.unjudged(
                            acl
                                    + " spares the hosts of '"
                                    + spared.get(Whose.UNKNOWN)
                                    + "'; whether these are this host and those that may relay"
                                    + " could not be judged",
                            "exim -bh 127.0.0.1 plays a session of this host, and the daemon"
                                    + " should not be asked"));
        }
        // An empty item is mail that comes over no network; programs that speak SMTP come over one.
        boolean sparesPipes = spared.containsKey(Whose.NOBODY);
        return Optional.of(
                new Finding(
                        acl
                                + " greylists this host's programs"
                                + (sparesPipes ? " that come over loopback" : "")
                                + " and the hosts that may relay",
                        "add !hosts = : +relay_from_hosts to the statement, see docs/exim.md"));
    }

    /// Whose hosts the list has.
    Whose of(String list) {
        return of(list, 0);
    }

    /// Whose hosts the list has not, as those behind `!` in `hosts = ! +relay_from_hosts`.
    Whose excepted(String list) {
        return items(list).stream()
                .filter(item -> item.startsWith("!"))
                .map(item -> one(item.substring(1).strip(), 0))
                .min(Whose::compareTo)
                .orElse(Whose.NOBODY);
    }

    private Whose of(String list, int depth) {
        return items(list).stream()
                .filter(item -> !item.startsWith("!"))
                .map(item -> one(item, depth))
                .min(Whose::compareTo)
                .orElse(Whose.NOBODY);
    }

    private Whose one(String item, int depth) {
        String host = item.toLowerCase(Locale.ROOT);
        if (host.isEmpty() || depth > NESTED_MAX) {
            return Whose.NOBODY;
        }
        boolean isList = host.startsWith("+") || LOOKED_UP.matcher(host).matches();
        if (OWN.matcher(host).matches() || (isList && host.contains("relay"))) {
            return Whose.OWN; // Whoever they are: the name says that they may relay.
        }
        if (host.startsWith("+")) {
            return of(named.apply(item.substring(1)), depth + 1);
        }
        if (item.startsWith("/")) {
            return files.apply(item).map(text -> ofFile(text, depth)).orElse(Whose.UNKNOWN);
        }
        return isList ? Whose.UNKNOWN : Whose.OTHERS;
    }

    /// A file has an item on each line.
    private Whose ofFile(String text, int depth) {
        return text.lines()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> !line.isEmpty() && !line.startsWith("!"))
                .map(line -> one(line, depth + 1))
                .min(Whose::compareTo)
                .orElse(Whose.NOBODY);
    }

    /// The items of a list, whose separator is `:` unless it begins with another one; a doubled one
    /// is part of an item.
    static List<String> items(String list) {
        Matcher other = Pattern.compile("\\s*<\\s*(\\p{Punct})(.*)", Pattern.DOTALL).matcher(list);
        boolean isOther = other.matches();
        char separator = isOther ? other.group(1).charAt(0) : ':';
        String text = isOther ? other.group(2) : list;
        List<String> items = new ArrayList<>();
        StringBuilder item = new StringBuilder();
        int depth = 0; // What is expanded has separators of its own.
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (c != separator || depth > 0) {
                item.append(c);
            } else if (i + 1 < text.length() && text.charAt(i + 1) == separator) {
                item.append(c);
                i++;
            } else {
                items.add(item.toString().strip());
                item.setLength(0);
            }
        }
        items.add(item.toString().strip());
        return items;
    }
}
