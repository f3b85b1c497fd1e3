package org.greydaemon.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Postfix's configuration, as `postconf` tells it for the service that takes mail from outside.
/// Immutable.
final class Postfix {
    private static final Pattern LINE = Pattern.compile("(?m)^(\\S+) =(.*)$");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([a-z0-9_]+)}?");
    private static final int NESTED_MAX = 10;

    private final Map<String, String> parameters;
    private final Set<String> ofService;
    private final String master;
    private final List<String> others;
    private final boolean chroot;

    private Postfix(
            Map<String, String> parameters,
            Set<String> ofService,
            String master,
            List<String> others,
            boolean chroot) {
        this.parameters = parameters;
        this.ofService = ofService;
        this.master = master;
        this.others = others;
        this.chroot = chroot;
    }

    /// Asks `postconf`.
    ///
    /// @param folder of main.cf; empty for Postfix's own
    /// @param port at which Postfix takes mail
    /// @return empty if there is no Postfix, or this user may not ask
    static Optional<Postfix> of(Machine machine, Optional<Path> folder, int port) {
        List<String> postconf = new ArrayList<>(List.of("postconf"));
        folder.ifPresent(path -> postconf.addAll(List.of("-c", path.toString())));
        Optional<String> main = machine.run(with(postconf, "-x"), "");
        if (main.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                of(
                        main.get(),
                        machine.run(with(postconf, "-M"), "").orElse(""),
                        port,
                        instance ->
                                folder.isPresent()
                                        ? Optional.empty()
                                        : machine.run(
                                                List.of("postconf", "-c", instance, "-M"), "")));
    }

    /// The same of one that has no other instances.
    static Postfix of(String main, String master, int port) {
        return of(main, master, port, _ -> Optional.empty());
    }

    /// Reads what `postconf -x` and `postconf -M` print.
    ///
    /// @param instances what the latter prints of another instance's folder
    static Postfix of(
            String main, String master, int port, Function<String, Optional<String>> instances) {
        Map<String, String> parameters = new HashMap<>();
        Matcher line = LINE.matcher(main);
        while (line.find()) {
            parameters.put(line.group(1), line.group(2).strip());
        }
        String service = service(master, port);
        Set<String> ofService = new HashSet<>();
        for (String[] option : options(service)) {
            ofService.add(option[0]);
            parameters.put(option[0], expanded(option[1], parameters));
        }
        List<String> others =
                Restrictions.split(parameters.getOrDefault("multi_instance_directories", ""))
                        .stream()
                        .filter(folder ->
                                instances
                                        .apply(folder)
                                        .filter(text -> takesMail(text, port))
                                        .isPresent())
                        .toList();
        return new Postfix(parameters, ofService, master, others, isChrooted(service, parameters));
    }

    /// What `-` stands for has changed with compatibility level 1 (master(5)); Postfix before 3.0
    /// has no levels.
    private static boolean isChrooted(String service, Map<String, String> parameters) {
        String[] fields = service.split("\\s+", -1);
        String level = parameters.getOrDefault("compatibility_level", "");
        return fields.length > 4
                && (fields[4].equals("y")
                        || (fields[4].equals("-") && level.matches("(0(\\..*)?)?")));
    }

    private static boolean takesMail(String master, int port) {
        return master.lines()
                .map(line -> line.strip().split("\\s+", -1))
                .anyMatch(fields ->
                        fields.length > 7
                                && fields[7].matches("smtpd|postscreen")
                                && isAt(fields[0], port));
    }

    private static boolean isAt(String place, int port) {
        String name = place.replaceFirst(".*:", "");
        return name.equals(String.valueOf(port)) || (port == 25 && name.equals("smtp"));
    }

    private static List<String> with(List<String> command, String option) {
        List<String> all = new ArrayList<>(command);
        all.add(option);
        return all;
    }

    /// The line of the service that takes mail from outside at a port; behind postscreen that is
    /// `smtpd pass`.
    private static String service(String master, int port) {
        String found = "";
        boolean isFromOutside = false;
        for (String line : master.split("\n", -1)) {
            String[] fields = line.strip().split("\\s+", -1);
            if (fields.length < 8 || !fields[7].equals("smtpd")) {
                continue;
            }
            boolean isIt = isAt(fields[0], port) || (port == 25 && fields[1].equals("pass"));
            boolean isLoopback = fields[0].matches("(127\\.|\\[?::1|localhost:).*");
            if (found.isEmpty() || (isIt && !(isLoopback && isFromOutside))) {
                found = line.strip();
                isFromOutside = isIt && !isLoopback;
            }
        }
        return found;
    }

    private static List<String[]> options(String service) {
        List<String[]> options = new ArrayList<>();
        List<String> words = Restrictions.split(service.replace(",", "\u0000"));
        for (int i = 0; i + 1 < words.size(); i++) {
            if (words.get(i).equals("-o")) {
                String[] parts = Restrictions.inner(words.get(i + 1)).split("=", 2);
                if (parts.length == 2) {
                    options.add(
                            new String[] {
                                parts[0].strip(), parts[1].strip().replace('\u0000', ',')
                            });
                }
            }
        }
        return options;
    }

    private static String expanded(String value, Map<String, String> parameters) {
        String text = value;
        for (int i = 0; i < NESTED_MAX && VARIABLE.matcher(text).find(); i++) {
            text =
                    VARIABLE.matcher(text)
                            .replaceAll(found ->
                                    Matcher.quoteReplacement(
                                            parameters.getOrDefault(found.group(1), "")));
        }
        return text;
    }

    /// A parameter's value; empty if it has none.
    String get(String name) {
        return parameters.getOrDefault(name, "");
    }

    /// Whether master.cf says it for the service, in place of main.cf.
    boolean isOfService(String name) {
        return ofService.contains(name);
    }

    boolean isSet(String name) {
        return get(name).equals("yes");
    }

    /// A list as smtpd goes through it: with what the classes say that it names.
    Restrictions restrictions(String name) {
        List<String> classes = Restrictions.split(get("smtpd_restriction_classes"));
        return new Restrictions(name, items(get(name), classes));
    }

    /// @param classes that may be put in: one that names itself is put in once
    private List<Restrictions.Item> items(String list, List<String> classes) {
        List<Restrictions.Item> items = new ArrayList<>();
        for (Restrictions.Item item : Restrictions.of("", list).items()) {
            if (item.value().isEmpty() && classes.contains(item.word())) {
                List<String> others = new ArrayList<>(classes);
                others.remove(item.word());
                items.addAll(items(get(item.word()), others));
            } else {
                items.add(item);
            }
        }
        return items;
    }

    /// The folders of this host's other instances that take mail at the same port (postmulti(1)).
    List<String> others() {
        return others;
    }

    /// Whether smtpd sees the queue directory only.
    boolean isChrooted() {
        return chroot;
    }

    /// What master(8) starts for who asks a place of it (spawn(8)); empty if it is not its.
    String spawned(String service) {
        String name = service.replaceFirst("^unix:", "").replaceFirst("^(private|public)/", "");
        return master.lines()
                .map(line -> line.strip().split("\\s+", 9))
                .filter(fields -> fields.length == 9 && fields[7].equals("spawn"))
                .filter(fields -> fields[1].equals("unix") && fields[0].equals(name))
                .map(fields -> fields[8])
                .findFirst()
                .orElse("");
    }

    /// The recipient that is tried: root of the first domain that is this host's.
    Optional<String> recipient() {
        for (String name :
                List.of("mydestination", "virtual_alias_domains", "virtual_mailbox_domains")) {
            for (String domain : Restrictions.split(get(name))) {
                if (domain.matches("[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+")) {
                    return Optional.of(
                            (name.equals("mydestination") ? "root@" : "postmaster@") + domain);
                }
            }
        }
        return Optional.empty();
    }
}
