package org.greydaemon.wire.policy;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Source;
import org.greydaemon.gate.Gate;
import org.greydaemon.mail.DelayHeader;
import org.greydaemon.mail.HostName;
import org.greydaemon.mail.ReplyText;
import org.greydaemon.server.Connection;
import org.greydaemon.server.ConnectionHandler;
import org.greydaemon.server.SteadyClock;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/// Answers Postfix's policy requests. Safe for use by several threads.
///
/// | state | sender | what happens |
/// |---|---|---|
/// | RCPT | an address | the recipient is judged |
/// | RCPT | null | the recipient is remembered: probes of address verification end here and pass |
/// | DATA, END-OF-MESSAGE | any | a message that was not judged before is, for all its recipients |
/// | others | any | DUNNO |
///
/// Known limit: at DATA and later, Postfix tells no recipient when there are several. A message
/// that was not seen at RCPT then passes unjudged.
public final class PolicyHandler implements ConnectionHandler {
    /// How long Postfix may be silent between requests, in seconds: longer than it keeps a
    /// connection (`smtpd_policy_service_max_ttl`, 1000 s), because each one that is closed under
    /// it costs a mail one second.
    private static final long IDLE_SECONDS = 1200;

    /// How long a request may take to arrive, and an answer to be taken.
    private static final long REQUEST_SECONDS = 60;

    private static final String PASS = "DUNNO";
    private static final String RCPT = "RCPT";
    private static final String DATA = "DATA";
    private static final String END = "END-OF-MESSAGE";

    private final Gate gate;
    private final SteadyClock clock;
    private final Supplier<ReplyText> reply;
    private final DelayHeader header;
    private final Messages messages = new Messages();

    /// @param reply what deferred clients are told; Postfix puts its own code before it
    public PolicyHandler(
            Gate gate, SteadyClock clock, Supplier<ReplyText> reply, DelayHeader header) {
        this.gate = gate;
        this.clock = clock;
        this.reply = reply;
        this.header = header;
    }

    @Override
    public void serve(Connection connection) throws IOException {
        new Conversation(connection).run();
    }

    /// One connection. Confined to its thread.
    private final class Conversation {
        private final Connection connection;
        private final RequestReader request = new RequestReader();
        private final Attempt attempt = new Attempt(Key.ADDRESS_MAX, 1);
        private final Decision decision = new Decision(Messages.RECIPIENTS_MAX);
        private final Source source = new Source(Source.Protocol.POLICY);

        Conversation(Connection connection) {
            this.connection = connection;
            if (connection.isUnix()) {
                source.asksLocally();
            } else {
                source.asks(
                        connection.address().high(), connection.address().low(), connection.port());
            }
        }

        void run() throws IOException {
            boolean going = true;
            while (going) {
                going =
                        switch (request.read()) {
                            case MORE -> receive();
                            case REQUEST -> answer();
                            case MALFORMED -> malformed(Attempt.Fault.NO_CLIENT);
                        };
            }
        }

        private boolean receive() throws IOException {
            connection.within(request.isWithinRequest() ? REQUEST_SECONDS : IDLE_SECONDS);
            byte[] octets = request.octets();
            int at = request.length();
            int count = connection.read(octets, at, octets.length - at);
            request.received(Math.max(count, 0));
            return count >= 0;
        }

        /// Postfix logs a warning when a connection is closed without an answer, tries once more
        /// and then follows its `default_action`.
        private boolean malformed(Attempt.Fault fault) {
            attempt.start(source);
            attempt.fault(fault);
            gate.judge(attempt, clock.getAsLong(), decision);
            return false;
        }

        private boolean answer() throws IOException {
            if (!request.isSet(Attribute.CLIENT_ADDRESS) || !request.has(Attribute.SENDER)) {
                return malformed(Attempt.Fault.NO_CLIENT);
            }
            connection.within(REQUEST_SECONDS);
            byte[] text = ("action=" + action() + "\n\n").getBytes(StandardCharsets.ISO_8859_1);
            connection.write(text, 0, text.length);
            request.next();
            return true;
        }

        private String action() {
            String state = request.text(Attribute.PROTOCOL_STATE);
            boolean rcpt = state.equals(RCPT);
            boolean end = state.equals(END);
            if (!rcpt && !end && !state.equals(DATA)) {
                return PASS;
            }
            long now = clock.getAsLong();
            if (!request.isSet(Attribute.INSTANCE)) {
                return judgeAlone(now);
            }
            String message = message();
            String key = state + request.text(Attribute.RECIPIENT);
            String action = messages.repeated(message, key, now);
            if (action.isEmpty()) {
                action = rcpt ? atRcpt(message, now) : atData(message, end, now);
                messages.answered(message, key, action, now);
            }
            return action;
        }

        /// Another asker than Postfix: nothing ties its requests together.
        private String judgeAlone(long now) {
            return request.isSet(Attribute.RECIPIENT)
                    ? judge(List.of(request.text(Attribute.RECIPIENT)), now) ? PASS : deferral()
                    : PASS;
        }

        /// Postfix makes instances unique on one host; the rest keeps those of several hosts apart.
        private String message() {
            return request.text(Attribute.INSTANCE)
                    + ' '
                    + request.text(Attribute.CLIENT_ADDRESS)
                    + ' '
                    + request.text(Attribute.SENDER);
        }

        private String atRcpt(String message, long now) {
            if (!request.isSet(Attribute.SENDER)) {
                messages.recipient(message, request.text(Attribute.RECIPIENT), now);
                return PASS;
            }
            return judge(List.of(request.text(Attribute.RECIPIENT)), message, true, now);
        }

        private String atData(String message, boolean end, long now) {
            if (messages.isJudged(message, now)) {
                return PASS;
            }
            List<String> recipients = messages.recipients(message, now);
            if (recipients.isEmpty() && request.isSet(Attribute.RECIPIENT)) {
                recipients = List.of(request.text(Attribute.RECIPIENT));
            }
            // Postfix cannot add a header any more when the message has ended (access(5)).
            return recipients.isEmpty() ? PASS : judge(recipients, message, !end, now);
        }

        private String judge(List<String> recipients, String message, boolean mayMark, long now) {
            boolean accepted = judge(recipients, now);
            messages.judged(message, now);
            if (!accepted) {
                return deferral();
            }
            boolean delayed = decision.reason() == Reason.PASSED && decision.waitedSeconds() > 0;
            return delayed && mayMark && messages.mark(message, now) ? mark(now) : PASS;
        }

        private String deferral() {
            ReplyText current = reply.get();
            return "DEFER_IF_PERMIT "
                    + current.enhanced()
                    + ' '
                    + current.text(decision.retryInSeconds());
        }

        private String mark(long now) {
            return "PREPEND "
                    + DelayHeader.NAME
                    + ": "
                    + header.value(decision.waitedSeconds(), now + clock.wallOffsetSeconds());
        }

        private boolean judge(List<String> recipients, long now) {
            Attempt filled =
                    recipients.size() == 1
                            ? attempt
                            : new Attempt(recipients.size() * Key.ADDRESS_MAX, recipients.size());
            fill(filled, recipients);
            decision.start();
            if (!filled.isAddress()) {
                return true; // Postfix does not know the client: all such would be one.
            }
            gate.decide(filled, now, decision);
            return decision.reason().accepts();
        }

        private void fill(Attempt filled, List<String> recipients) {
            filled.start(source);
            byte[] client = request.value(Attribute.CLIENT_ADDRESS);
            filled.client(client, 0, client.length);
            filled.helo(HostName.lower(request.text(Attribute.HELO_NAME)));
            if (request.has(Attribute.CLIENT_NAME)) {
                filled.hosts(HostName.confirmed(request.text(Attribute.CLIENT_NAME)));
            }
            byte[] sender = request.value(Attribute.SENDER);
            filled.sender(sender, 0, sender.length);
            for (String recipient : recipients) {
                byte[] text = recipient.getBytes(StandardCharsets.ISO_8859_1);
                filled.recipient(text, 0, text.length);
            }
            if (request.isSet(Attribute.SASL_USERNAME) || request.isSet(Attribute.CCERT_SUBJECT)) {
                filled.authenticated();
            }
        }
    }
}
