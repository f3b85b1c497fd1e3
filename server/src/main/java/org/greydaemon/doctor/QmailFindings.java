package org.greydaemon.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is wrong with how a qmail asks the daemon: by its qmail-smtpd, the `run` file of its
/// service and the rules of tcpserver. Stateless.
final class QmailFindings {
    private static final String DOCUMENT = "see qmail/README.md";
    private static final String VARIABLE = "GREYIP";
    private static final Pattern SET =
            Pattern.compile("\\bGREYIP=(?:\"([^\"]*)\"|'([^']*)'|([^\\s,;]*))");
    private static final Pattern RULE = Pattern.compile("(?m)^([^#:\\s][^:]*|):(allow|deny)(.*)$");
    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*#.*$");

    /// envdir of daemontools, s6's, and chpst of runit.
    private static final Pattern FOLDER =
            Pattern.compile(
                    "\\benvdir\\s+(?:-\\S*\\s+)*([^-\\s]\\S*)|\\bchpst\\b[^\\n|;]*?\\s-e\\s*(\\S+)");

    private static final int PORT = 1999;

    private QmailFindings() {}

    /// @param smtpd the program that takes mail
    /// @param runFile the file that starts it, with whatever it runs before
    /// @param ruleFile of tcpserver, in the form of tcprules; empty if they cannot be read
    static List<Finding> of(String smtpd, String runFile, String ruleFile, Daemon daemon) {
        List<Finding> findings = new ArrayList<>();
        String run = COMMENT.matcher(runFile).replaceAll("");
        String rules = COMMENT.matcher(ruleFile).replaceAll("");
        boolean isPatched = smtpd.contains(VARIABLE);
        boolean isBeside =
                (run + rules).matches("(?s).*\\b(greyq|greyqueue|mailfront|spamdyke|ENABLE_SPP).*");
        if (!isPatched && !isBeside) {
            findings.add(
                    new Finding(
                            "qmail-smtpd has not been patched: it knows no "
                                    + VARIABLE
                                    + ", and nothing in the run file asks the daemon for it",
                            "apply the patch, or use one of the ways without, " + DOCUMENT));
        }
        List<String> values = new ArrayList<>(values(run));
        Matcher rule = RULE.matcher(rules);
        boolean forAll = !values.isEmpty();
        while (rule.find()) {
            List<String> its = values(rule.group(3));
            values.addAll(its);
            boolean isLocal =
                    rule.group(1).startsWith("127.") || rule.group(3).contains("RELAYCLIENT=");
            forAll |= !its.isEmpty() && rule.group(1).isEmpty();
            if (isLocal
                    && its.stream().anyMatch(one -> !one.isEmpty())
                    && !rule.group(3).contains("RELAYCLIENT=")) {
                findings.add(
                        new Finding(
                                "the rule '" + rule.group() + "' has your own hosts greylisted",
                                "write GREYIP=\"\" in it, " + DOCUMENT));
            }
        }
        if (values.stream().allMatch(String::isEmpty)) {
            findings.add(
                    new Finding(
                            VARIABLE
                                    + " is set neither in the run file nor in tcpserver's rules, so"
                                    + " the daemon is not asked",
                            "set it, :allow,GREYIP=\":1999\" for example, and run tcprules, "
                                    + DOCUMENT));
        } else if (!forAll) {
            findings.add(
                    new Finding(
                            VARIABLE
                                    + " is set for some clients only: the rule for all others,"
                                    + " ':allow', has none",
                            "set it in the last rule, and run tcprules, " + DOCUMENT));
        }
        for (String value : values) {
            place(value, daemon, findings);
        }
        return findings.stream().distinct().toList();
    }

    /// The run file of a service, and what the files say that it makes its environment of.
    ///
    /// @param service its folder
    static String run(Path service, Machine machine) {
        String run = machine.read(service.resolve("run")).orElse("");
        Matcher folder = FOLDER.matcher(COMMENT.matcher(run).replaceAll(""));
        StringBuilder said = new StringBuilder(run);
        while (folder.find()) {
            String name = folder.group(1) != null ? folder.group(1) : folder.group(2);
            machine.read(service.resolve(name + "/" + VARIABLE).toString())
                    .map(value -> value.split("\\R", 2)[0].strip())
                    .ifPresent(value ->
                            said.append('\n').append(VARIABLE + "=\"").append(value).append('"'));
        }
        return said.toString();
    }

    private static List<String> values(String text) {
        List<String> values = new ArrayList<>();
        Matcher set = SET.matcher(text);
        while (set.find()) {
            values.add(
                    set.group(1) != null
                            ? set.group(1)
                            : set.group(2) != null ? set.group(2) : set.group(3));
        }
        return values;
    }

    /// `:`, `127.0.0.1:`, `:1999` and `127.0.0.1:1999`, with `@` in place of the colon too.
    private static void place(String value, Daemon daemon, List<Finding> findings) {
        if (value.isEmpty() || value.contains("$") || value.contains("%")) {
            return;
        }
        String text = value.replace('@', ':');
        int colon = text.endsWith("]") ? text.length() : text.lastIndexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        String port = colon < 0 || colon >= text.length() ? "" : text.substring(colon + 1);
        Optional<Place> place =
                Place.of(
                        (host.isEmpty() ? "127.0.0.1" : host)
                                + ":"
                                + (port.isEmpty() ? PORT : port),
                        "/");
        if (place.isEmpty()) {
            findings.add(
                    new Finding(
                            VARIABLE + "=" + value + " is no place",
                            "write 127.0.0.1:1999 or :1999, " + DOCUMENT));
        } else if (daemon.isHeard() && !Daemon.takes(daemon.udp(), place.get())) {
            findings.add(
                    new Finding(
                            VARIABLE
                                    + "="
                                    + value
                                    + " asks "
                                    + place.get()
                                    + ", where no greydaemon listens",
                            "it listens at " + Daemon.first(daemon.udp(), "no place")));
        }
    }
}
