package org.greydaemon.wire.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Source;
import org.greydaemon.gate.Deferral;
import org.greydaemon.gate.Gate;
import org.greydaemon.gate.Replies;
import org.greydaemon.json.Json;
import org.greydaemon.log.FaultLog;
import org.greydaemon.mail.DelayHeader;
import org.greydaemon.mail.HostName;
import org.greydaemon.mail.ReplyText;
import org.greydaemon.server.SteadyClock;

import java.util.List;

/// Asks the gate what mail servers ask over HTTP, and puts its decisions into JSON. Safe for use by
/// several threads.
///
/// What several recipients together mean is what the rule set says, as in every protocol: with the
/// original's rules one that is deferred defers the message, with the modern ones one that passes
/// passes it.
public final class CheckHandler {
    private final Gate gate;
    private final SteadyClock clock;
    private final Replies replies;
    private final DelayHeader header;
    private final FaultLog faults;

    /// @param replies what deferred clients are to be told
    /// @param header the header of a message that was held up
    /// @param faults hears what makes no sense
    public CheckHandler(
            Gate gate, SteadyClock clock, Replies replies, DelayHeader header, FaultLog faults) {
        this.gate = gate;
        this.clock = clock;
        this.replies = replies;
        this.header = header;
        this.faults = faults;
    }

    /// Answers a request.
    ///
    /// @param source who asks
    Answer answer(byte[] body, Source source) {
        return switch (CheckRequest.read(body)) {
            case CheckRequest.Understood.Invalid(String why) -> {
                malformed(source, why);
                yield Answer.error(Answer.BAD_REQUEST, why);
            }
            case CheckRequest.Understood.Valid(CheckRequest request) -> judge(request, source);
        };
    }

    /// Counted and, at most at a certain rate, logged.
    private void malformed(Source source, String why) {
        Attempt attempt = new Attempt(0, 1);
        attempt.start(source);
        attempt.fault(Attempt.Fault.NO_CLIENT);
        gate.judge(attempt, clock.getAsLong(), new Decision(1));
        byte[] peer = new byte[Source.PEER_MAX];
        int length = source.writePeer(peer, 0);
        faults.refused("http " + new String(peer, 0, length, US_ASCII), why);
    }

    private Answer judge(CheckRequest request, Source source) {
        List<byte[]> recipients =
                request.recipients().stream().map(text -> text.getBytes(UTF_8)).toList();
        int octets = recipients.stream().mapToInt(recipient -> recipient.length).sum();
        Attempt attempt = new Attempt(octets, recipients.size());
        attempt.start(source);
        byte[] client = request.client().getBytes(UTF_8);
        attempt.writtenClient(client, 0, client.length);
        attempt.evidence().helo(HostName.lower(request.helo()));
        request.host().ifPresent(name -> attempt.evidence().hosts(HostName.confirmed(name)));
        request.tls().ifPresent(attempt.evidence()::tls);
        byte[] sender = request.sender().getBytes(UTF_8);
        attempt.sender(sender, 0, sender.length);
        for (byte[] recipient : recipients) {
            attempt.recipient(recipient, 0, recipient.length);
        }
        if (request.authenticated()) {
            attempt.evidence().authenticated();
        }
        Decision decision = new Decision(recipients.size());
        long now = clock.getAsLong();
        gate.decide(attempt, now, decision);
        return Answer.json(Answer.OK, text(request, attempt, decision, now));
    }

    private String text(CheckRequest request, Attempt attempt, Decision decision, long now) {
        Reason reason = decision.reason();
        StringBuilder text = new StringBuilder("{");
        action(decision.accepts(), reason, text);
        if (!decision.accepts()) {
            deferral(Deferral.of(decision, now), request, text);
        } else if (reason == Reason.PASSED && decision.waitedSeconds() > 0) {
            String value = header.value(decision.waitedSeconds(), now + clock.wallOffsetSeconds());
            text.append(",\"header\":");
            Json.quote(DelayHeader.NAME + ": " + value, text);
        }
        if (request.isList()) {
            results(request, attempt, decision, text);
        }
        return text.append('}').toString();
    }

    private static void action(boolean accepts, Reason reason, StringBuilder text) {
        text.append("\"action\":\"").append(accepts ? "accept" : "defer");
        text.append("\",\"reason\":\"").append(reason.word()).append('"');
    }

    /// The text has no codes in it: rspamd puts them before it.
    private void deferral(Deferral deferral, CheckRequest request, StringBuilder text) {
        ReplyText current = replies.reply(deferral);
        String said =
                replies.text(
                        deferral,
                        request.client(),
                        request.recipients().getFirst(),
                        request.smtputf8());
        text.append(",\"retry_after\":").append(deferral.seconds());
        text.append(",\"smtp\":{\"code\":").append(current.code());
        text.append(",\"enhanced\":\"").append(current.enhanced()).append("\",\"text\":");
        Json.quote(said, text);
        text.append('}');
    }

    /// A message that passes does so for all; of one that is deferred, a mail server may let
    /// through the recipients that are due, and those that a line only observes.
    private static void results(
            CheckRequest request, Attempt attempt, Decision decision, StringBuilder text) {
        String separator = ",\"recipients\":[";
        for (int i = 0; i < request.recipients().size(); i++) {
            boolean judged = i < decision.recipients();
            Reason reason = judged ? decision.recipientReason(i) : decision.reason();
            text.append(separator).append("{\"recipient\":");
            Json.quote(request.recipients().get(i), text);
            text.append(',');
            boolean accepts =
                    decision.accepts()
                            || reason.accepts()
                            || (judged && attempt.cause(i).observes());
            action(accepts, reason, text);
            text.append('}');
            separator = ",";
        }
        text.append(']');
    }
}
