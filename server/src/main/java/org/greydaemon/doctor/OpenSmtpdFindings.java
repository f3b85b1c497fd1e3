package org.greydaemon.doctor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is wrong with how an OpenSMTPD asks the daemon, by its smtpd.conf. Stateless.
final class OpenSmtpdFindings {
    private static final String DOCUMENT = "see docs/opensmtpd.md";
    private static final String OURS = "filter-greydaemon";

    /// Where filter-rspamd asks unless it is the worker of this host.
    private static final Pattern RSPAMD_AT =
            Pattern.compile("-url[ =](?:http://)?(\\[[^]]*](?::\\d+)?|/\\S*|[^/\\s]+)");

    private static final Pattern FILTER =
            Pattern.compile(
                    "(?m)^\\s*filter\\s+\"?([^\"\\s]+)\"?\\s+proc(-exec)?\\s+"
                            + "(?:\"([^\"\\n]*)\"|([^\"\\s]+))");

    /// A process that several filters may share.
    private static final Pattern PROCESS =
            Pattern.compile(
                    "(?m)^\\s*proc\\s+\"?([^\"\\s]+)\"?\\s+(?:\"([^\"\\n]*)\"|([^\"\\s]+))");

    private static final Pattern CHAIN =
            Pattern.compile("(?m)^\\s*filter\\s+\"?([^\"\\s]+)\"?\\s+chain\\s*\\{([^}]*)}");
    private static final Pattern LISTEN = Pattern.compile("(?m)^\\s*listen\\s+on\\s+(.*)$");

    /// Its interface, its addresses and their name.
    private static final Pattern LOOPBACK =
            Pattern.compile("\"?(lo[0-9]*|localhost|127\\..*|::1)\"?");

    private static final Pattern USES = Pattern.compile("\\bfilter\\s+(\"[^\"]+\"|\\{[^}]*}|\\S+)");

    private static final Pattern INCLUDE =
            Pattern.compile("(?m)^\\s*include\\s+\"?([^\"\\n]+?)\"?\\s*$");
    private static final Pattern MACRO =
            Pattern.compile("(?m)^\\s*([A-Za-z]\\w*)\\s*=\\s*\"?([^\"\\n]*?)\"?\\s*$");
    private static final Pattern VARIABLE = Pattern.compile("\\$([A-Za-z]\\w*)");

    /// A `#` in quotes begins none. Possessive: else each character of a line takes a frame of the
    /// stack.
    private static final Pattern COMMENT =
            Pattern.compile("(?m)^((?:[^\"#\\n]++|\"[^\"\\n]*\")*+)#.*$");

    /// A file may include itself twice, and the same again.
    private static final int INCLUDES_MAX = 5;

    private OpenSmtpdFindings() {}

    static List<Finding> of(String text, Daemon daemon, Machine machine) {
        List<Finding> findings = new ArrayList<>();
        String plain = plain(text, machine);
        Map<String, String> filters = filters(plain, OURS);
        if (filters.isEmpty()) {
            return List.of(
                    new Finding(
                            "OpenSMTPD does not ask the daemon: no filter runs filter-greydaemon",
                            "add the two lines of the document to smtpd.conf, " + DOCUMENT));
        }
        filters.forEach((name, command) -> {
            if (!command.isEmpty()) {
                place(name, command, daemon, machine, findings);
            }
        });
        listeners(plain, filters, findings);
        if (daemon.isHeard()) {
            rspamd(plain, new Rspamd(machine), findings);
        }
        return List.copyOf(findings);
    }

    /// As smtpd reads it: without comments, with what is included, and macros put in.
    private static String plain(String text, Machine machine) {
        String whole = included(text, machine, 0);
        Matcher macro = MACRO.matcher(whole);
        Map<String, String> macros = new HashMap<>();
        while (macro.find()) {
            macros.put(macro.group(1), macro.group(2));
        }
        return VARIABLE.matcher(whole)
                .replaceAll(found ->
                        Matcher.quoteReplacement(
                                macros.getOrDefault(found.group(1), found.group())));
    }

    private static String included(String text, Machine machine, int depth) {
        String bare = COMMENT.matcher(text).replaceAll("$1").replaceAll("\\\\\\R", " ");
        if (depth >= INCLUDES_MAX) {
            return bare;
        }
        return INCLUDE.matcher(bare)
                .replaceAll(found ->
                        Matcher.quoteReplacement(
                                machine.read(found.group(1))
                                        .map(file -> included(file, machine, depth + 1))
                                        .orElse("")));
    }

    /// Rspamd's filter that a listener names answers 451 to what it greylists (filter-rspamd).
    private static void rspamd(String plain, Rspamd rspamd, List<Finding> findings) {
        Map<String, String> filters = filters(plain, "filter-rspamd");
        boolean isUsed =
                LISTEN.matcher(plain)
                        .results()
                        .map(listen -> USES.matcher(listen.group(1)))
                        .anyMatch(uses -> uses.find() && names(uses.group(1), filters));
        filters.forEach((name, command) -> {
            if (isUsed && !command.isEmpty()) {
                Matcher url = RSPAMD_AT.matcher(command);
                rspamd.scanner(
                                "the filter " + name + " asks Rspamd too",
                                url.find() ? List.of(url.group(1)) : List.of(),
                                action -> action.startsWith("soft"))
                        .ifPresent(findings::add);
            }
        });
    }

    /// The filters that run a program and what they run, and the chains with one of them, which run
    /// nothing themselves.
    private static Map<String, String> filters(String plain, String program) {
        Map<String, String> processes = new HashMap<>();
        Matcher process = PROCESS.matcher(plain);
        while (process.find()) {
            processes.put(process.group(1), word(process, 2));
        }
        Map<String, String> filters = new HashMap<>();
        Matcher filter = FILTER.matcher(plain);
        while (filter.find()) {
            String command =
                    filter.group(2) != null
                            ? word(filter, 3)
                            : processes.getOrDefault(word(filter, 3).strip(), "");
            if (command.contains(program)) {
                filters.put(filter.group(1), command);
            }
        }
        Matcher chain = CHAIN.matcher(plain);
        while (chain.find()) {
            if (names(chain.group(2), filters)) {
                filters.put(chain.group(1), "");
            }
        }
        return filters;
    }

    /// A string in quotes, or a word without: behind it a user and a group may stand.
    private static String word(Matcher found, int group) {
        return found.group(group) != null ? found.group(group) : found.group(group + 1);
    }

    private static boolean names(String text, Map<String, String> filters) {
        for (String word : text.split("[\\s,{}\"]+", -1)) {
            if (filters.containsKey(word)) {
                return true;
            }
        }
        return false;
    }

    private static void place(
            String name, String command, Daemon daemon, Machine machine, List<Finding> findings) {
        String[] words = command.strip().split("\\s+", -1);
        String asked = words[words.length - 1];
        if (asked.contains(OURS)) {
            asked = "127.0.0.1:10023"; // What the script does without a place.
        }
        Optional<Place> place = Place.of(asked, "/");
        if (place.isEmpty()) {
            findings.add(
                    new Finding(
                            "the filter " + name + " asks '" + asked + "', which is no place",
                            "write filter-greydaemon 127.0.0.1:10023, " + DOCUMENT));
            return;
        }
        boolean isOurs = daemon.isHeard() && Daemon.takes(daemon.policy(), place.get());
        boolean isThere = isOurs || machine.listens(place.get());
        if (!isThere || (!isOurs && daemon.isHeard())) {
            findings.add(
                    new Finding(
                            "the filter "
                                    + name
                                    + " asks "
                                    + place.get()
                                    + (isThere
                                            ? ", where no greydaemon takes policy requests"
                                            : ", where nobody listens"),
                            daemon.policyPlace()));
        }
    }

    /// Whether each listener of TCP has the filter, those of loopback too.
    static boolean asksAboutAll(String text, Machine machine) {
        String plain = plain(text, machine);
        Map<String, String> filters = filters(plain, OURS);
        Matcher listen = LISTEN.matcher(plain);
        boolean asks = !filters.isEmpty();
        while (listen.find()) {
            Matcher uses = USES.matcher(listen.group(1));
            asks &=
                    listen.group(1).strip().startsWith("socket")
                            || (uses.find() && names(uses.group(1), filters));
        }
        return asks;
    }

    private static void listeners(
            String plain, Map<String, String> filters, List<Finding> findings) {
        List<String> without = new ArrayList<>();
        int with = 0;
        Matcher listen = LISTEN.matcher(plain);
        while (listen.find()) {
            String rest = listen.group(1).strip();
            String where = rest.split("\\s+", 2)[0];
            Matcher uses = USES.matcher(rest);
            boolean asks = uses.find() && names(uses.group(1), filters);
            with += asks ? 1 : 0;
            if (asks && where.equals("socket")) {
                findings.add(
                        new Finding(
                                "mail of this host's own programs is greylisted: 'listen on socket'"
                                        + " has the filter",
                                "take the filter out there, " + DOCUMENT));
            }
            boolean takesMail =
                    !where.equals("socket")
                            && !LOOPBACK.matcher(where).matches()
                            && !rest.matches(".*\\b(smtps|tls-require|auth(?!-)).*");
            if (!asks && takesMail) {
                without.add(where);
            }
        }
        if (with == 0) {
            findings.add(
                    new Finding(
                            "a filter runs filter-greydaemon, and no 'listen on' names it",
                            "add filter \"greylist\" to the listen line of your interface, "
                                    + DOCUMENT));
        } else if (!without.isEmpty()) {
            findings.add(
                    new Finding(
                            "mail over " + without + " is not asked about",
                            "add the filter to these listen lines too, " + DOCUMENT));
        }
    }
}
