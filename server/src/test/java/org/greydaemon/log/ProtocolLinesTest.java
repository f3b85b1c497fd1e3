package org.greydaemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Source;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/// Lines of requests that did not come as the original's datagrams.
final class ProtocolLinesTest {
    private final List<String> lines = new ArrayList<>();
    private final Lines log =
            (octets, length) -> lines.add(new String(octets, 0, length, ISO_8859_1));
    private final Attempt attempt = new Attempt(10_000, 10);
    private final Decision decision = new Decision(10);
    private final Source source = new Source(Source.Protocol.POLICY);

    private void ask(String sender, String... recipients) {
        attempt.start(source);
        byte[] client = "192.0.2.1".getBytes(ISO_8859_1);
        attempt.client(client, 0, client.length);
        byte[] from = sender.getBytes(ISO_8859_1);
        attempt.sender(from, 0, from.length);
        for (String recipient : recipients) {
            byte[] to = recipient.getBytes(ISO_8859_1);
            attempt.recipient(to, 0, to.length);
        }
        decision.start();
        new OriginalRules(new RetryWindow(300, 43_200), new Retention(1000))
                .judge(attempt, (_, _, _) -> Long.MIN_VALUE, 1000, decision);
    }

    @Test
    void theProtocolStandsBeforeTheAskerAndTheRequestIsTheOriginals() {
        IpAddress asker = IpAddress.ipv4(0x7f00_0001);
        source.asks(asker.high(), asker.low(), 4242);
        ask("Alice@example.org", "bob@example.net", "x\ny");
        new OriginalLines(log).decided(attempt, decision, 1000);
        assertThat(lines)
                .hasSize(2)
                .containsOnly(
                        "policy/127.0.0.1:4242 new grey I192.0.2.1 Falice@example.org"
                                + " Tbob@example.net Tx\\x0ay");
    }

    @Test
    void aUnixSocketHasNoAddressAndTheNullSenderNoText() {
        source.asksLocally();
        ask("", "bob@example.net");
        new OriginalLines(log).decided(attempt, decision, 1000);
        new LogfmtLines(log).decided(attempt, decision, 1000);
        assertThat(lines)
                .containsExactly(
                        "policy/unix new grey I192.0.2.1 F Tbob@example.net",
                        "decision action=defer reason=new proto=policy peer=unix"
                                + " client_address=192.0.2.1 sender=<> recipient=<bob@example.net>"
                                + " recipients=1 retry_in=300s");
    }

    @Test
    void anAuthenticatedClientIsNamedSo() {
        source.asksLocally();
        ask("a@b", "c@d");
        decision.start();
        decision.conclude(Reason.AUTHENTICATED);
        new OriginalLines(log).decided(attempt, decision, 1000);
        assertThat(lines).containsExactly("policy/unix authenticated I192.0.2.1 Fa@b Tc@d");
    }

    /// A line of an exemption file observes where rules.observe is not set.
    @Test
    void whatPassesAllTheSameDoesSoByEitherTrial() {
        source.asksLocally();
        ask("a@b", "c@d");
        decision.observe();
        new OriginalLines(log).decided(attempt, decision, 1000);
        assertThat(lines)
                .containsExactly(
                        "policy/unix new grey I192.0.2.1 Fa@b Tc@d",
                        "policy/unix passes all the same, by rules.observe or a line that"
                                + " observes");
    }

    @Test
    void aRequestWithoutAClientShowsNothingOfTheOneBefore() {
        source.asksLocally();
        ask("a@b", "c@d");
        attempt.start(source);
        attempt.fault(Attempt.Fault.NO_CLIENT);
        decision.start();
        new OriginalLines(log).decided(attempt, decision, 1000);
        assertThat(lines).containsExactly("policy/unix bad req ");
    }
}
