package org.greydaemon.config;

import org.greydaemon.mail.ReplyText;
import org.greydaemon.net.Endpoint;
import org.greydaemon.server.StreamAddress;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What no option can tell alone: whether each place is there once, and what needs another. {@link
/// RuleChecks} looks at the times.
final class Checks {
    private final Values values;
    private final Optional<Path> file;
    private final Problems problems;

    /// @param file the configuration file, if there is one; the operator then knows its keys
    Checks(Values values, Optional<Path> file, Problems problems) {
        this.values = values;
        this.file = file;
        this.problems = problems;
    }

    /// @param isWhole whether everything could be read; else what is missing may be what could not,
    ///   and only what is there twice is known to be wrong
    void run(boolean isWhole) {
        ShareChecks share = new ShareChecks(values, problems);
        if (isWhole) {
            new RuleChecks(values, file.isPresent(), problems).run();
            openPage();
            nobodyElse();
            link();
            longReply();
            share.byHalves();
            share.withoutTls();
        }
        share.twice();
        share.files();
        new FileChecks(values, file, problems).run();
        Map<StreamAddress, String> taken = new LinkedHashMap<>();
        take(values.setting(ListenOptions.POLICY), values.get(ListenOptions.POLICY), taken);
        take(values.setting(ListenOptions.MILTER), values.get(ListenOptions.MILTER), taken);
        take(
                values.setting(ListenOptions.HTTP),
                values.get(ListenOptions.HTTP).stream()
                        .<StreamAddress>map(StreamAddress.Tcp::new)
                        .toList(),
                taken);
    }

    /// Refuses a place that is listened at already.
    ///
    /// @param taken who listens where
    private void take(
            Setting<?> setting, List<StreamAddress> places, Map<StreamAddress, String> taken) {
        for (StreamAddress place : places) {
            Optional<Map.Entry<StreamAddress, String>> other =
                    taken.entrySet().stream()
                            .filter(entry -> place.isInTheWayOf(entry.getKey()))
                            .findFirst();
            other.ifPresent(entry ->
                    problems.error(
                            setting.place(),
                            taken(place, entry.getKey())
                                    + " of "
                                    + entry.getValue()
                                    + " already; choose another"));
            taken.putIfAbsent(place, setting.name(file.isPresent()));
        }
    }

    private static String taken(StreamAddress place, StreamAddress other) {
        return place.equals(other)
                ? place + " is a place"
                : place + " is in the way of " + other + ", a place";
    }

    /// A link needs somebody who answers there, and a text with a link needs one.
    private void link() {
        Setting<Optional<String>> link = values.setting(OutputOptions.REPLY_LINK);
        if (link.value().isPresent() && values.get(ListenOptions.HTTP).isEmpty()) {
            problems.error(
                    link.place(),
                    "nobody would answer there; set listen.http too, or take the link out");
        }
        Setting<ReplyText> reply = values.setting(OutputOptions.REPLY);
        if (link.value().isEmpty() && reply.value().hasLink()) {
            problems.error(
                    reply.place(),
                    "%u stands for a link, and there is none; set reply.link, or take %u out");
        }
    }

    /// No line of a reply is longer than what RFC 5321 allows.
    private void longReply() {
        Setting<ReplyText> reply = values.setting(OutputOptions.REPLY);
        int over = reply.value().octetsOver();
        if (over > 0) {
            problems.warning(
                    reply.place(),
                    "a reply can have "
                            + over
                            + " octets more than the 512 of a line (RFC 5321 4.5.3.1.5), and is cut"
                            + " then; write less");
        }
    }

    /// Says that nobody may look at the dashboard without a token all the same.
    private void openPage() {
        if (values.get(ListenOptions.HTTP_OPEN)) {
            whyClosed()
                    .ifPresent(why ->
                            problems.warning(
                                    values.setting(ListenOptions.HTTP_OPEN).place(),
                                    "it has no effect, because " + why));
        }
    }

    private Optional<String> whyClosed() {
        Optional<Endpoint> http = values.get(ListenOptions.HTTP);
        if (http.isEmpty()) {
            return Optional.of("listen.http is empty; set that too, or take it out");
        }
        if (!DaemonSettings.isLoopback(http.get().address())) {
            return Optional.of(
                    "listen.http is "
                            + http.get()
                            + " and not on loopback; take it out, everybody needs a token there");
        }
        return values.get(ListenOptions.HTTP_NAMES).isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "listen.http-names says that there is a proxy, and who comes through one"
                                + " cannot be told from a user of this host; take one of the two"
                                + " out");
    }

    /// Says that nobody answers the other hosts that reach a place: their mail servers then do what
    /// they do without an answer, which for many is to let mail pass.
    private void nobodyElse() {
        if (DaemonSettings.mayOthersAsk(values)) {
            return;
        }
        nobodyElse(ListenOptions.UDP, Stream.of(values.get(ListenOptions.UDP)));
        nobodyElse(ListenOptions.POLICY, endpoints(values.get(ListenOptions.POLICY)));
        nobodyElse(ListenOptions.MILTER, endpoints(values.get(ListenOptions.MILTER)));
        nobodyElse(ListenOptions.HTTP, values.get(ListenOptions.HTTP).stream());
    }

    private void nobodyElse(Option<?> option, Stream<Endpoint> places) {
        places.filter(place -> !DaemonSettings.isLoopback(place.address()))
                .forEach(place ->
                        problems.warning(
                                values.setting(option).place(),
                                place
                                        + ": other hosts reach it, and only this host may ask; name"
                                        + " them in "
                                        + values.setting(ListenOptions.ALLOW).name(file.isPresent())
                                        + ", or listen on loopback"));
    }

    private static Stream<Endpoint> endpoints(List<StreamAddress> places) {
        return places.stream()
                .flatMap(place ->
                        place instanceof StreamAddress.Tcp(Endpoint endpoint)
                                ? Stream.of(endpoint)
                                : Stream.empty());
    }
}
