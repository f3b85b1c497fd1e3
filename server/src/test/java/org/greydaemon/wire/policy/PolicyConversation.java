package org.greydaemon.wire.policy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.gate.Replies;
import org.greydaemon.gate.TestGate;
import org.greydaemon.log.FaultLog;
import org.greydaemon.mail.DelayHeader;
import org.greydaemon.mail.ReplyText;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.server.SteadyClock;
import org.greydaemon.wire.Dialogue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Talks like Postfix to a handler of its own; a retry counts after 300 seconds.
@Timeout(60)
abstract class PolicyConversation {
    static final String DUNNO = "action=DUNNO\n\n";
    static final long SEED = Long.getLong("seed", 20_261_123L);

    final List<String> log = new CopyOnWriteArrayList<>();
    final TestGate gate = TestGate.modern();
    final Dialogue dialogue = dialogue(gate);
    final Dialogue.Peer postfix = dialogue.connect();

    final Dialogue dialogue(TestGate gate) {
        return new Dialogue(handler(gate, gate.clock())::inLoop);
    }

    final PolicyHandler handler(TestGate gate, SteadyClock clock) {
        return new PolicyHandler(
                gate.gate(),
                clock,
                new Replies(() -> ReplyText.DEFAULT, () -> 0, Replies.Links.NONE),
                new DelayHeader("mx.example.net"),
                new FaultLog(
                        (octets, length) -> log.add(new String(octets, 0, length, ISO_8859_1))),
                new Metrics().counter(Metric.BOUNCES_FORGOTTEN));
    }

    @AfterEach
    void close() {
        postfix.close();
        dialogue.close();
    }

    static String request(
            String state, String instance, String sender, String recipient, String... more) {
        return "request=smtpd_access_policy\nprotocol_state="
                + state
                + "\nclient_address=192.0.2.7\nsender="
                + sender
                + "\nrecipient="
                + recipient
                + "\ninstance="
                + instance
                + "\n"
                + String.join("\n", more)
                + (more.length > 0 ? "\n\n" : "\n");
    }

    String ask(String state, String instance, String sender, String recipient) {
        return ask(request(state, instance, sender, recipient));
    }

    String ask(String request) {
        postfix.say(request);
        return postfix.hear("\n\n");
    }

    static String ask(Dialogue.Peer peer, String state, String recipient, String... more) {
        peer.say(request(state, "1", "", recipient, more));
        return peer.hear("\n\n");
    }

    static String deferred(int seconds) {
        return "action=DEFER_IF_PERMIT 4.2.0 Greylisted, please try again in "
                + seconds
                + " seconds\n\n";
    }
}
