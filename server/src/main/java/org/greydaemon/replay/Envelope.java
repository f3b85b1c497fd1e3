package org.greydaemon.replay;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.ComparedEnvelope;
import org.greydaemon.decision.Evidence.Spf;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Source;
import org.greydaemon.decision.Source.Protocol;

import java.util.List;
import java.util.Optional;

/// What a mail server knows of an attempt. A character stands for each octet.
///
/// @param client the client's address as text
/// @param hosts the confirmed names of its host; none if it has none, empty if nobody has told
/// @param helo what it calls itself; no text if nobody has told
/// @param sender no text for the null sender
/// @param authenticated whether the client has shown who it is
/// @param spf what SPF says of the client
public record Envelope(
        String client,
        Optional<List<String>> hosts,
        String helo,
        String sender,
        List<String> recipients,
        boolean authenticated,
        Spf spf) {
    private static final Source SOURCE = new Source(Protocol.POLICY);

    /// The most recipients that are looked at: what front ends take of a request.
    static final int RECIPIENTS_MAX = 1000;

    private static final int OCTETS_MAX = 64 << 10;

    /// Room for any envelope.
    static Attempt attempt() {
        return new Attempt(OCTETS_MAX, RECIPIENTS_MAX);
    }

    /// Room for the octets of one text of an envelope.
    static TextRoom room() {
        return new TextRoom(Key.ADDRESS_MAX);
    }

    /// Makes this the attempt. Recipients for which there is no room are left out.
    ///
    /// @param room from {@link #room}
    void writeTo(Attempt attempt, TextRoom room) {
        attempt.start(SOURCE);
        attempt.client(room.of(client), 0, client.length());
        attempt.sender(room.of(sender), 0, sender.length());
        int left = OCTETS_MAX;
        for (int i = 0; i < recipients.size(); i++) {
            String recipient = recipients.get(i);
            left -= recipient.length();
            if (!attempt.hasRoom() || left < 0) {
                break;
            }
            attempt.recipient(room.of(recipient), 0, recipient.length());
        }
        writeOthers(attempt);
    }

    /// The same from what it has written before.
    void writeTo(Attempt attempt, ComparedEnvelope written) {
        attempt.start(SOURCE, written);
        writeOthers(attempt);
    }

    private void writeOthers(Attempt attempt) {
        attempt.evidence().helo(helo);
        if (hosts.isPresent()) {
            attempt.evidence().hosts(hosts.get());
        }
        attempt.evidence().spf(spf);
        if (authenticated) {
            attempt.evidence().authenticated();
        }
    }
}
