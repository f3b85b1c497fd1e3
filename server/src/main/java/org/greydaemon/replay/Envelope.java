package org.greydaemon.replay;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Attempt.Spf;
import org.greydaemon.decision.Source;
import org.greydaemon.decision.Source.Protocol;

import java.nio.charset.StandardCharsets;
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

    /// Makes this the attempt. Recipients for which there is no room are left out.
    void writeTo(Attempt attempt) {
        attempt.start(SOURCE);
        byte[] text = octets(client);
        attempt.client(text, 0, text.length);
        text = octets(sender);
        attempt.sender(text, 0, text.length);
        int room = OCTETS_MAX;
        for (String recipient : recipients) {
            text = octets(recipient);
            room -= text.length;
            if (!attempt.hasRoom() || room < 0) {
                break;
            }
            attempt.recipient(text, 0, text.length);
        }
        attempt.helo(helo);
        hosts.ifPresent(attempt::hosts);
        attempt.spf(spf);
        if (authenticated) {
            attempt.authenticated();
        }
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
