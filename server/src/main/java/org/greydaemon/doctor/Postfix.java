package org.greydaemon.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Postfix's configuration, as `postconf` tells it for the service that takes mail from outside.
/// Immutable.
final class Postfix {
    private static final Pattern LINE = Pattern.compile("(?m)^(\\S+) =(.*)$");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([a-z0-9_]+)}?");
    private static final int NESTED_MAX = 10;
    private static final int SMTP = 25;
    private static final String LOOPBACK = "loopback-only|localhost|127\\.[0-9.]*";

    private final Map<String, String> main;
    private final Map<String, String> parameters;
    private final Optional<MasterService> service;
    private final List<MasterService> master;
    private final List<String> others;

    /// @param main what main.cf says
    /// @param service the one that is looked at; empty if there is none
    private Postfix(
            Map<String, String> main,
            Optional<MasterService> service,
            List<MasterService> master,
            List<String> others) {
        this.main = main;
        this.service = service;
        this.master = master;
        this.others = others;
        parameters = new HashMap<>(main);
        options().forEach((name, value) -> parameters.put(name, expanded(value, parameters)));
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
        List<MasterService> services = MasterService.all(master);
        List<String> others =
                Restrictions.split(parameters.getOrDefault("multi_instance_directories", ""))
                        .stream()
                        .filter(folder ->
                                instances
                                        .apply(folder)
                                        .filter(text -> takesMail(text, port))
                                        .isPresent())
                        .toList();
        return new Postfix(parameters, fromOutside(services, port), services, others);
    }

    private static boolean takesMail(String master, int port) {
        return MasterService.all(master).stream()
                .anyMatch(one ->
                        one.command().matches("smtpd|postscreen")
                                && one.type().equals("inet")
                                && one.isAt(port));
    }

    private static List<String> with(List<String> command, String option) {
        List<String> all = new ArrayList<>(command);
        all.add(option);
        return all;
    }

    /// The service that takes mail from outside at a port.
    private static Optional<MasterService> fromOutside(List<MasterService> master, int port) {
        Optional<MasterService> found = Optional.empty();
        boolean isFromOutside = false;
        for (MasterService one : master) {
            if (!one.isSmtpd()) {
                continue;
            }
            boolean isIt = one.isAt(port);
            if (found.isEmpty() || (isIt && !(one.isLoopback() && isFromOutside))) {
                found = Optional.of(one);
                isFromOutside = isIt && !one.isLoopback();
            }
        }
        return found;
    }

    /// The same Postfix at each other place of its that strangers may come to: an address that is
    /// not loopback's, or a proxy that tells whose connection it hands on.
    List<Postfix> further() {
        return master.stream()
                .filter(one -> one.isSmtpd() && !one.isForUsers())
                .filter(one -> !Optional.of(one).equals(service))
                .map(one -> new Postfix(main, Optional.of(one), master, others))
                .filter(Postfix::isReachedFromOutside)
                .toList();
    }

    /// Whether other mail servers come to it: to their port, or by a proxy. Whom another port is
    /// open to a firewall says.
    boolean isForMail() {
        return service.filter(one -> one.isAt(SMTP)).isPresent()
                || !get("smtpd_upstream_proxy_protocol").isEmpty();
    }

    private boolean isReachedFromOutside() {
        boolean isLocal =
                service.filter(one ->
                                one.isLoopback()
                                        || (one.isEverywhere()
                                                && get("inet_interfaces").matches(LOOPBACK)))
                        .isPresent();
        return !isLocal || !get("smtpd_upstream_proxy_protocol").isEmpty();
    }

    private Map<String, String> options() {
        return service.map(MasterService::options).orElse(Map.of());
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
        return options().containsKey(name);
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

    /// The place of the service that is looked at, as master.cf has it.
    String place() {
        return service.map(MasterService::place).orElse("");
    }

    /// A field of that line, as `postconf -F` wants it.
    String field(String set) {
        return service.map(one -> one.place() + "/" + one.type() + "/" + set).orElse(set);
    }

    /// Whether smtpd sees the queue directory only. What `-` stands for has changed with
    /// compatibility level 1 (master(5)); Postfix before 3.0 has no levels.
    boolean isChrooted() {
        String chroot = service.map(MasterService::chroot).orElse("");
        return chroot.equals("y")
                || (chroot.equals("-") && get("compatibility_level").matches("(0(\\..*)?)?"));
    }

    /// What master(8) starts for who asks a place of it (spawn(8)); empty if it is not its.
    String spawned(String service) {
        return master.stream()
                .filter(one -> one.isAsked(service))
                .map(MasterService::spawned)
                .filter(program -> !program.isEmpty())
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
