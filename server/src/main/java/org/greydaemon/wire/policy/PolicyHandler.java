package org.greydaemon.wire.policy;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Source;
import org.greydaemon.gate.Deferral;
import org.greydaemon.gate.Gate;
import org.greydaemon.gate.QuestionRound;
import org.greydaemon.gate.Replies;
import org.greydaemon.log.FaultLog;
import org.greydaemon.mail.DelayHeader;
import org.greydaemon.mail.HostName;
import org.greydaemon.mail.Octets;
import org.greydaemon.metrics.Counter;
import org.greydaemon.net.ClientNetwork;
import org.greydaemon.server.Connection;
import org.greydaemon.server.Conversation;
import org.greydaemon.server.Conversations;
import org.greydaemon.server.SteadyClock;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Answers Postfix's policy requests. Safe for use by several threads.
///
/// | state | sender | what happens |
/// |---|---|---|
/// | RCPT | an address | the recipient is judged |
/// | RCPT | null | the recipient is remembered: probes of address verification end here and pass |
/// | DATA, END-OF-MESSAGE | null | the message is judged once, for all recipients that are remembered |
/// | DATA, END-OF-MESSAGE | an address | DUNNO: it was judged at RCPT, or permitted before us |
/// | others | any | DUNNO |
///
/// At DATA and later, Postfix tells no recipient when there are several. What was never asked about
/// at RCPT was permitted before the call, and passes. But a bounce that may have been forgotten is
/// judged: for its recipient if Postfix tells it, else for {@link #NOT_KNOWN}, so that it is
/// deferred. Of its retry the recipients are known, which are new then, so the next one passes.
public final class PolicyHandler {
    /// How long Postfix may be silent between requests, in seconds: longer than it keeps a
    /// connection (`smtpd_policy_service_max_ttl`, 1000 s), because each one that is closed under
    /// it costs a mail one second.
    private static final long IDLE_SECONDS = 1200;

    /// How long Postfix may be silent within a request, and take for an answer, in seconds.
    private static final long REQUEST_SECONDS = 60;

    /// The most requests that are answered in one turn: who does not wait for the answers should
    /// not keep others waiting.
    static final int TURN_MAX = 16;

    private static final String RCPT = "RCPT";
    private static final String DATA = "DATA";
    private static final String END = "END-OF-MESSAGE";

    /// Stands for recipients that are not known; no mail server takes mail for it.
    private static final byte[] NOT_KNOWN = {'?'};

    private static final List<Attribute> NEEDED =
            List.of(Attribute.CLIENT_ADDRESS, Attribute.SENDER);

    private final Gate gate;
    private final SteadyClock clock;
    private final ActionText texts;
    private final FaultLog faults;
    private final Messages messages = new Messages();
    private final Bounces bounces;

    // Whether Postfix asks at RCPT at all, and not only at DATA.
    private volatile boolean asksAtRcpt;

    /// @param replies what deferred clients are told; Postfix puts its own code before it
    /// @param faults hears of requests that make no sense, and of bounds
    /// @param forgotten counts bounces that made room for others
    public PolicyHandler(
            Gate gate,
            SteadyClock clock,
            Replies replies,
            DelayHeader header,
            FaultLog faults,
            Counter forgotten) {
        this.gate = gate;
        this.clock = clock;
        this.faults = faults;
        texts = new ActionText(replies, header, clock::wallOffsetSeconds);
        bounces = new Bounces(forgotten, wall(clock.getAsLong()));
    }

    private long wall(long now) {
        return now + clock.wallOffsetSeconds();
    }

    /// Speaks the protocol in one of the threads that share all of this.
    public Conversations inLoop() {
        PolicyLoop loop = new PolicyLoop(new QuestionRound(gate, Source.Protocol.POLICY));
        return Conversations.of(connection -> new Session(connection, loop), loop.round()::commit);
    }

    /// One connection.
    private final class Session implements Conversation {
        private final Connection connection;
        private final PolicyLoop loop;
        private RequestReader.SoFar unanswered = RequestReader.SoFar.MORE;
        private boolean waits; // Whether this is the thread of a late answer.

        // Lent by the loop until what was read is answered, as is what an answer needs; but a late
        // answer is given in another thread and has what it needs for itself.
        private RequestReader request;
        private PolicyLoop.Workplace room;

        Session(Connection connection, PolicyLoop loop) {
            this.connection = connection;
            this.loop = loop;
            request = loop.nobodys();
            room = loop.room();
            connection.within(IDLE_SECONDS);
        }

        @Override
        public boolean receive() throws IOException {
            request = request == loop.nobodys() ? loop.lend() : request;
            if (!connection.hold(request.octetsToRead())) {
                return false;
            }
            byte[] octets = request.octets();
            int at = request.length();
            int count = connection.read(octets, at, octets.length - at);
            if (count == -1) {
                return false;
            }
            request.received(count);
            return true;
        }

        @Override
        public Next answer(boolean mayWait) throws IOException {
            waits = mayWait;
            room = mayWait ? new PolicyLoop.Workplace() : loop.room();
            room.asks(connection.peer());
            connection.within(REQUEST_SECONDS);
            Next next = Next.MORE;
            for (int i = 0; next == Next.MORE && isAsked(); i++) {
                next = i < TURN_MAX ? answer() : Next.NEXT_TURN;
            }
            room = loop.room();
            if (next == Next.MORE && !request.isWithinRequest()) {
                giveBackRequest();
            }
            return next;
        }

        private void giveBackRequest() {
            RequestReader its = request;
            request = loop.nobodys();
            if (!waits && its != request) { // Else this is not the loop, or nothing was heard.
                loop.takeBack(its);
            }
        }

        private boolean isAsked() {
            if (unanswered == RequestReader.SoFar.MORE) {
                unanswered = request.read();
            }
            return unanswered != RequestReader.SoFar.MORE;
        }

        @Override
        public void sent() {
            boolean isWithin = request.isWithinRequest();
            connection.within(isWithin ? REQUEST_SECONDS : IDLE_SECONDS);
        }

        /// Postfix logs a warning when a connection is closed without an answer, tries once more
        /// and then follows its `default_action`.
        private Next malformed(String why) {
            room.attempt.start(room.source);
            room.attempt.fault(Attempt.Fault.NO_CLIENT);
            gate.judge(room.attempt, clock.getAsLong(), room.decision);
            faults.closed("policy " + connection.peer(), why);
            return Next.END;
        }

        private Next answer() throws IOException {
            if (unanswered == RequestReader.SoFar.MALFORMED) {
                return malformed(request.why());
            }
            for (Attribute needed : NEEDED) {
                if (!request.has(needed)) {
                    return malformed("a request without " + needed.sent());
                }
            }
            connection.asked();
            Optional<PolicyAnswer> verdict = verdict();
            if (verdict.isEmpty()) {
                return Next.LATE_ANSWER;
            }
            byte[] text = texts.octets(verdict.get(), request, room.words);
            connection.write(text, 0, text.length);
            request.next();
            unanswered = RequestReader.SoFar.MORE;
            return Next.MORE;
        }

        /// @return empty if something has to be found out first
        private Optional<PolicyAnswer> verdict() {
            boolean rcpt = request.is(Attribute.PROTOCOL_STATE, RCPT);
            boolean end = request.is(Attribute.PROTOCOL_STATE, END);
            long now = clock.getAsLong();
            if (!rcpt && !end && !request.is(Attribute.PROTOCOL_STATE, DATA)) {
                return Optional.of(PolicyAnswer.pass(now));
            }
            if (!request.isSet(Attribute.INSTANCE)) {
                return judgeAlone(now);
            }
            Instance message = room.digests.message(request);
            Messages.RequestDigest asked = room.digests.request(request);
            Optional<PolicyAnswer> repeated = messages.repeated(message, asked, now);
            if (repeated.isPresent()) {
                return repeated;
            }
            Optional<PolicyAnswer> answer = rcpt ? atRcpt(message, now) : atData(message, end, now);
            answer.ifPresent(known -> messages.answered(message, asked, known));
            return answer;
        }

        /// Another asker than Postfix: nothing ties its requests together.
        private Optional<PolicyAnswer> judgeAlone(long now) {
            if (!request.isSet(Attribute.RECIPIENT)) {
                return Optional.of(PolicyAnswer.pass(now));
            }
            return judge(List.of(recipient()), false, now)
                    ? Optional.of(room.decision.accepts() ? PolicyAnswer.pass(now) : deferred(now))
                    : Optional.empty();
        }

        private Optional<PolicyAnswer> atRcpt(Instance message, long now) {
            asksAtRcpt = true;
            if (!request.isSet(Attribute.SENDER)) {
                remember(message, now);
                return Optional.of(PolicyAnswer.pass(now));
            }
            return judge(List.of(recipient()), false, now)
                    ? Optional.of(judged(message, true, now))
                    : Optional.empty();
        }

        private byte[] recipient() {
            return SentAddress.octets(request, Attribute.RECIPIENT);
        }

        private void remember(Instance message, long now) {
            byte[] recipient = recipient();
            byte[] compared = new byte[recipient.length];
            int length =
                    Octets.copyAddress(
                            recipient, 0, recipient.length, compared, 0, compared.length);
            fill(room.attempt, List.of(), false);
            boolean madeRoom =
                    bounces.recipient(
                            message,
                            network(),
                            began(now),
                            new String(compared, 0, length, StandardCharsets.ISO_8859_1),
                            now);
            if (madeRoom) {
                faults.bound("more bounces are open than are kept; the oldest are forgotten");
            }
        }

        /// The client's network: the upper half of an IPv6 address, the lower one of an IPv4
        /// address, whose other halves are 0. All that are not identified share one.
        private long network() {
            long high = room.attempt.addressHigh();
            long low = room.attempt.addressLow();
            return room.attempt.isAddress()
                    ? ClientNetwork.high(high, low) | ClientNetwork.low(high, low)
                    : 0;
        }

        /// When the message began, by the wall clock; if nobody tells, the earliest time possible.
        private long began(long now) {
            long began = Instance.began(request.text(Attribute.INSTANCE));
            return began == Instance.UNKNOWN ? wall(now) - Bounces.KEPT_SECONDS : began;
        }

        private Optional<PolicyAnswer> atData(Instance message, boolean end, long now) {
            if (request.isSet(Attribute.SENDER)) {
                return Optional.of(PolicyAnswer.pass(now));
            }
            Optional<Bounces.Known> known = bounces.find(message, now);
            if (known.isEmpty()) {
                boolean mayBeForgotten = bounces.mayBeForgotten(began(now));
                boolean isTold = request.isSet(Attribute.RECIPIENT);
                if (!mayBeForgotten && (asksAtRcpt || !isTold)) {
                    return Optional.of(PolicyAnswer.pass(now));
                }
                if (isTold) {
                    remember(message, now);
                    known = bounces.find(message, now);
                }
            }
            Optional<PolicyAnswer> verdict = known.flatMap(Bounces.Known::verdict);
            return verdict.isPresent()
                    ? Optional.of(again(verdict.get(), now))
                    : judgeBounce(message, known, end, now);
        }

        /// The same verdict, said again later: a header is added once, and the wait goes on.
        private PolicyAnswer again(PolicyAnswer verdict, long now) {
            return verdict.kind() == PolicyAnswer.Action.DEFER
                    ? PolicyAnswer.defer(verdict.deferral().orElseThrow().again(now))
                    : PolicyAnswer.pass(now);
        }

        private Optional<PolicyAnswer> judgeBounce(
                Instance message, Optional<Bounces.Known> known, boolean end, long now) {
            List<byte[]> recipients =
                    known.map(Bounces.Known::recipients).orElse(List.of()).stream()
                            .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
                            .toList();
            long count = request.number(Attribute.RECIPIENT_COUNT);
            boolean cut = known.isEmpty() || known.get().cut() || count > known.get().asked();
            if (count == 1 && request.isSet(Attribute.RECIPIENT)) {
                recipients = List.of(recipient());
                cut = false;
            } else if (recipients.isEmpty()) {
                recipients = List.of(NOT_KNOWN);
            }
            if (!judge(recipients, cut, now)) {
                return Optional.empty();
            }
            // Postfix cannot add a header any more when the message has ended (access(5)).
            PolicyAnswer answer = judged(message, !end, now);
            bounces.judged(message, answer);
            return Optional.of(answer);
        }

        private PolicyAnswer judged(Instance message, boolean mayMark, long now) {
            if (!room.decision.accepts()) {
                return deferred(now);
            }
            long waited = room.decision.waitedSeconds();
            boolean delayed = room.decision.reason() == Reason.PASSED && waited > 0;
            return delayed && mayMark && messages.mark(message)
                    ? PolicyAnswer.mark(waited, now)
                    : PolicyAnswer.pass(now);
        }

        private PolicyAnswer deferred(long now) {
            return PolicyAnswer.defer(Deferral.of(room.decision, now));
        }

        /// @return false if something has to be found out first
        private boolean judge(List<byte[]> recipients, boolean cut, long now) {
            Attempt filled =
                    recipients.size() == 1
                            ? room.attempt
                            : new Attempt(Bounces.RECIPIENTS_OCTETS, recipients.size());
            fill(filled, recipients, cut);
            if (waits) {
                gate.decide(filled, now, room.decision);
                return true;
            }
            return loop.round().judge(filled, now, room.decision);
        }

        private void fill(Attempt filled, List<byte[]> recipients, boolean cut) {
            filled.start(room.source);
            if (cut) {
                filled.cut();
            }
            request.give(Attribute.CLIENT_ADDRESS, filled::writtenClient);
            filled.evidence().helo(HostName.lower(request.text(Attribute.HELO_NAME)));
            if (request.has(Attribute.CLIENT_NAME)) {
                filled.evidence().hosts(HostName.confirmed(request.text(Attribute.CLIENT_NAME)));
            }
            if (request.has(Attribute.ENCRYPTION_PROTOCOL)) {
                filled.evidence().tls(request.isSet(Attribute.ENCRYPTION_PROTOCOL));
            }
            SentAddress.give(request, Attribute.SENDER, filled::sender);
            for (byte[] recipient : recipients) {
                filled.recipient(recipient, 0, recipient.length);
            }
            if (request.isSet(Attribute.SASL_USERNAME) || request.isSet(Attribute.CCERT_SUBJECT)) {
                filled.evidence().authenticated();
            }
        }
    }
}
