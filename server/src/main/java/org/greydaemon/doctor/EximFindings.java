package org.greydaemon.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is wrong with how an Exim asks the daemon. Stateless.
final class EximFindings {
    private static final String DOCUMENT = "see docs/exim.md";
    private static final Pattern CALL = Pattern.compile("readsocket\\s*\\{([^{}]*)}\\s*\\{");
    private static final Pattern ACL = Pattern.compile("(?m)^\\s*(acl_smtp_[a-z]+)\\s*=\\s*(\\S+)");
    private static final Pattern NAME = Pattern.compile("([A-Za-z0-9_]+):\\s*");
    private static final Pattern VERB =
            Pattern.compile("\\s*(accept|defer|deny|discard|drop|require|warn)\\b.*");

    private EximFindings() {}

    /// @param text of the configuration, as `exim -bP config` prints it or its file has it
    static List<Finding> of(String text, Daemon daemon, Machine machine) {
        List<Finding> findings = new ArrayList<>();
        String plain = text.replaceAll("(?m)^\\s*#.*\\R?", "").replaceAll("\\\\\\R\\s*", "");
        Map<String, List<String>> acls = acls(plain);
        List<String> asking = new ArrayList<>();
        boolean saidPlace = false;
        for (Map.Entry<String, List<String>> acl : acls.entrySet()) {
            for (int i = 0; i < acl.getValue().size(); i++) {
                String statement = acl.getValue().get(i);
                Matcher call = CALL.matcher(statement);
                if (!call.find()) {
                    continue;
                }
                String service = call.group(1).strip();
                Optional<Place> place = Place.of(service, "/");
                if (place.isEmpty() || !Daemon.takes(daemon.policy(), place.get())) {
                    saidPlace |= elsewhere(acl.getKey(), service, place, daemon, machine, findings);
                    continue;
                }
                asking.add(acl.getKey());
                statement(acl.getKey(), statement, findings);
                if (acl.getKey().equals(used(plain, "acl_smtp_rcpt"))) {
                    order(acl.getValue().subList(0, i), acl.getKey(), findings);
                }
            }
        }
        used(plain, acls, asking, saidPlace, findings);
        return List.copyOf(findings);
    }

    /// The statements of each ACL.
    private static Map<String, List<String>> acls(String text) {
        Map<String, List<String>> acls = new LinkedHashMap<>();
        int begin = text.indexOf("begin acl");
        List<String> current = new ArrayList<>();
        for (String line : text.substring(Math.max(0, begin)).split("\\R", -1)) {
            if (line.startsWith("begin ") && !line.startsWith("begin acl")) {
                break;
            }
            Matcher name = NAME.matcher(line.strip());
            if (name.matches()) {
                current = new ArrayList<>();
                acls.put(name.group(1), current);
            } else if (VERB.matcher(line).matches()) {
                current.add(line);
            } else if (!current.isEmpty()) {
                current.set(current.size() - 1, current.getLast() + "\n" + line);
            }
        }
        return acls;
    }

    private static String used(String text, String option) {
        Matcher option1 = ACL.matcher(text);
        while (option1.find()) {
            if (option1.group(1).equals(option)) {
                return option1.group(2);
            }
        }
        return "";
    }

    private static boolean elsewhere(
            String acl,
            String service,
            Optional<Place> place,
            Daemon daemon,
            Machine machine,
            List<Finding> findings) {
        if (place.isPresent() && machine.listens(place.get())) {
            if (service.matches("(?i).*(grey|gray).*|.*:10023")) {
                findings.add(
                        new Finding(
                                acl + " asks another greylister, at " + place.get(),
                                "take it out: each would have the other's mail wait"));
            }
            return false;
        }
        findings.add(
                new Finding(
                        acl + " asks '" + service + "', where nobody listens",
                        "greydaemon listens at "
                                + Daemon.first(
                                        daemon.policy(), "no place; start it with --policy")));
        return true;
    }

    private static void statement(String acl, String statement, List<Finding> findings) {
        if (!statement.strip().startsWith("defer") && !statement.strip().startsWith("warn")) {
            findings.add(
                    new Finding(
                            acl + " asks the daemon in a statement that does not begin with defer",
                            "write defer; deny refuses mail for good, " + DOCUMENT));
        }
        if (!statement.contains("authenticated")) {
            findings.add(
                    new Finding(
                            acl + " greylists authenticated users",
                            "add !authenticated = * to the statement, " + DOCUMENT));
        }
        if (!statement.matches("(?s).*!\\s*hosts\\s*=.*")) {
            findings.add(
                    new Finding(
                            acl + " greylists this host's programs and the hosts that may relay",
                            "add !hosts = : +relay_from_hosts to the statement, " + DOCUMENT));
        }
        if (!statement.matches("(?s).*\\}\\s*\\{[0-9]+s?[^}]*}\\s*\\{[^}]*}\\s*\\{[^}]+}.*")) {
            findings.add(
                    new Finding(
                            acl
                                    + " does not say how long it waits for the daemon, or what"
                                    + " happens without an answer",
                            "write {5s}{ }{white} behind the question, " + DOCUMENT));
        }
        if (!statement.matches("(?s).*condition\\s*=.*")) {
            findings.add(
                    new Finding(
                            acl + " does not look at the answer, so it defers all mail",
                            "add the condition of the document, " + DOCUMENT));
        }
    }

    private static void order(List<String> before, String acl, List<Finding> findings) {
        if (before.stream().noneMatch(one -> one.matches("(?s).*verify\\s*=\\s*recipient.*"))) {
            findings.add(
                    new Finding(
                            acl + " asks about recipients that do not exist",
                            "put the call behind require verify = recipient, " + DOCUMENT));
        }
        if (before.stream().anyMatch(one -> one.matches("\\s*accept\\s*"))) {
            findings.add(
                    new Finding(
                            acl + " accepts everything before it asks the daemon",
                            "put the call before the last accept, " + DOCUMENT));
        }
    }

    private static void used(
            String text,
            Map<String, List<String>> acls,
            List<String> asking,
            boolean saidPlace,
            List<Finding> findings) {
        String rcpt = used(text, "acl_smtp_rcpt");
        String data = used(text, "acl_smtp_data");
        if (asking.isEmpty()) {
            if (!saidPlace) {
                findings.add(
                        new Finding(
                                "Exim does not ask the daemon at all",
                                "add the block of the document to the ACL of acl_smtp_rcpt, "
                                        + DOCUMENT));
            }
            return;
        }
        if (!rcpt.isEmpty() && !acls.containsKey(rcpt)) {
            findings.add(
                    new Finding(
                            "acl_smtp_rcpt is " + rcpt + ", and there is no such ACL",
                            "name the ACL that asks the daemon"));
        } else if (!asking.contains(rcpt)) {
            findings.add(
                    new Finding(
                            "the ACL that asks the daemon is "
                                    + asking
                                    + ", and acl_smtp_rcpt is "
                                    + (rcpt.isEmpty() ? "not set" : rcpt),
                            "set acl_smtp_rcpt to it, " + DOCUMENT));
        }
        if (!asking.contains(data)) {
            findings.add(
                    new Finding(
                            "bounces are not asked about at DATA",
                            "add the second block of the document to the ACL of acl_smtp_data, "
                                    + DOCUMENT));
        }
    }
}
