package org.greydaemon.log;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Evidence;
import org.greydaemon.decision.Identity;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Suspicion;
import org.greydaemon.mail.Decimal;
import org.greydaemon.mail.EscapedText;

/// One JSON object per attempt, with the names and in the order of {@link LogfmtLines}:
///
/// ```
/// {"event":"decision","action":"defer","reason":"early","proto":"udp","peer":"127.0.0.1:4242","client_address":"192.0.2.7","sender":"a@example.org","recipient":"b@example.net","recipients":1,"retry_in":170}
/// ```
///
/// Times are in seconds. Octets that could do harm are escaped as in all lines, `\x1b` for example,
/// so that the values are the same in every form of the log. Malformed requests get at most {@link
/// OriginalLines#MALFORMED_BURST} lines at once and then one a second.
public final class JsonLines implements DecisionLog {
    private static final int TEXT_MAX = EscapedText.EXPANSION_MAX * Key.ADDRESS_MAX;

    private final Lines log;
    private final RateLimit malformed = new RateLimit(OriginalLines.MALFORMED_BURST);
    private final byte[] escaped = new byte[TEXT_MAX];
    private final byte[] hostName = new byte[Evidence.HOST_NAME_MAX];
    private final byte[] line = new byte[640 + 2 * (4 * TEXT_MAX)];
    private int end;

    /// @param log where the lines go
    public JsonLines(Lines log) {
        this.log = log;
    }

    @Override
    public synchronized void decided(Attempt attempt, Decision decision, long now) {
        Reason reason = decision.reason();
        if (reason == Reason.MALFORMED && !malformed.allows(now)) {
            return;
        }
        end = 0;
        put("{\"event\":\"decision\",\"action\":\"");
        put(reason == Reason.MALFORMED ? "none" : decision.accepts() ? "accept" : "defer");
        put("\",\"reason\":\"");
        put(reason.word());
        put("\",\"proto\":\"");
        put(attempt.source().protocol().word());
        put("\",\"peer\":\"");
        end = attempt.source().writePeer(line, end);
        put("\"");
        if (attempt.fault() != Attempt.Fault.NO_CLIENT) {
            envelope(attempt);
        }
        if (attempt.isCut()) {
            put(",\"cut\":true");
        }
        if (decision.isObserved()) {
            put(",\"observed\":\"defer\"");
        }
        if (decision.cause().isLine()) {
            put(",\"by\":\"");
            end = decision.cause().write(line, end);
            put("\"");
        }
        if (decision.identity() != Identity.NONE) {
            put(",\"identity\":\"");
            put(decision.identity().word());
            put("\"");
        }
        if (decision.suspicion() != Suspicion.NONE) {
            put(",\"suspect\":\"");
            put(decision.suspicion().word());
            put("\"");
        }
        number(",\"waited\":", decision.waitedSeconds());
        number(",\"retry_in\":", decision.retryInSeconds());
        if (reason == Reason.MALFORMED) {
            number(",\"more\":", malformed.takeHeldBack());
        }
        put("}");
        log.line(line, end);
    }

    private void envelope(Attempt attempt) {
        text(",\"client_address\":\"", attempt, 0, attempt.clientTo());
        int name = attempt.evidence().writeHostName(hostName);
        if (name > 0) {
            text(",\"client_name\":\"", hostName, 0, name);
        }
        if (attempt.fault() == Attempt.Fault.NO_SENDER) {
            return;
        }
        int senderTo = attempt.isNullSender() ? attempt.clientTo() : attempt.senderTo();
        text(",\"sender\":\"", attempt, attempt.clientTo(), senderTo);
        if (attempt.recipients() > 0) {
            int to = attempt.recipientFrom(1);
            text(",\"recipient\":\"", attempt, attempt.recipientFrom(0), to);
        }
        put(",\"recipients\":");
        end = Decimal.write(attempt.recipients(), line, end);
    }

    private void text(String name, Attempt attempt, int from, int to) {
        text(name, attempt.text(), from, to);
    }

    private void text(String name, byte[] octets, int from, int to) {
        put(name);
        int length = EscapedText.writeField(octets, from, to, escaped, 0);
        end = JsonText.write(escaped, length, line, end);
        put("\"");
    }

    private void number(String name, long value) {
        if (value > 0) {
            put(name);
            end = Decimal.write(value, line, end);
        }
    }

    private void put(String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            line[end++] = (byte) ascii.charAt(i);
        }
    }
}
