package org.greydaemon.replay;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;

/// A message that a Postfix has accepted, as far as its log has told. Of this host's own it becomes
/// a client's when that is known. Confined to one thread.
final class PostfixArrival implements OpenArrivals.Arrival {
    /// How much earlier than the queue file its client's message may have begun, in seconds: a
    /// filter may take longer, but attempts have to come in the order of their time.
    private static final int FILTER_SECONDS = 30;

    private final String process;
    private final String id;
    private final Collection<String> recipients = new LinkedHashSet<>();
    private long time;
    private PostfixClient client;
    private Optional<String> sender = Optional.empty();
    private PostfixActions actions = new PostfixActions();
    private int named = PostfixCopies.UNKNOWN;
    private boolean isOurs;
    private boolean hasMessage;
    private boolean isOver;

    /// @param process of the smtpd
    /// @param id of the queue file
    /// @param isForwarded whether its client has told whose it is (XFORWARD): a filter of ours
    PostfixArrival(
            long time, String process, String id, PostfixClient client, boolean isForwarded) {
        this.time = time;
        this.process = process;
        this.id = id;
        this.client = client;
        isOurs = isForwarded || client.isThisHost();
    }

    String process() {
        return process;
    }

    String id() {
        return id;
    }

    @Override
    public long time() {
        return time;
    }

    PostfixClient client() {
        return client;
    }

    boolean isThisHosts() {
        return isOurs;
    }

    /// It is another client's, whose message began then.
    void cameFrom(PostfixClient original, long began) {
        client = original;
        isOurs = original.isThisHost();
        time = Math.max(began, time - FILTER_SECONDS);
    }

    void sentBy(String its) {
        sender = Optional.of(its);
    }

    void sentTo(String recipient) {
        recipients.add(recipient);
    }

    @Override
    public boolean isTold() {
        return isOurs || (sender().isPresent() && !recipients().isEmpty());
    }

    /// Whether there is no message, or none any more.
    boolean isGivenUp() {
        return !hasMessage && hasNoSender();
    }

    /// Whether nobody has queued it yet.
    boolean hasNoSender() {
        return sender.isEmpty();
    }

    /// DATA was refused.
    void isRefused() {
        actions = new PostfixActions();
        hasMessage = false;
    }

    /// There is a message, not only its envelope.
    void hasMessage() {
        hasMessage = true;
    }

    /// It is in the queue no more.
    void leavesQueue() {
        isOver = true;
    }

    /// Whether it has left the queue.
    boolean isOver() {
        return isOver;
    }

    /// How many recipients its client has named.
    void named(int count) {
        named = count;
    }

    int named() {
        return named;
    }

    PostfixActions actions() {
        return actions;
    }

    void actions(PostfixActions its) {
        actions = its;
    }

    /// Who has sent it: nobody has if its client went away before it had a message.
    Optional<String> sender() {
        return sender.isPresent() || !hasMessage ? sender : actions.sender();
    }

    /// Whom it is for, so far; who was not delivered to by then is not known.
    Collection<String> recipients() {
        Collection<String> all = new LinkedHashSet<>(recipients);
        all.removeAll(actions.copies());
        if (sender().equals(actions.sender())) { // Else of one before, in the same session.
            all.addAll(actions.recipients());
        }
        return all;
    }
}
