package org.greydaemon.wire.udp;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Source;
import org.greydaemon.mail.Octets;

/// Reads requests and writes answers as the original does, with its leniency: `I` and `F` may stand
/// anywhere in their fields, which end at a line feed; NULs at the end do not count. Never throws,
/// whatever comes. Stateless.
final class QueryCodec {
    /// The most recipients of one request that are judged; more are not looked at. A packet of the
    /// known clients holds at most 2000 octets, RFC 5321 4.5.3.1.8 asks for 100 recipients.
    static final int RECIPIENTS_MAX = 1000;

    /// A request of so many octets is taken as cut: qmail's clients cut theirs there, and the
    /// original reads no more than 2048.
    static final int LENGTH_MAX = 2000;

    /// The octets of an answer.
    static final int REPLY_LENGTH = 2;

    private QueryCodec() {}

    /// Reads a request into an attempt.
    ///
    /// @param length how many octets of `packet` count
    /// @param anyClient whether any text is a client, as for the original; else it is an address in
    ///   one of the forms in which mail servers write it
    static void parse(
            byte[] packet, int length, Source source, Attempt attempt, boolean anyClient) {
        attempt.start(source);
        if (length >= LENGTH_MAX) {
            attempt.cut();
        }
        int end = length;
        while (end > 0 && packet[end - 1] == 0) {
            end--;
        }
        int fieldEnd = fieldEnd(packet, 0, end);
        int client = Octets.indexOf(packet, 0, fieldEnd, 'I');
        if (client < 0) {
            attempt.fault(Attempt.Fault.NO_CLIENT);
            return;
        }
        int clientTo = lineEnd(packet, client + 1, fieldEnd);
        if (anyClient) {
            attempt.client(packet, client + 1, clientTo);
        } else {
            attempt.writtenClient(packet, client + 1, clientTo);
        }
        int field = fieldEnd + 1;
        fieldEnd = fieldEnd(packet, field, end);
        int sender = Octets.indexOf(packet, field, fieldEnd, 'F');
        if (sender < 0) {
            attempt.fault(Attempt.Fault.NO_SENDER);
            return;
        }
        attempt.sender(packet, sender + 1, lineEnd(packet, sender + 1, fieldEnd));
        recipients(packet, fieldEnd + 1, end, attempt);
    }

    private static void recipients(byte[] packet, int from, int end, Attempt attempt) {
        int field = from;
        while (field < end) {
            if (!attempt.hasRoom()) {
                attempt.cut();
                return;
            }
            int fieldEnd = fieldEnd(packet, field, end);
            if (packet[field] != 'T') {
                attempt.fault(Attempt.Fault.NO_RECIPIENT);
                return;
            }
            attempt.recipient(packet, field + 1, fieldEnd);
            field = fieldEnd + 1;
        }
    }

    private static int fieldEnd(byte[] packet, int from, int end) {
        int nul = Octets.indexOf(packet, from, end, 0);
        return nul < 0 ? Math.max(from, end) : nul;
    }

    private static int lineEnd(byte[] packet, int from, int end) {
        int lineFeed = Octets.indexOf(packet, from, end, '\n');
        return lineFeed < 0 ? end : lineFeed;
    }

    /// Writes the answer.
    ///
    /// @return its octets; 0 for silence
    static int reply(Decision decision, byte[] to) {
        Reason reason = decision.reason();
        to[0] = (byte) (decision.accepts() ? 1 : 0);
        to[1] =
                switch (reason) {
                    case NEW, EXEMPT, AUTHENTICATED, UNIDENTIFIED -> 1;
                    case EARLY, KNOWN -> 2;
                    case LATE, PASSED -> 3;
                    case BOUNCE -> 4;
                    case MALFORMED -> 0;
                };
        return reason == Reason.MALFORMED ? 0 : REPLY_LENGTH;
    }
}
