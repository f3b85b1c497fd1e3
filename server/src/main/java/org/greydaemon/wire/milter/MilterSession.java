package org.greydaemon.wire.milter;

import static org.greydaemon.wire.milter.MilterReplies.accept;
import static org.greydaemon.wire.milter.MilterReplies.goOn;
import static org.greydaemon.wire.milter.MilterReplies.none;

import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Evidence;
import org.greydaemon.decision.Key;
import org.greydaemon.mail.HostName;
import org.greydaemon.mail.SmtpPath;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One connection of a mail server, from the negotiation to the end: what it has told about the
/// client and the message so far. Confined to one thread.
///
/// ```
///           O           C            M            R R R       T        E
/// unknown ────▶ agreed ───▶ client ────▶ message ───────▶ content ───────▶ client
///                 ▲  ◀──K──                 └────────── A ──────────────────▶
/// ```
///
/// Each recipient is judged when it comes, as an attempt of its own, and the SMTP client hears the
/// answer at once. But the null sender's recipients are judged together when they are complete:
/// mail servers that only ask whether a recipient exists use the null sender too, go no further
/// than RCPT, and would take a deferral there for an answer (RFC 6647 4.2).
final class MilterSession {
    /// The most recipients of the null sender that wait for DATA; more are judged at once. RFC 5321
    /// 4.5.3.1.8 has servers take 100, bounces have one.
    static final int WAITING_MAX = 100;

    /// The most commands that are answered in one turn: who does not wait for the answers should
    /// not keep others waiting.
    static final int TURN_MAX = 16;

    /// How often the octets of a frame are there while it is heard.
    private static final int COPIES = 3;

    private final Judge judge;
    private final CommandDecoder decoder = new CommandDecoder();
    private Negotiation agreed = Negotiation.NONE;
    private Optional<SmtpClient> client = Optional.empty();
    private String resolved = ""; // What is said of the name of the client that comes next.
    private boolean authenticated;
    private Evidence.Tls tls = Evidence.Tls.UNKNOWN;
    private Optional<Message> message = Optional.empty();
    private String fault = "";
    private boolean over;
    private boolean asked;
    private Optional<Command> late = Optional.empty();
    private boolean hasMore;

    /// The client as the mail server tells it.
    ///
    /// @param address its address as text; empty if it has none
    /// @param hosts the confirmed names of its host; empty if nobody knows whether there are any
    /// @param helo what it calls itself; empty before it has
    record SmtpClient(String address, Optional<List<String>> hosts, String helo) {
        private static final SmtpClient UNKNOWN = new SmtpClient("", Optional.empty(), "");

        private SmtpClient called(String name) {
            return new SmtpClient(address, hosts, name);
        }
    }

    /// A message of which the sender is known.
    private static final class Message {
        final String sender;
        final List<String> waiting = new ArrayList<>();
        final boolean smtputf8;
        String refusal = "";
        long waitedSeconds;

        Message(String sender, boolean smtputf8) {
            this.sender = sender;
            this.smtputf8 = smtputf8;
        }
    }

    /// @param judge decides
    MilterSession(Judge judge) {
        this.judge = judge;
    }

    /// Whether the connection has come to its end, good or bad.
    boolean isOver() {
        return over;
    }

    /// What was wrong; empty if nothing was.
    String fault() {
        return fault;
    }

    /// The octets that are kept for this session.
    long octets() {
        return decoder.room() + waiting();
    }

    /// The octets that are kept while more octets are heard: those of a frame are copied into a
    /// command and an attempt.
    long octetsToHear(int more) {
        return COPIES * (decoder.roomFor(more) + waiting() + Key.ADDRESS_MAX);
    }

    private long waiting() {
        return message.map(known -> (long) known.waiting.size() * Key.ADDRESS_MAX).orElse(0L);
    }

    /// Whether the last octets that were heard held a command that a negotiation allows, or the
    /// negotiation: Sendmail has one with each of its milters before it tells the first of a
    /// client.
    boolean hasAsked() {
        return asked;
    }

    /// Hears octets as they arrive; before the next ones {@link #answers} is to be called until
    /// there are no {@link #hasMore}.
    void hear(byte[] octets, int length) {
        asked = false;
        decoder.add(octets, length);
    }

    /// Answers what is complete by now, as much as one turn may have.
    ///
    /// @param mayWait whether something may be found out first; if not, and it must, {@link
    ///   #isLate} says so and the next call goes on there
    /// @return the answers, in order, each to be sent in one piece
    List<byte[]> answers(boolean mayWait) {
        judge.mayWait(mayWait);
        List<byte[]> answers = new ArrayList<>();
        Optional<Command> command = late.isPresent() ? late : decoder.next();
        late = Optional.empty();
        hasMore = false;
        for (int taken = 1; command.isPresent(); taken++) {
            Optional<byte[]> answer = answer(command.get());
            asked |= !agreed.equals(Negotiation.NONE);
            if (answer.isEmpty()) {
                late = command;
                break;
            }
            if (answer.get().length > 0) {
                answers.add(answer.get());
            }
            hasMore = taken == TURN_MAX && !over;
            command = over || hasMore ? Optional.empty() : decoder.next();
        }
        return answers;
    }

    /// Whether a command is not answered yet because something has to be found out first.
    boolean isLate() {
        return late.isPresent();
    }

    /// Whether there may be commands that are left for the next turn.
    boolean hasMore() {
        return hasMore;
    }

    /// @return empty if something has to be found out first
    private Optional<byte[]> answer(Command command) {
        return switch (command) {
            case Command.Malformed malformed -> Optional.of(wrong(malformed.why()));
            case Command.Quit _ -> Optional.of(quit());
            case Command.Negotiate offer -> Optional.of(negotiate(offer));
            case Command _ when agreed.equals(Negotiation.NONE) ->
                    Optional.of(wrong("no negotiation"));
            case Command.Macros macros -> Optional.of(macros(macros));
            case Command.Connect connect -> Optional.of(connect(connect));
            case Command.Helo helo -> Optional.of(helo(helo));
            case Command.Mail mail -> Optional.of(mail(mail));
            case Command.Recipient recipient -> recipient(recipient);
            case Command.Data _ -> data();
            case Command.EndOfMessage _ -> endOfMessage();
            case Command.Passing passing -> Optional.of(goOnUnless(passing.noReply()));
            case Command.Abort _ -> Optional.of(abort());
            case Command.NextClient _ -> Optional.of(nextClient());
        };
    }

    private byte[] negotiate(Command.Negotiate offer) {
        if (offer.version() < Negotiation.VERSION_MIN) {
            return wrong("a mail server that offers version " + offer.version());
        }
        agreed = Negotiation.of(offer);
        return agreed.reply();
    }

    private byte[] macros(Command.Macros macros) {
        if (macros.stage() == 'C') {
            resolved = macros.values().getOrDefault(Negotiation.CLIENT_RESOLVE, "");
        } else if (macros.stage() == 'M') {
            authenticated =
                    !macros.values().getOrDefault(Negotiation.AUTHENTICATED_AS, "").isEmpty();
            if (agreed.hasMacros() || macros.values().containsKey(Negotiation.TLS_VERSION)) {
                tls =
                        macros.values().getOrDefault(Negotiation.TLS_VERSION, "").isEmpty()
                                ? Evidence.Tls.NO
                                : Evidence.Tls.YES;
            }
        }
        return none();
    }

    private byte[] connect(Command.Connect connect) {
        Optional<List<String>> hosts = hosts(connect.host(), resolved);
        nextClient();
        client = Optional.of(new SmtpClient(connect.address(), hosts, ""));
        return goOnUnless(Negotiation.NR_CONNECT);
    }

    /// `FAIL` is no name, `FORGED` one that does not lead back to the client. With `TEMP` nobody
    /// answered, which makes nobody suspect; who does not say how it went has found none.
    private static Optional<List<String>> hosts(String name, String resolved) {
        return switch (resolved) {
            case "FAIL", "FORGED" -> Optional.of(List.of());
            case "TEMP" -> Optional.empty();
            default -> Optional.of(HostName.confirmed(name));
        };
    }

    /// Postfix sends an empty one before the client has said anything.
    private byte[] helo(Command.Helo helo) {
        client = client.map(known -> known.called(HostName.lower(helo.name())));
        return goOnUnless(Negotiation.NR_HELO);
    }

    private byte[] mail(Command.Mail mail) {
        if (client.isEmpty()) {
            return wrong("MAIL before a client");
        }
        message = Optional.of(new Message(address(mail.path()), mail.smtputf8()));
        return goOnUnless(Negotiation.NR_MAIL);
    }

    private Optional<byte[]> recipient(Command.Recipient recipient) {
        if (message.isEmpty()) {
            return Optional.of(wrong("RCPT before MAIL"));
        }
        Message current = message.get();
        String address = address(recipient.path());
        if (current.sender.isEmpty() && !passesAnyway() && current.waiting.size() < WAITING_MAX) {
            current.waiting.add(address);
            return Optional.of(goOn());
        }
        return judge(current, List.of(address))
                .map(decision -> {
                    if (!judge.accepts(decision)) {
                        return MilterReplies.reply(reply(decision, current, address));
                    }
                    return passesWhole(decision) && !isHeaderDue(current) ? accept() : goOn();
                });
    }

    private Optional<byte[]> data() {
        if (message.isEmpty()) {
            return Optional.of(wrong("DATA before MAIL"));
        }
        Message current = message.get();
        return judgeWaiting(current)
                ? Optional.of(
                        refusal(current).orElseGet(() -> isHeaderDue(current) ? goOn() : accept()))
                : Optional.empty();
    }

    private Optional<byte[]> endOfMessage() {
        if (message.isEmpty()) {
            return Optional.of(wrong("the end of a message before MAIL"));
        }
        Message ended = message.get();
        // Before version 3 there was no DATA.
        if (!judgeWaiting(ended)) {
            return Optional.empty();
        }
        message = Optional.empty();
        return Optional.of(
                refusal(ended)
                        .orElseGet(() ->
                                isHeaderDue(ended)
                                        ? MilterReplies.addHeader(judge.header(ended.waitedSeconds))
                                        : goOn()));
    }

    /// Whoever is deferred and says DATA again, with other recipients or without, is no mail server
    /// that comes back: it hears the same.
    ///
    /// @return false if something has to be found out first
    private boolean judgeWaiting(Message current) {
        if (current.refusal.isEmpty() && !current.waiting.isEmpty()) {
            Optional<Decision> decision = judge(current, current.waiting);
            if (decision.isEmpty()) {
                return false;
            }
            current.refusal =
                    judge.accepts(decision.get())
                            ? ""
                            : reply(decision.get(), current, current.waiting.getFirst());
        }
        current.waiting.clear();
        return true;
    }

    private static Optional<byte[]> refusal(Message current) {
        return current.refusal.isEmpty()
                ? Optional.empty()
                : Optional.of(MilterReplies.reply(current.refusal));
    }

    private String reply(Decision decision, Message current, String recipient) {
        String address = client.orElse(SmtpClient.UNKNOWN).address();
        return judge.reply(decision, address, recipient, current.smtputf8);
    }

    /// @return empty if something has to be found out first
    private Optional<Decision> judge(Message current, List<String> recipients) {
        Optional<Decision> decision =
                judge.judge(
                        client.orElse(SmtpClient.UNKNOWN),
                        authenticated,
                        tls,
                        current.sender,
                        recipients);
        decision.ifPresent(known ->
                current.waitedSeconds = Math.max(current.waitedSeconds, known.waitedSeconds()));
        return decision;
    }

    /// Greylisting is not for authenticated clients (RFC 6647 5, item 7), nor for those without an
    /// address: programs on the mail server's own host. Their bounces need not wait for DATA.
    private boolean passesAnyway() {
        return authenticated || client.orElse(SmtpClient.UNKNOWN).address().isEmpty();
    }

    /// Whether all further recipients of the message would get the same answer: not if something
    /// was said of this one.
    private static boolean passesWhole(Decision decision) {
        return switch (decision.reason()) {
            case KNOWN, EXEMPT, AUTHENTICATED, UNIDENTIFIED -> decision.recipients() == 0;
            case NEW, EARLY, LATE, PASSED, BOUNCE, MALFORMED -> false;
        };
    }

    private boolean isHeaderDue(Message current) {
        return current.waitedSeconds > 0 && agreed.mayAddHeaders();
    }

    private byte[] goOnUnless(int noReply) {
        return agreed.hasStep(noReply) ? none() : goOn();
    }

    private byte[] abort() {
        message = Optional.empty();
        return none();
    }

    private byte[] nextClient() {
        client = Optional.empty();
        resolved = "";
        authenticated = false;
        tls = Evidence.Tls.UNKNOWN;
        return abort();
    }

    private byte[] quit() {
        over = true;
        return none();
    }

    private byte[] wrong(String why) {
        fault = why;
        return quit();
    }

    /// No longer than what is compared: an address from the network must not take more memory.
    private static String address(String path) {
        String address = SmtpPath.wholeAddress(path);
        return address.substring(0, Math.min(address.length(), Key.ADDRESS_MAX));
    }
}
