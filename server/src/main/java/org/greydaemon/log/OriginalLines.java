package org.greydaemon.log;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Source;
import org.greydaemon.mail.Decimal;
import org.greydaemon.mail.EscapedText;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// The original's log lines:
///
/// ```
/// 127.0.0.1:4242 new grey I192.0.2.1 Falice@example.org Tbob@example.net
/// <asker>        <verdict> <the request, each NUL as a blank>
/// ```
///
/// Requests of other protocols are shown as a client of the original would have asked, and the
/// protocol stands before the asker, so that the other fields stay where they are:
///
/// ```
/// policy/127.0.0.1:4242 new grey I192.0.2.1 Falice@example.org Tbob@example.net
/// words/unix retry ok I192.0.2.1 Falice@example.org Tbob@example.net
/// ```
///
/// One line per recipient, each with the whole request; {@link #LINES_MAX} at most, then one that
/// counts the rest. Malformed requests get at most {@link #MALFORMED_BURST} lines at once and then
/// one a second. Unlike the original's, a line holds no control characters, and a request is shown
/// up to {@link #SHOWN_MAX} octets.
public final class OriginalLines implements DecisionLog {
    /// The most lines for one request: RFC 5321 4.5.3.1.8 has servers take 100 recipients.
    public static final int LINES_MAX = 100;

    /// The most lines for malformed requests at once.
    public static final int MALFORMED_BURST = 60;

    /// The most octets of a request in a line: what the original read of it.
    public static final int SHOWN_MAX = 2048;

    private static final byte[] NO_CLIENT = " bad req no I ".getBytes(US_ASCII);
    private static final byte[] NO_REQUEST = " bad req ".getBytes(US_ASCII);
    private static final byte[] NO_SENDER = " bad req no F ".getBytes(US_ASCII);
    private static final byte[] NO_RECIPIENT = " bad req no T ".getBytes(US_ASCII);
    private static final Map<Reason, byte[]> VERDICTS = new EnumMap<>(Reason.class);

    static {
        for (Reason reason : Reason.values()) {
            VERDICTS.put(reason, (" " + verdict(reason) + " ").getBytes(US_ASCII));
        }
    }

    private static String verdict(Reason reason) {
        return switch (reason) {
            case NEW -> "new grey";
            case EARLY -> "retry too soon";
            case LATE -> "stale grey";
            case PASSED -> "retry ok";
            case KNOWN -> "ok ip";
            case EXEMPT -> "white";
            case AUTHENTICATED -> "authenticated";
            case UNIDENTIFIED -> "unidentified";
            case BOUNCE -> "bounce";
            case MALFORMED -> "bad req";
        };
    }

    private final Lines log;
    private final RateLimit malformed = new RateLimit(MALFORMED_BURST);
    private final byte[] peer = new byte[64];
    private final byte[] request =
            new byte
                    [EscapedText.EXPANSION_MAX
                            * (SHOWN_MAX + Key.CLIENT_MAX + 2 * Key.ADDRESS_MAX)];
    private final byte[] line = new byte[128 + request.length];
    private int peerLength;
    private int requestLength;

    /// @param log where the lines go
    public OriginalLines(Lines log) {
        this.log = log;
    }

    @Override
    public synchronized void decided(Attempt attempt, Decision decision, long now) {
        Source source = attempt.source();
        boolean isDatagram = source.protocol() == Source.Protocol.UDP;
        if (isDatagram) {
            peerLength = source.writePeer(peer, 0);
            requestLength = EscapedText.writeLine(source.request(), 0, shown(attempt), request, 0);
        } else {
            peerLength = source.writePeer(peer, writeProtocol(source.protocol().word()));
            requestLength = 0;
            writeRequest(attempt);
        }
        int lines = Math.min(decision.recipients(), LINES_MAX);
        for (int i = 0; i < lines; i++) {
            say(decision.recipientReason(i));
        }
        if (decision.recipients() > lines) {
            sayRest(decision.recipients() - lines);
        }
        // A datagram's own line shows how long it is, and has to be the original's.
        if (attempt.isCut() && !isDatagram) {
            sayAbout(CUT);
        }
        if (decision.isObserved()) {
            sayAbout(OBSERVED);
        }
        switch (decision.reason()) {
            case KNOWN, EXEMPT, AUTHENTICATED, UNIDENTIFIED -> {
                if (decision.recipients() == 0) {
                    say(decision.reason());
                }
            }
            case MALFORMED -> sayMalformed(attempt.fault(), isDatagram, now);
            case NEW, EARLY, LATE, PASSED, BOUNCE -> {} // Said for each recipient.
        }
    }

    /// How many octets of the request are shown; a line feed at the end ends the line anyway.
    private static int shown(Attempt attempt) {
        byte[] octets = attempt.source().request();
        int length = attempt.source().requestLength();
        boolean endsLine = length > 0 && octets[length - 1] == '\n';
        return Math.min(endsLine ? length - 1 : length, SHOWN_MAX);
    }

    private int writeProtocol(String protocol) {
        int end = 0;
        for (int i = 0; i < protocol.length(); i++) {
            peer[end++] = (byte) protocol.charAt(i);
        }
        peer[end++] = '/';
        return end;
    }

    /// What a client of the original would have asked.
    private void writeRequest(Attempt attempt) {
        if (attempt.fault() == Attempt.Fault.NO_CLIENT) {
            return;
        }
        write('I', attempt, 0, attempt.clientTo());
        if (attempt.fault() == Attempt.Fault.NO_SENDER) {
            return;
        }
        request[requestLength++] = ' ';
        int senderTo = attempt.isNullSender() ? attempt.clientTo() : attempt.senderTo();
        write('F', attempt, attempt.clientTo(), senderTo);
        for (int i = 0; i < attempt.recipients() && requestLength < SHOWN_MAX; i++) {
            request[requestLength++] = ' ';
            write('T', attempt, attempt.recipientFrom(i), attempt.recipientFrom(i + 1));
        }
    }

    private void write(char letter, Attempt attempt, int from, int to) {
        request[requestLength++] = (byte) letter;
        requestLength = EscapedText.writeField(attempt.text(), from, to, request, requestLength);
    }

    private void sayMalformed(Attempt.Fault fault, boolean isDatagram, long now) {
        if (!malformed.allows(now)) {
            return;
        }
        long heldBack = malformed.takeHeldBack();
        if (heldBack > 0) {
            log.line("bad req " + heldBack + " more not shown");
        }
        switch (fault) {
            // Over other protocols another line says what made no sense, see FaultLog.
            case NO_CLIENT -> say(isDatagram ? NO_CLIENT : NO_REQUEST);
            case NO_SENDER -> say(NO_SENDER);
            case NO_RECIPIENT -> say(NO_RECIPIENT);
            case NONE -> say(Reason.MALFORMED);
        }
    }

    private void say(Reason reason) {
        say(Objects.requireNonNull(VERDICTS.get(reason)));
    }

    private void say(byte[] verdict) {
        System.arraycopy(peer, 0, line, 0, peerLength);
        System.arraycopy(verdict, 0, line, peerLength, verdict.length);
        System.arraycopy(request, 0, line, peerLength + verdict.length, requestLength);
        log.line(line, peerLength + verdict.length + requestLength);
    }

    private void sayRest(int recipients) {
        System.arraycopy(peer, 0, line, 0, peerLength);
        line[peerLength] = ' ';
        int end = Decimal.write(recipients, line, peerLength + 1);
        System.arraycopy(MORE, 0, line, end, MORE.length);
        log.line(line, end + MORE.length);
    }

    private void sayAbout(byte[] fact) {
        System.arraycopy(peer, 0, line, 0, peerLength);
        System.arraycopy(fact, 0, line, peerLength, fact.length);
        log.line(line, peerLength + fact.length);
    }

    private static final byte[] CUT = " cut, the rest is not known".getBytes(US_ASCII);
    private static final byte[] OBSERVED =
            " passes all the same, by rules.observe or a line that observes".getBytes(US_ASCII);
    private static final byte[] MORE = " more recipients judged, not shown".getBytes(US_ASCII);
}
