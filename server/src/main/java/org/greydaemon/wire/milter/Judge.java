package org.greydaemon.wire.milter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Evidence;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Source;
import org.greydaemon.gate.Deferral;
import org.greydaemon.gate.Gate;
import org.greydaemon.gate.QuestionRound;
import org.greydaemon.mail.ReplyText;
import org.greydaemon.server.SteadyClock;

import java.util.List;
import java.util.Optional;

/// Asks the gate for a session, and puts its decisions into words. Confined to one thread.
///
/// Keeps nothing between attempts, as most connections are idle: what nearly all of them need is
/// their thread's, and stays in the processor's cache there.
final class Judge {
    /// What the log shows of a client without an address, as mail servers do.
    private static final String UNKNOWN = "unknown";

    private final Gate gate;
    private final SteadyClock clock;
    private final MilterHandler.Wording words;
    private final Source source;
    private final Loop loop;
    private boolean mayWait;

    /// What the sessions of a thread share, each while it is its turn.
    ///
    /// @param round the questions that are committed together; those that may wait are none of it
    /// @param attempt an attempt with one recipient
    /// @param decision about it
    record Loop(QuestionRound round, Attempt attempt, Decision decision) {
        Loop(Gate gate) {
            this(
                    new QuestionRound(gate, Source.Protocol.MILTER),
                    new Attempt(Key.ADDRESS_MAX, 1),
                    new Decision(1));
        }
    }

    /// @param source which mail server asks
    Judge(Gate gate, SteadyClock clock, MilterHandler.Wording words, Source source, Loop loop) {
        this.gate = gate;
        this.clock = clock;
        this.words = words;
        this.source = source;
        this.loop = loop;
    }

    /// Whether what has to be found out may be waited for from now on.
    void mayWait(boolean may) {
        mayWait = may;
    }

    /// Judges an attempt and makes sure that it will not be forgotten when the round is committed.
    ///
    /// @param authenticated whether the client has shown who it is
    /// @param tls whether it speaks TLS
    /// @return until the next one is judged; empty if something has to be found out first, and may
    ///   not be waited for
    Optional<Decision> judge(
            MilterSession.SmtpClient client,
            boolean authenticated,
            Evidence.Tls tls,
            String sender,
            List<String> recipients) {
        int count = recipients.size();
        boolean isUsual = count == 1 && !mayWait;
        Attempt attempt = isUsual ? loop.attempt : new Attempt(count * Key.ADDRESS_MAX, count);
        Decision decision = isUsual ? loop.decision : new Decision(count);
        attempt.start(source);
        String address = client.address().isEmpty() ? UNKNOWN : client.address();
        byte[] octets = address.getBytes(ISO_8859_1);
        attempt.writtenClient(octets, 0, octets.length);
        client.hosts().ifPresent(attempt.evidence()::hosts);
        attempt.evidence().helo(client.helo());
        if (tls != Evidence.Tls.UNKNOWN) {
            attempt.evidence().tls(tls == Evidence.Tls.YES);
        }
        if (authenticated) {
            attempt.evidence().authenticated();
        }
        octets = sender.getBytes(ISO_8859_1);
        attempt.sender(octets, 0, octets.length);
        for (String recipient : recipients) {
            octets = recipient.getBytes(ISO_8859_1);
            attempt.recipient(octets, 0, octets.length);
        }
        if (mayWait) {
            gate.decide(attempt, clock.getAsLong(), decision);
            return Optional.of(decision);
        }
        return loop.round.judge(attempt, clock.getAsLong(), decision)
                ? Optional.of(decision)
                : Optional.empty();
    }

    /// Whether the mail server may go on. A request that no rule understands is none of a mail
    /// server's making, so it costs no mail.
    boolean accepts(Decision decision) {
        return decision.accepts() || decision.reason() == Reason.MALFORMED;
    }

    /// The SMTP reply of a deferral, an octet a character.
    ///
    /// @param recipient an octet a character
    /// @param utf8 whether the session may have more than ASCII in it
    String reply(Decision decision, String client, String recipient, boolean utf8) {
        Deferral deferral = Deferral.of(decision, clock.getAsLong());
        String decoded = new String(recipient.getBytes(ISO_8859_1), UTF_8);
        ReplyText reply = words.replies().reply(deferral);
        String text = words.replies().text(deferral, client, decoded, utf8);
        return reply.code()
                + " "
                + reply.enhanced()
                + " "
                + new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    /// The value of the header of a message that was held up.
    String header(long waitedSeconds) {
        return words.header().value(waitedSeconds, clock.wall());
    }
}
