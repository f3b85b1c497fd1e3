package org.greydaemon.replay;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The messages that a Postfix has taken, until its log has told their recipients. Confined to one
/// thread.
///
/// Before a filter that is asked while the client waits (`smtpd_proxy_filter`) there is no queue
/// file. The smtpd that the client speaks to says `NOQUEUE: client=`, and in the end what the
/// filter has answered; a queue file comes from the filter, over loopback, meanwhile. Whose that is
/// `orig_client=` tells, if the filter passes it on, or `queued as` in the answer:
///
/// ```
/// postfix/smtpd[1]: NOQUEUE: client=mx.example.org[192.0.2.1]
/// postfix/smtpd[2]: 4F2: client=localhost[127.0.0.1], orig_client=mx.example.org[192.0.2.1]
/// postfix/smtpd[1]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as 4F2; from=<a@example.org> to=<b@example.net>
///     proto=ESMTP helo=<mx.example.org>
/// ```
final class PostfixArrivals {
    /// The most messages that filters are asked about, or that have no queue file yet.
    private static final int OPEN_MAX = 20_000;

    private static final String NO_FILE = "NOQUEUE";
    private static final String ACCEPTED = "proxy-accept: ";
    private static final String END = ": END-OF-MESSAGE: ";
    private static final Pattern QUEUED = Pattern.compile("queued as (\\w+)");
    private static final String ORIGINAL_CLIENT = ", orig_client=";

    private final ReadLines counted;
    private final OpenArrivals<PostfixArrival> open = new OpenArrivals<>();
    private final Map<String, Proxied> proxied = new LinkedHashMap<>();
    private final Map<String, PostfixActions> early = new LinkedHashMap<>();
    private final PostfixSessions sessions = new PostfixSessions();
    private final PostfixCopies copies = new PostfixCopies();
    private final HostLists hosts;
    private boolean tellsMessages;

    PostfixArrivals(ReadLines counted, HostLists hosts) {
        this.counted = counted;
        this.hosts = hosts;
    }

    /// A message that a filter is asked about.
    private static final class Proxied {
        private final long time;
        private final PostfixClient client;
        private boolean hasFile;

        Proxied(long time, PostfixClient client) {
            this.time = time;
            this.client = client;
        }

        void became(PostfixArrival arrival) {
            arrival.cameFrom(client, time);
            hasFile = true;
        }
    }

    /// Somebody's message begins.
    ///
    /// @param process of the smtpd
    /// @param id of the queue file
    /// @param text behind `client=`
    /// @return what is wrong with the line; empty if nothing is
    String begins(long time, String process, String id, String text, Consumer<Recorded> found) {
        Optional<PostfixClient> client = PostfixClient.of(text);
        if (client.isEmpty()) {
            return "a client without an address; is the line cut off?";
        }
        PostfixActions actions = early.remove(process);
        if (id.equals(NO_FILE)) {
            proxied.remove(process);
            proxied.put(process, new Proxied(time, client.get()));
            dropOldest(proxied);
            return "";
        }
        int original = text.indexOf(ORIGINAL_CLIENT);
        PostfixArrival arrival = new PostfixArrival(time, process, id, client.get(), original > 0);
        if (actions != null && actions.areOf(client.get())) {
            arrival.actions(actions);
        }
        if (arrival.isThisHosts() && original > 0 && !text.contains(", orig_queue_id=")) {
            PostfixClient.of(text.substring(original + ORIGINAL_CLIENT.length()))
                    .flatMap(this::proxied)
                    .ifPresent(message -> message.became(arrival));
        }
        PostfixArrival sameName = open.remove(id);
        if (sameName != null) {
            close(sameName, found);
        }
        open.put(id, arrival);
        sessions.takes(arrival)
                .ifPresent(before -> {
                    if (isGivenUp(before)) {
                        drop(before);
                    }
                    closeIfOver(before, found);
                });
        return "";
    }

    private Optional<Proxied> proxied(PostfixClient original) {
        return proxied.values().stream()
                .filter(one -> one.client.address().equals(original.address()))
                .reduce((_, last) -> last);
    }

    /// A filter has answered.
    ///
    /// @param line which tells what
    /// @param at where that begins
    /// @return what is wrong with the line; empty if nothing is
    String answered(String process, String line, int at, Consumer<Recorded> found) {
        Proxied message = proxied.remove(process);
        if (message == null) {
            return ""; // It began before the log, or in another one.
        }
        if (message.client.isThisHost()) {
            counted.countLocal();
            return "";
        }
        int stage = line.indexOf(END, at);
        Optional<PostfixReply> reply =
                stage < 0 ? Optional.empty() : PostfixReply.of(line, stage + END.length());
        if (reply.isEmpty()) {
            return "a filter's answer without from=<> or to=<>; is the line cut off?";
        }
        boolean accepted = line.startsWith(ACCEPTED, at);
        if (accepted && hasFile(message, reply.get())) {
            return ""; // Which tells the other recipients too.
        }
        if (!accepted && !reply.get().isGreylistingBySaying()) {
            counted.countRefused();
            return "";
        }
        found.accept(
                message.client.recorded(
                        message.time,
                        reply.get().helo(),
                        reply.get().sender(),
                        reply.get().recipient(),
                        accepted,
                        hosts));
        return "";
    }

    private boolean hasFile(Proxied message, PostfixReply reply) {
        Matcher queued = QUEUED.matcher(reply.text());
        PostfixArrival file = queued.find() ? open.get(queued.group(1)) : null;
        if (file != null && file.isThisHosts()) {
            message.became(file);
        }
        return message.hasFile;
    }

    /// A line about an action, see {@link PostfixActions}.
    ///
    /// @param process of the smtpd; before the first recipient is accepted there is no queue file,
    ///   and what is said is of the next one
    void acts(String process, String id, String line, int at) {
        if (id.equals(NO_FILE)) {
            early.computeIfAbsent(process, _ -> new PostfixActions()).add(line, at);
            dropOldest(early);
            return;
        }
        PostfixArrival arrival = open.get(id);
        if (arrival != null) {
            arrival.actions().add(line, at);
        }
    }

    /// A recipient was refused, or all of a message.
    ///
    /// @param line which tells whom, from `at` on
    void refused(String process, String id, String line, int at, boolean isOne) {
        PostfixArrival arrival = open.get(id);
        PostfixActions actions = arrival == null ? early.get(process) : arrival.actions();
        if (isOne && actions != null) {
            PostfixReply.of(line, at).map(PostfixReply::recipient).ifPresent(actions::refuse);
        } else if (arrival != null && PostfixSessions.isOfCommand(line, at)) {
            arrival.isRefused(); // Unless its client says DATA once more.
        } else if (arrival != null) {
            drop(arrival);
        }
    }

    private static void dropOldest(Map<String, ?> some) {
        if (some.size() > OPEN_MAX) {
            some.remove(some.keySet().iterator().next());
        }
    }

    /// A line about a message that was accepted: who has sent it, or to whom it goes.
    void tells(String line, String id, int at, Consumer<Recorded> found) {
        tellsMessages |= line.startsWith("message-id=", at);
        PostfixArrival arrival = open.get(id);
        if (arrival == null) {
            return;
        }
        if (line.startsWith("from=<", at)) {
            arrival.sentBy(PostfixReply.bracketed(line, at + "from=<".length()));
        } else if (line.startsWith("to=<", at)) {
            int original = line.indexOf(" orig_to=<", at);
            arrival.sentTo(
                    original < 0
                            ? PostfixReply.bracketed(line, at + "to=<".length())
                            : PostfixReply.bracketed(line, original + " orig_to=<".length()));
        } else if (line.startsWith("message-id=", at) || line.startsWith("resent-", at)) {
            arrival.hasMessage();
        } else if (line.startsWith("removed", at) && !arrival.isThisHosts()) {
            arrival.leavesQueue(); // This host's may become a client's in a moment.
            closeIfOver(arrival, found);
        }
    }

    /// A session begins or ends.
    ///
    /// @param at where the line tells so
    void session(String process, String line, int at, Consumer<Recorded> found) {
        boolean isBroken = PostfixSessions.isBroken(line, at);
        sessions.last(process)
                .filter(last ->
                        PostfixSessions.isMessageBroken(line, at)
                                ? last.hasNoSender()
                                : isGivenUp(last))
                .ifPresent(this::drop);
        if (!isBroken) {
            sessions.ends(process, line, at).ifPresent(arrival -> closeIfOver(arrival, found));
        }
    }

    /// Whether its client went on or away before there was a message, as who only asks whether an
    /// address exists does, or it was refused: nothing more is told of it. Where no message was
    /// ever told of, somebody has left those lines out.
    private boolean isGivenUp(PostfixArrival arrival) {
        return tellsMessages && arrival.isGivenUp();
    }

    private void drop(PostfixArrival arrival) {
        if (open.get(arrival.id()) == arrival) {
            open.remove(arrival.id());
        }
    }

    /// Until its session ends nobody knows how many recipients its client has named.
    private void closeIfOver(PostfixArrival arrival, Consumer<Recorded> found) {
        if (arrival.isOver() && !sessions.mayTell(arrival) && open.get(arrival.id()) == arrival) {
            open.remove(arrival.id());
            close(arrival, found);
        }
    }

    /// Closes those whose lines have been waited for long enough.
    void closeOld(long time, Consumer<Recorded> found) {
        for (PostfixArrival arrival : open.over(time)) {
            close(arrival, found);
        }
    }

    /// Since when the oldest waits that a log is slow to tell of, see {@link LineReader#since}.
    long since() {
        return open.since();
    }

    private void close(PostfixArrival arrival, Consumer<Recorded> found) {
        if (arrival.isThisHosts()) {
            counted.countLocal();
            return;
        }
        Optional<String> sender = arrival.sender();
        if (!arrival.isTold() && !arrival.isOver() && !isGivenUp(arrival)) {
            counted.countUntold();
        }
        if (sender.isEmpty()) {
            return;
        }
        // Each RCPT is a question of its own, and was rejected in a line of its own.
        Collection<String> recipients = arrival.recipients();
        recipients.removeAll(copies.among(recipients, arrival.named()));
        for (String recipient : recipients) {
            found.accept(
                    arrival.client()
                            .recorded(arrival.time(), "", sender.get(), recipient, true, hosts));
        }
    }

    /// There are no more lines.
    void end(Consumer<Recorded> found) {
        open.all().forEach(arrival -> close(arrival, found));
    }
}
