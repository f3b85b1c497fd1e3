package org.greydaemon.decision;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Attempts as tests say them.
public final class Attempts {
    private static final int RECIPIENTS_MAX = 1000;

    /// A line that lets mail pass.
    public static final Cause PASSES =
            new Cause() {
                @Override
                public int write(byte[] to, int at) {
                    return at;
                }

                @Override
                public boolean passes() {
                    return true;
                }
            };

    private Attempts() {}

    /// An attempt with room for a thousand recipients.
    ///
    /// @param client its address, in any form
    /// @param sender no text for the null sender
    public static Attempt attempt(String client, String sender, String... recipients) {
        Attempt attempt = new Attempt((2 + recipients.length) * Key.ADDRESS_MAX, RECIPIENTS_MAX);
        return fill(attempt, new Source(Source.Protocol.HTTP), client, sender, recipients);
    }

    /// Begins the attempt anew.
    public static Attempt fill(
            Attempt attempt, Source source, String client, String sender, String... recipients) {
        attempt.start(source);
        byte[] octets = client.getBytes(UTF_8);
        attempt.writtenClient(octets, 0, octets.length);
        octets = sender.getBytes(UTF_8);
        attempt.sender(octets, 0, octets.length);
        for (String recipient : recipients) {
            octets = recipient.getBytes(UTF_8);
            attempt.recipient(octets, 0, octets.length);
        }
        return attempt;
    }
}
