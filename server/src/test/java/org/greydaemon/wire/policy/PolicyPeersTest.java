package org.greydaemon.wire.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Source;
import org.greydaemon.gate.Gate;
import org.greydaemon.net.CidrSet;
import org.greydaemon.server.ConnectionBudget;
import org.greydaemon.server.ConnectionServer;
import org.greydaemon.server.SocketMode;
import org.greydaemon.server.StreamAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/// Who asks, as the log tells it, and how much he may hold.
final class PolicyPeersTest extends PolicyConversation {
    @TempDir Path folder;

    private final List<String> decisions = new CopyOnWriteArrayList<>();

    /// Notes of each decision who has asked and about whom.
    private void noteDecisions() {
        gate.gate()
                .change(
                        new Gate.Terms(
                                gate.gate().terms().exemptions(),
                                gate.gate().terms().rules(),
                                (attempt, decision, _) -> {
                                    byte[] peer = new byte[Source.PEER_MAX];
                                    int to = attempt.source().writePeer(peer, 0);
                                    int clientTo = attempt.clientTo();
                                    decisions.add(
                                            new String(peer, 0, to, ISO_8859_1)
                                                    + " "
                                                    + decision.reason()
                                                    + " "
                                                    + new String(
                                                            attempt.text(),
                                                            0,
                                                            clientTo,
                                                            ISO_8859_1));
                                }));
    }

    @Test
    void theLogTellsAddressAndPort() {
        noteDecisions();
        ask("RCPT", "1", "a@example.org", "b@example.net");
        assertThat(decisions).singleElement().asString().matches("127\\.0\\.0\\.1:\\d+ NEW 192.+");
    }

    @Test
    void whatIsMalformedIsNotToldOfTheClientBefore() {
        noteDecisions();
        String whole = request("RCPT", "1", "a@example.org", "b@example.net");
        String broken = "sender=a@example.org\n\n";
        assertThat(dialogue.ask(whole + broken + whole)).isIn(deferred(300), "");
        assertThat(decisions).as("the end of the conversation").hasSize(2);
        assertThat(decisions.getLast()).matches("127\\.0\\.0\\.1:\\d+ MALFORMED ");
    }

    /// All that comes over a unix socket until the connection ends.
    private String askLocally(ConnectionBudget budget, String request) throws IOException {
        Path path = folder.resolve("policy");
        try (ConnectionServer server =
                new ConnectionServer(
                        "unix",
                        CidrSet.of(List.of()),
                        new ConnectionServer.Limits(100, 60, 60, 5),
                        budget,
                        new ConnectionServer.OnBug(
                                (_, bug) -> log.add(bug.toString()),
                                (_, bug) -> log.add(bug.toString())))) {
            server.listen(new StreamAddress.Unix(path), SocketMode.always(Set.of()));
            server.start(handler(gate, gate.clock())::inLoop);
            try (SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                return ask(peer, request);
            }
        }
    }

    private static String ask(SocketChannel peer, String request) {
        try {
            peer.write(ByteBuffer.wrap(request.getBytes(ISO_8859_1)));
            peer.shutdownOutput();
            return new String(Channels.newInputStream(peer).readAllBytes(), ISO_8859_1);
        } catch (IOException e) {
            return ""; // It was closed before or while the request was on its way.
        }
    }

    @Test
    void theLogTellsThatSomebodyOfThisHostHasAsked() throws IOException {
        noteDecisions();
        assertThat(
                        askLocally(
                                ConnectionBudget.ofHeap(),
                                request("RCPT", "1", "a@example.org", "b@example.net")))
                .isEqualTo(deferred(300));
        assertThat(decisions).containsExactly("unix NEW 192.0.2.7");
        assertThat(log).as("no bug").isEmpty();
    }

    /// 12 KiB of each connection, and three times the room for a request.
    @ParameterizedTest
    @CsvSource({"18432, true", "18431, false"})
    void whoMayNotHoldWhatARequestTakesIsNotAnswered(long octets, boolean isAnswered)
            throws IOException {
        String request = request("RCPT", "1", "a@example.org", "b@example.net");
        assertThat(askLocally(new ConnectionBudget(octets), request))
                .isEqualTo(isAnswered ? deferred(300) : "");
        assertThat(gate.decided()).hasSize(isAnswered ? 1 : 0);
    }
}
