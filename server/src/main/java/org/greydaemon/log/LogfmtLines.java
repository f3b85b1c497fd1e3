package org.greydaemon.log;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Evidence;
import org.greydaemon.decision.Identity;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Suspicion;
import org.greydaemon.mail.Decimal;
import org.greydaemon.mail.EscapedText;

/// One logfmt line per attempt, with Postfix's attribute names:
///
/// ```
/// decision action=defer reason=early proto=udp client_address=192.0.2.7 sender=<a@example.org> recipient=<b@example.net> recipients=1 retry_in=170s
/// decision action=accept reason=passed proto=udp client_address=192.0.2.7 sender=<a@example.org> recipient=<b@example.net> recipients=1 waited=301s
/// decision action=accept reason=exempt proto=udp client_address=192.0.2.7 sender=<a@example.org> recipient=<b@example.net> recipients=1 by=greywhite:12
/// ```
///
/// `recipient` is the first one. `client_name`, the confirmed name of the client's host, follows
/// its address if it is known. `observed=defer` says that it would have been deferred but for
/// `rules.observe` or a line that observes. `cut=yes` says that not all of the attempt is known.
/// Malformed requests get at most {@link OriginalLines#MALFORMED_BURST} lines at once and then one
/// a second.
public final class LogfmtLines implements DecisionLog {
    private static final byte[] ACCEPT = "decision action=accept reason=".getBytes(US_ASCII);
    private static final byte[] DEFER = "decision action=defer reason=".getBytes(US_ASCII);
    private static final byte[] NONE = "decision action=none reason=".getBytes(US_ASCII);
    private static final byte[] PROTOCOL = " proto=".getBytes(US_ASCII);
    private static final byte[] PEER = " peer=".getBytes(US_ASCII);
    private static final byte[] CLIENT = " client_address=".getBytes(US_ASCII);
    private static final byte[] NAME = " client_name=".getBytes(US_ASCII);
    private static final byte[] SENDER = " sender=<".getBytes(US_ASCII);
    private static final byte[] RECIPIENT = "> recipient=<".getBytes(US_ASCII);
    private static final byte[] RECIPIENTS = "> recipients=".getBytes(US_ASCII);
    private static final byte[] CUT = " cut=yes".getBytes(US_ASCII);
    private static final byte[] OBSERVED = " observed=defer".getBytes(US_ASCII);
    private static final byte[] BY = " by=".getBytes(US_ASCII);
    private static final byte[] RETRY_IN = " retry_in=".getBytes(US_ASCII);
    private static final byte[] IDENTITY = " identity=".getBytes(US_ASCII);
    private static final byte[] SUSPECT = " suspect=".getBytes(US_ASCII);
    private static final byte[] WAITED = " waited=".getBytes(US_ASCII);

    private final Lines log;
    private final RateLimit malformed = new RateLimit(OriginalLines.MALFORMED_BURST);
    private final byte[] line =
            new byte
                    [640
                            + EscapedText.EXPANSION_MAX
                                    * (Key.CLIENT_MAX
                                            + Evidence.HOST_NAME_MAX
                                            + 2 * Key.ADDRESS_MAX)];
    private final byte[] hostName = new byte[Evidence.HOST_NAME_MAX];
    private int end;

    /// @param log where the lines go
    public LogfmtLines(Lines log) {
        this.log = log;
    }

    @Override
    public synchronized void decided(Attempt attempt, Decision decision, long now) {
        if (decision.reason() == Reason.MALFORMED && !mayShowMalformed(now)) {
            return;
        }
        end = 0;
        put(decision.reason() == Reason.MALFORMED ? NONE : decision.accepts() ? ACCEPT : DEFER);
        put(decision.reason().word());
        put(PROTOCOL);
        put(attempt.source().protocol().word());
        put(PEER);
        end = attempt.source().writePeer(line, end);
        if (attempt.fault() != Attempt.Fault.NO_CLIENT) {
            envelope(attempt);
        }
        if (attempt.isCut()) {
            put(CUT);
        }
        if (decision.isObserved()) {
            put(OBSERVED);
        }
        if (decision.cause().isLine()) {
            put(BY);
            end = decision.cause().write(line, end);
        }
        if (decision.identity() != Identity.NONE) {
            put(IDENTITY);
            put(decision.identity().word());
        }
        if (decision.suspicion() != Suspicion.NONE) {
            put(SUSPECT);
            put(decision.suspicion().word());
        }
        if (decision.waitedSeconds() > 0) {
            seconds(WAITED, decision.waitedSeconds());
        }
        if (decision.retryInSeconds() > 0) {
            seconds(RETRY_IN, decision.retryInSeconds());
        }
        log.line(line, end);
    }

    private boolean mayShowMalformed(long now) {
        if (!malformed.allows(now)) {
            return false;
        }
        long heldBack = malformed.takeHeldBack();
        if (heldBack > 0) {
            log.line("malformed more=" + heldBack);
        }
        return true;
    }

    private void envelope(Attempt attempt) {
        put(CLIENT);
        field(attempt, 0, attempt.clientTo());
        int name = attempt.evidence().writeHostName(hostName);
        if (name > 0) {
            put(NAME);
            end = EscapedText.writeField(hostName, 0, name, line, end);
        }
        if (attempt.fault() == Attempt.Fault.NO_SENDER) {
            return;
        }
        put(SENDER);
        if (!attempt.isNullSender()) {
            field(attempt, attempt.clientTo(), attempt.senderTo());
        }
        if (attempt.recipients() > 0) {
            put(RECIPIENT);
            field(attempt, attempt.recipientFrom(0), attempt.recipientFrom(1));
        }
        put(RECIPIENTS);
        end = Decimal.write(attempt.recipients(), line, end);
    }

    private void field(Attempt attempt, int from, int to) {
        end = EscapedText.writeField(attempt.text(), from, to, line, end);
    }

    private void seconds(byte[] name, long seconds) {
        put(name);
        end = Decimal.write(seconds, line, end);
        line[end++] = 's';
    }

    private void put(byte[] text) {
        System.arraycopy(text, 0, line, end, text.length);
        end += text.length;
    }

    private void put(String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            line[end++] = (byte) ascii.charAt(i);
        }
    }
}
