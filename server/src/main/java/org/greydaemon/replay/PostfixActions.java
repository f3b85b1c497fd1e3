package org.greydaemon.replay;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/// What the actions of tables and milters have made of a message (access(5), header_checks(5)):
///
/// ```
/// NOQUEUE: hold: RCPT from mx.example.org[192.0.2.1]: <b@example.net>: Recipient address triggers HOLD action;
///     from=<a@example.org> to=<b@example.net> proto=ESMTP helo=<mx.example.org>
/// 4F2: milter-discard: END-OF-MESSAGE from mx.example.org[192.0.2.1]: milter triggers DISCARD action; from=<...
/// ```
///
/// Its client is told that it was taken, and comes no more, but the queue manager tells nothing of
/// what is held or discarded, and of what is redirected only one recipient. Confined to one thread.
final class PostfixActions {
    private static final List<String> TAKING =
            List.of(
                    "hold: ",
                    "discard: ",
                    "redirect: ",
                    "milter-hold: ",
                    "milter-discard: ",
                    "milter-header-hold: ",
                    "milter-header-discard: ",
                    "milter-body-hold: ",
                    "milter-body-discard: ");

    private static final String COPYING = "bcc: ";
    private static final String COPY = " triggers BCC ";

    private Optional<String> client = Optional.empty();
    private Optional<String> sender = Optional.empty();
    private final Collection<String> recipients = new LinkedHashSet<>();
    private final Collection<String> copies = new HashSet<>();

    /// Whether a line is about one of them.
    ///
    /// @param at where the action would stand
    static boolean areAt(String line, int at) {
        return line.startsWith(COPYING, at)
                || TAKING.stream().anyMatch(action -> line.startsWith(action, at));
    }

    /// Takes what such a line says.
    void add(String line, int at) {
        int from = line.indexOf(" from ", at);
        if (client.isEmpty() && from > 0) {
            client =
                    PostfixClient.of(line.substring(from + " from ".length()))
                            .map(PostfixClient::address);
        }
        Optional<PostfixReply> about = PostfixReply.of(line, at);
        if (about.isEmpty()) {
            return; // Of several recipients, or of none yet: one that is said at RCPT is told.
        }
        if (line.startsWith(COPYING, at)) {
            String text = about.get().text();
            int copy = text.lastIndexOf(COPY);
            if (copy >= 0) {
                copies.add(text.substring(copy + COPY.length()));
            }
            return;
        }
        sender = Optional.of(about.get().sender());
        recipients.add(about.get().recipient());
    }

    /// Whether they are of a message of this client: smtpd goes from one to the next.
    boolean areOf(PostfixClient its) {
        return client.equals(Optional.of(its.address()));
    }

    /// The recipient was refused behind the action.
    void refuse(String recipient) {
        recipients.remove(recipient);
    }

    /// Whose message was taken by an action; empty if none was.
    Optional<String> sender() {
        return sender;
    }

    /// The recipients who are known by actions.
    Collection<String> recipients() {
        return recipients;
    }

    /// Those that an action has added, whom the client knows nothing of.
    Collection<String> copies() {
        return copies;
    }
}
