package org.greydaemon.replay;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Postfix' mail log. What greylisting has deferred stands in one line:
///
/// ```
/// postfix/smtpd[1]: NOQUEUE: reject: RCPT from mx.example.org[192.0.2.1]: 450 4.7.1 <b@example.net>: Recipient
///     address rejected: Greylisted; from=<a@example.org> to=<b@example.net> proto=ESMTP helo=<mx.example.org>
/// ```
///
/// What was accepted, in several: `QUEUEID: client=NAME[ADDRESS]`, `from=<...>`, and `to=<...>` for
/// each recipient, with `orig_to=<...>` if it was rewritten. Names of hosts are confirmed;
/// `unknown` says that there is none. Deferrals for other reasons than greylisting's are no
/// attempts here: no greylister was asked, or it did not decide. What else smtpd says of a command,
/// `warn`, `info`, `filter`, `permit` and `reject_warning`, tells nothing of what becomes of it;
/// what is held, discarded or redirected was accepted, see {@link PostfixActions}.
final class PostfixLines implements LineReader {
    /// No queue file's name is as long.
    private static final int ID_MAX = 20;

    private static final String CLIENT = "client=";

    /// At which a greylister is asked, and a recipient is known. Before them there is none.
    private static final List<String> STAGES =
            List.of("RCPT from ", "DATA from ", "BDAT from ", "END-OF-MESSAGE from ");

    private final ReadLines counted;
    private final HostLists hosts = new HostLists();
    private final PostfixArrivals arrivals;

    PostfixLines(ReadLines counted) {
        this.counted = counted;
        arrivals = new PostfixArrivals(counted, hosts);
    }

    @Override
    public long since() {
        return arrivals.since();
    }

    @Override
    public String line(long time, String line, int from, Consumer<Recorded> found) {
        int process = line.indexOf("]: ", from);
        if (process < 0) {
            return "";
        }
        int text = process + 3;
        int colon = line.indexOf(": ", text);
        String why = "";
        if (colon > text && colon - text < ID_MAX) {
            why = line(time, line, from, process, text, colon, found);
        } else if (PostfixSessions.areAt(line, text)) {
            arrivals.session(process(line, from, process), line, text, found);
        }
        arrivals.closeOld(time, found);
        return why;
    }

    /// Host, program and number, which name a process: what carries the line may have put another
    /// time before them, and words of its own.
    private static String process(String line, int from, int to) {
        int program = line.lastIndexOf(' ', to - 1) + 1;
        int host = line.lastIndexOf(' ', program - 2) + 1;
        boolean isTime =
                (line.startsWith(":", host + 2) && line.startsWith(":", host + 5))
                        || (line.startsWith("T", host + 10) && line.startsWith(":", host + 13));
        return line.substring(Math.max(from, isTime ? program : host), to);
    }

    /// @param process where the number of the process ends
    /// @param text where the text begins, with the name of a queue file or what has happened
    /// @param colon behind that
    private String line(
            long time,
            String line,
            int from,
            int process,
            int text,
            int colon,
            Consumer<Recorded> found) {
        int at = colon + 2;
        if (line.startsWith("proxy-", text)) {
            return arrivals.answered(process(line, from, process), line, text, found);
        }
        if (line.startsWith(CLIENT, at)) {
            return arrivals.begins(
                    time,
                    process(line, from, process),
                    line.substring(text, colon),
                    line.substring(at + CLIENT.length()),
                    found);
        }
        if (line.startsWith("reject: ", at) || line.startsWith("milter-reject: ", at)) {
            if (line.lastIndexOf("/postscreen[", process) >= from) {
                counted.countRefused(); // It asks no greylister.
                return "";
            }
            int stage = line.indexOf(": ", at) + 2;
            arrivals.refused(
                    process(line, from, process),
                    line.substring(text, colon),
                    line,
                    stage,
                    line.startsWith(STAGES.getFirst(), stage));
            return rejection(time, line, stage, found);
        }
        if (PostfixActions.areAt(line, at)) {
            arrivals.acts(process(line, from, process), line.substring(text, colon), line, at);
            return "";
        }
        arrivals.tells(line, line.substring(text, colon), at, found);
        return "";
    }

    /// @param at where the stage begins
    private String rejection(long time, String line, int at, Consumer<Recorded> found) {
        Optional<String> stage =
                STAGES.stream().filter(one -> line.startsWith(one, at)).findFirst();
        if (stage.isEmpty()) {
            return "";
        }
        int host = at + stage.get().length();
        int end = line.indexOf(']', host);
        int code = end < 0 ? -1 : line.indexOf(": ", end);
        Optional<PostfixClient> client =
                code < 0 ? Optional.empty() : PostfixClient.of(line.substring(host, code));
        Optional<PostfixReply> reply =
                code < 0 ? Optional.empty() : PostfixReply.of(line, code + 2);
        if (client.isEmpty() || reply.isEmpty()) {
            // Behind RCPT no recipient is named where there are several.
            return line.startsWith(STAGES.getFirst(), at)
                    ? "a rejection without a client, from=<> or to=<>; is the line cut off?"
                    : "";
        }
        if (client.get().isThisHost()) {
            counted.countLocal();
        } else if (!reply.get().isGreylisting()) {
            counted.countRefused();
        } else {
            found.accept(
                    client.get()
                            .authenticated(reply.get().authenticated())
                            .recorded(
                                    time,
                                    reply.get().helo(),
                                    reply.get().sender(),
                                    reply.get().recipient(),
                                    false,
                                    hosts));
        }
        return "";
    }

    @Override
    public void end(Consumer<Recorded> found) {
        arrivals.end(found);
    }
}
