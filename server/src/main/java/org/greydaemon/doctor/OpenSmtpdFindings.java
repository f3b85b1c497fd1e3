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
    private static final Pattern FILTER =
            Pattern.compile(
                    "(?m)^\\s*filter\\s+\"?([^\"\\s]+)\"?\\s+proc(?:-exec)?\\s+\"?([^\"\\n]+)\"?");
    private static final Pattern CHAIN =
            Pattern.compile("(?m)^\\s*filter\\s+\"?([^\"\\s]+)\"?\\s+chain\\s*\\{([^}]*)}");
    private static final Pattern LISTEN = Pattern.compile("(?m)^\\s*listen on (.*)$");
    private static final Pattern USES = Pattern.compile("\\bfilter\\s+(\"[^\"]+\"|\\{[^}]*}|\\S+)");

    private OpenSmtpdFindings() {}

    static List<Finding> of(String text, Daemon daemon, Machine machine) {
        List<Finding> findings = new ArrayList<>();
        String plain = text.replaceAll("(?m)#.*$", "").replaceAll("\\\\\\R", " ");
        Map<String, String> filters = new HashMap<>();
        Matcher filter = FILTER.matcher(plain);
        while (filter.find()) {
            if (filter.group(2).contains("filter-greydaemon")) {
                filters.put(filter.group(1), filter.group(2));
            }
        }
        if (filters.isEmpty()) {
            return List.of(
                    new Finding(
                            "OpenSMTPD does not ask the daemon: no filter runs filter-greydaemon",
                            "add the two lines of the document to smtpd.conf, " + DOCUMENT));
        }
        filters.forEach((name, command) -> place(name, command, daemon, machine, findings));
        Matcher chain = CHAIN.matcher(plain);
        while (chain.find()) {
            if (names(chain.group(2), filters)) {
                filters.put(chain.group(1), "");
            }
        }
        listeners(plain, filters, findings);
        return List.copyOf(findings);
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
        if (asked.contains("filter-greydaemon")) {
            asked = "127.0.0.1:10023"; // What the script does without a place.
        }
        Optional<Place> place = Place.of(asked, "/");
        if (place.isEmpty()) {
            findings.add(
                    new Finding(
                            "the filter " + name + " asks '" + asked + "', which is no place",
                            "write filter-greydaemon 127.0.0.1:10023, " + DOCUMENT));
        } else if (!Daemon.takes(daemon.policy(), place.get())) {
            findings.add(
                    new Finding(
                            "the filter "
                                    + name
                                    + " asks "
                                    + place.get()
                                    + (machine.listens(place.get())
                                            ? ", where no greydaemon takes policy requests"
                                            : ", where nobody listens"),
                            "greydaemon listens at "
                                    + Daemon.first(
                                            daemon.policy(), "no place; start it with --policy")));
        }
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
                            && !where.startsWith("lo")
                            && !where.startsWith("127.")
                            && !where.equals("::1")
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
