package org.greydaemon.decision;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/// Rules on a memory of their own, asked in words: `"192.0.2.1 a@example.org b@example.net ..."`,
/// where `<>` is the null sender.
final class Scene {
    static final long MINUTE = 60;
    static final long HOUR = 3600;
    static final long DAY = 86_400;

    private final Rules rules;
    private final MapMemory memory = new MapMemory();
    private final Attempt attempt = new Attempt(4096, 100);
    private final Decision decision = new Decision(100);

    Scene(Rules rules) {
        this.rules = rules;
    }

    /// The decision on an attempt; valid until the next one.
    Decision decide(long now, String words) {
        return decide(now, words, Attempt.Fault.NONE);
    }

    Decision decide(long now, String words, Attempt.Fault fault) {
        String[] parts = words.split(" ", -1);
        attempt.start(Source.NONE);
        byte[] client = parts[0].getBytes(ISO_8859_1);
        attempt.client(client, 0, client.length);
        byte[] sender = parts[1].replace("<>", "").getBytes(ISO_8859_1);
        attempt.sender(sender, 0, sender.length);
        for (int i = 2; i < parts.length; i++) {
            byte[] recipient = parts[i].getBytes(ISO_8859_1);
            attempt.recipient(recipient, 0, recipient.length);
        }
        attempt.fault(fault);
        decision.start();
        rules.judge(attempt, memory, now, decision);
        return decision;
    }

    /// The reason for the message.
    Reason judge(long now, String words) {
        return decide(now, words).reason();
    }

    MapMemory memory() {
        return memory;
    }
}
