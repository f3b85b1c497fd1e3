package org.greydaemon.doctor;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What has a qmail take mail: its qmail-smtpd, the `run` file of the service and the rules of
/// tcpserver. Immutable.
///
/// @param smtpd the program
/// @param run the file that starts it, and whatever that says by files of its environment
/// @param rules in the form of tcprules; empty if there are none
/// @param unread what of this nobody could read; empty if all was
record QmailService(String smtpd, String run, String rules, Optional<String> unread) {
    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*#.*$");

    /// Where services lie, and what they are called: Dave Sill's and qmailtoaster's, and others.
    private static final List<String> FOLDERS =
            List.of("/service", "/etc/service", "/var/service", "/run/service");

    private static final List<String> NAMES = List.of("qmail-smtpd", "smtp", "smtpd");

    /// envdir of daemontools, s6's, and chpst of runit.
    private static final Pattern ENVIRONMENT =
            Pattern.compile(
                    "\\benvdir\\s+(?:-\\S*\\s+)*([^-\\s]\\S*)|\\bchpst\\b[^\\n|;]*?\\s-e\\s*(\\S+)");

    /// The rules as tcprules has made them; the text is beside by custom.
    private static final Pattern RULES =
            Pattern.compile("\\s-x\\s*[\"']?([^\\s\"']+?)(?:\\.cdb)?[\"']?\\s");

    /// What a shell sets to a value that it need not make out.
    private static final Pattern SET =
            Pattern.compile(
                    "(?m)(?:^|;)[ \\t]*(?:export[ \\t]+)?([A-Za-z_]\\w*)="
                            + "(\"[^\"$`]*\"|'[^']*'|[^\\s;\"'$`]+)(?=[\\s;]|$)");

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_]\\w*)}?");

    /// Reads it.
    ///
    /// @param folder of qmail
    /// @return empty if there is no qmail-smtpd that this user may read
    static Optional<QmailService> of(Path folder, Machine machine) {
        return machine.read(folder.resolve("bin/qmail-smtpd"))
                .map(smtpd -> of(smtpd, folder, machine));
    }

    private static QmailService of(String smtpd, Path folder, Machine machine) {
        Optional<String> run = run(folder, machine);
        Matcher named = RULES.matcher(expanded(run.orElse("")) + "\n");
        Optional<Path> file =
                named.find() && !named.group(1).contains("$")
                        ? Optional.of(folder.resolve(named.group(1)))
                        : Optional.empty();
        Optional<String> rules =
                file.flatMap(machine::read)
                        .or(() -> machine.read(folder.resolve("control/tcp.smtp")))
                        .or(() -> machine.read(Path.of("/etc/tcp.smtp")))
                        .or(() -> machine.read(Path.of("/etc/tcprules.d/tcp.smtp")));
        if (run.isEmpty()) {
            return new QmailService(
                    smtpd,
                    "",
                    rules.orElse(""),
                    Optional.of("no run file of its service was found"));
        }
        boolean hasRules = RULES.matcher(run.get() + "\n").find();
        return new QmailService(
                smtpd,
                run.get(),
                rules.orElse(""),
                rules.isEmpty() && hasRules
                        ? Optional.of(
                                "tcpserver's rules"
                                        + file.map(path -> " in " + path).orElse("")
                                        + " could not be read")
                        : Optional.empty());
    }

    /// The run file without comments, with the values that it has given its own variables.
    String expandedRun() {
        return COMMENT.matcher(expanded(run)).replaceAll("");
    }

    /// With the values that it has given its own variables, as those of qmailtoaster do.
    private static String expanded(String run) {
        Map<String, String> values = new HashMap<>();
        Matcher set = SET.matcher(COMMENT.matcher(run).replaceAll(""));
        while (set.find()) {
            values.put(set.group(1), set.group(2).replaceAll("[\"']", ""));
        }
        return VARIABLE.matcher(run)
                .replaceAll(found ->
                        Matcher.quoteReplacement(
                                values.getOrDefault(found.group(1), found.group())));
    }

    private static Optional<String> run(Path folder, Machine machine) {
        for (String services : with(folder + "/supervise", FOLDERS)) {
            for (String name : NAMES) {
                Path service = Path.of(services, name);
                Optional<String> run = machine.read(service.resolve("run"));
                if (run.isPresent()) {
                    return run.map(text -> text + environment(service, text, machine));
                }
            }
        }
        return Optional.empty();
    }

    private static List<String> with(String first, List<String> others) {
        return Stream.concat(Stream.of(first), others.stream()).toList();
    }

    /// What the files say that it makes its environment of, as a shell would set it.
    private static String environment(Path service, String run, Machine machine) {
        Matcher folder = ENVIRONMENT.matcher(COMMENT.matcher(run).replaceAll(""));
        StringBuilder said = new StringBuilder();
        while (folder.find()) {
            String name = folder.group(1) != null ? folder.group(1) : folder.group(2);
            for (String variable : QmailFindings.VARIABLES) {
                machine.read(service.resolve(name + "/" + variable).toString())
                        .map(value -> value.split("\\R", 2)[0].strip())
                        .ifPresent(
                                value -> said.append('\n').append(variable + "=\"" + value + '"'));
            }
        }
        return said.toString();
    }
}
