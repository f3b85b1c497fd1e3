package org.greydaemon.doctor;

import org.greydaemon.doctor.SendmailFilter.Awaited;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What is wrong with how a Sendmail asks the daemon, by its sendmail.cf. Stateless.
final class SendmailFindings {
    private static final String DOCUMENT = "see docs/sendmail.md";
    private static final Pattern USED = Pattern.compile("(?mi)^O\\s+InputMailFilters\\s*=(.*)$");

    /// A listener's own filters, in place of those (key letter I).
    private static final Pattern USED_THERE =
            Pattern.compile("(?mi)^O\\s+DaemonPortOptions\\s*=(?:.*,)?\\s*I\\w*=([^,\\n]*).*$");

    /// Of a listener that wants users to say who they are, or is where they come. `M=A` does not:
    /// it offers no AUTH (cf/README).
    private static final Pattern FOR_USERS =
            Pattern.compile(
                    "(?i:port=(submission|smtps|submissions|587|465)\\b)"
                            + "|[=,]\\s*[Mm]\\w*=[^,]*a");

    /// A line that begins with a blank goes on with the one before.
    private static final Pattern CONTINUED = Pattern.compile("\\R[ \\t]+");

    private static final String TIMES = "write T=C:5s;S:5s;R:5s;E:30s, " + DOCUMENT;

    private SendmailFindings() {}

    /// @param configuration as its file has it
    static List<Finding> of(String configuration, Daemon daemon, Machine machine) {
        return of(configuration, Optional.empty(), daemon, machine);
    }

    /// @param source the sendmail.mc that it was made of, if there is one
    static List<Finding> of(
            String configuration, Optional<String> source, Daemon daemon, Machine machine) {
        if (SendmailSource.isOne(configuration)) {
            return List.of(
                    new Finding(
                            "this is a sendmail.mc, of which the configuration is made, so nothing"
                                    + " is known of that",
                            "name the sendmail.cf with --mail-config"));
        }
        String text = CONTINUED.matcher(configuration).replaceAll(" ");
        List<Finding> findings = new ArrayList<>();
        List<String> active = active(text);
        boolean asked = false;
        boolean said = false;
        Rspamd rspamd = new Rspamd(machine);
        for (SendmailFilter filter : SendmailFilter.all(text)) {
            String name = filter.name();
            Optional<Place> place = filter.place();
            if (place.isEmpty()) {
                continue;
            }
            boolean isActive = active.contains(name);
            boolean isOurs =
                    daemon.isHeard()
                            ? Daemon.takes(daemon.milter(), place.get())
                            : mayBeOurs(name, place.get(), machine);
            if (!isOurs) {
                said |= isActive && elsewhere(name, place.get(), daemon, machine, findings);
                if (isActive && daemon.isHeard()) {
                    rspamd.milter("the filter " + name, name, place.get()).ifPresent(findings::add);
                }
                continue;
            }
            if (!isActive) {
                said = true;
                findings.add(
                        new Finding(
                                "the filter "
                                        + name
                                        + " is defined, and InputMailFilters does not name it",
                                "use INPUT_MAIL_FILTER in sendmail.mc, not MAIL_FILTER, "
                                        + DOCUMENT));
                continue;
            }
            if (asked && daemon.isHeard()) {
                findings.add(
                        new Finding(
                                "Sendmail asks the daemon by several filters, of which "
                                        + name
                                        + " is one",
                                "keep one of them"));
            }
            asked = true;
            asking(filter, findings);
            listeners(text, name, findings);
        }
        if (!asked && !said) {
            Optional<Finding> unmade = source.flatMap(mc -> SendmailSource.unmade(mc, daemon));
            findings.add(
                    unmade.orElse(
                            new Finding(
                                    "Sendmail does not ask the daemon at all",
                                    "add INPUT_MAIL_FILTER(`greydaemon', `S=inet:10030@127.0.0.1,"
                                            + " T=C:5s;S:5s;R:5s;E:30s') to sendmail.mc, "
                                            + DOCUMENT)));
        }
        return List.copyOf(findings);
    }

    /// The filters that some listener uses.
    private static List<String> active(String text) {
        return Stream.concat(USED.matcher(text).results(), USED_THERE.matcher(text).results())
                .flatMap(set -> Stream.of(set.group(1).strip().split("[,;\\s]+", -1)))
                .toList();
    }

    /// A listener that has filters of its own asks no others; one for users needs none.
    private static void listeners(String text, String name, List<Finding> findings) {
        Matcher listener = USED_THERE.matcher(text);
        while (listener.find()) {
            boolean asks = List.of(listener.group(1).strip().split("[;\\s]+", -1)).contains(name);
            if (!asks && !FOR_USERS.matcher(listener.group()).find()) {
                findings.add(
                        new Finding(
                                "the listener '"
                                        + listener.group().replaceFirst(".*?=", "")
                                        + "' has filters of its own, without "
                                        + name
                                        + ", so mail that comes there is not asked about",
                                "add "
                                        + name
                                        + " to its InputMailFilters, with ; between them, "
                                        + DOCUMENT));
            }
        }
    }

    private static void asking(SendmailFilter filter, List<Finding> findings) {
        String name = "the filter " + filter.name();
        if (filter.refuses()) {
            findings.add(
                    new Finding(
                            name
                                    + " has F=R: while the daemon does not answer, all mail"
                                    + " is refused for good",
                            "take F=R out, or write F=T to defer it, " + DOCUMENT));
        }
        connects(filter).ifPresent(what -> findings.add(new Finding(name + what, TIMES)));
        for (Awaited wait : List.of(Awaited.SEND, Awaited.READ, Awaited.END)) {
            waits(filter, wait).ifPresent(what -> findings.add(new Finding(name + what, TIMES)));
        }
    }

    /// A client that is not greeted hangs up; then not even that helps that mail passes without an
    /// answer.
    private static Optional<String> connects(SendmailFilter filter) {
        long seconds = filter.seconds(Awaited.CONNECT) + filter.seconds(Awaited.READ);
        if (seconds < AnswerTime.GREETING) {
            return Optional.empty();
        }
        return Optional.of(
                (filter.says(Awaited.CONNECT)
                                ? " waits " + filter.text(Awaited.CONNECT) + " to connect"
                                : " does not say how long Sendmail waits: five minutes to connect")
                        + ", and a client that hears nothing hangs up after five minutes");
    }

    private static Optional<String> waits(SendmailFilter filter, Awaited wait) {
        long seconds = filter.seconds(wait);
        if (seconds == 0) {
            return Optional.of(
                    " waits for the daemon without an end: " + wait.written() + filter.text(wait));
        }
        if (wait == Awaited.READ && seconds < AnswerTime.LEAST) {
            return Optional.of(
                    " waits "
                            + filter.text(wait)
                            + " for an answer, and "
                            + AnswerTime.TOO_SHORT
                            + ", so that mail "
                            + filter.otherwise());
        }
        return seconds >= (wait == Awaited.END ? AnswerTime.END : AnswerTime.DATA)
                ? Optional.of(
                        " waits "
                                + filter.text(wait)
                                + " for an answer, and a client hangs up before")
                : Optional.empty();
    }

    /// Where the daemon was not heard: how it is asked can be judged all the same.
    private static boolean mayBeOurs(String name, Place place, Machine machine) {
        return (Daemon.looksLikeOne(name) || Daemon.looksLikeOne(place.toString()))
                && machine.listens(place);
    }

    private static boolean elsewhere(
            String name, Place place, Daemon daemon, Machine machine, List<Finding> findings) {
        if (Daemon.takes(daemon.policy(), place)) {
            findings.add(
                    new Finding(
                            "the filter " + name + " asks the daemon's policy port at " + place,
                            "ask " + Daemon.first(daemon.milter(), "the place of --milter")));
            return true;
        }
        if (!machine.listens(place)) {
            boolean isMeant = Daemon.looksLikeOne(name) || Daemon.looksLikeOne(place.toString());
            findings.add(
                    new Finding(
                            "the filter " + name + " asks " + place + ", where nobody listens",
                            isMeant
                                    ? daemon.milterPlace()
                                    : "it is not the daemon that is asked there: start who should"
                                            + " answer, or take the filter out"));
            return isMeant;
        }
        if (!daemon.isHeard()) {
            return true; // Nobody knows whose it is.
        }
        if (OtherGreylisters.isNamed(name) || OtherGreylisters.isNamed(place.toString())) {
            findings.add(
                    new Finding(
                            "the filter " + name + " is another greylister, at " + place,
                            "take it out: each would have the other's mail wait"));
        } else {
            new OtherGreylisters(machine)
                    .milter("the filter " + name + " asks", place)
                    .ifPresent(findings::add);
        }
        return false;
    }
}
