package org.greydaemon.wire.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.gate.DelayTokens;
import org.greydaemon.gate.Replies;
import org.greydaemon.gate.TestGate;
import org.greydaemon.log.FaultLog;
import org.greydaemon.mail.DelayHeader;
import org.greydaemon.mail.ReplyText;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.ConnectionBudget;
import org.greydaemon.server.ConnectionServer;
import org.greydaemon.server.InheritedSockets;
import org.greydaemon.server.StreamAddress;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A front end on loopback with a gate that the test owns. A bug in it is a failure.
final class HttpDialogue implements AutoCloseable {
    static final IpAddress LOOPBACK = IpAddress.ipv4(0x7f00_0001);

    static final String TOKEN = "a-token-of-the-test";
    static final String AUTHORIZATION = "Authorization: Bearer " + TOKEN + "\r\n";

    /// Of a client that nobody knows.
    static final String QUESTION =
            "{\"client_address\":\"192.0.2.1\",\"sender\":\"a@b\",\"recipient\":\"c@d\"}";

    static final long NOW = 1_795_651_200; // 2026-11-26.
    final DelayTokens tokens = new DelayTokens(TOKEN);
    final HttpFrontEnd server;
    final List<String> problems = new CopyOnWriteArrayList<>();
    final List<String> log = new CopyOnWriteArrayList<>();
    final List<String> warnings = new CopyOnWriteArrayList<>();
    private final List<Throwable> bugs = new CopyOnWriteArrayList<>();

    HttpDialogue(TestGate gate) {
        this(gate, ConnectionBudget.ofHeap());
    }

    /// With a budget; all of loopback may ask.
    HttpDialogue(TestGate gate, ConnectionBudget budget) {
        this(gate, CidrBlock.around(LOOPBACK, 8), budget);
        server.judge(judge(gate));
        server.explain(new WhyPage("mx.<b>.example.org", text -> tokens.read(text, NOW)));
    }

    /// Without anybody who explains yet why mail has to wait.
    static HttpDialogue withoutReasons(TestGate gate) {
        HttpDialogue dialogue = new HttpDialogue(gate, CidrBlock.around(LOOPBACK, 8));
        dialogue.server.judge(dialogue.judge(gate));
        return dialogue;
    }

    private CheckHandler judge(TestGate gate) {
        return new CheckHandler(
                gate.gate(),
                gate.clock(),
                new Replies(() -> ReplyText.DEFAULT, () -> 0, Replies.Links.NONE),
                new DelayHeader("mx.example.org"),
                new FaultLog((octets, length) -> log.add(new String(octets, 0, length, UTF_8))));
    }

    /// Without anybody who judges.
    HttpDialogue(TestGate gate, CidrBlock allowed) {
        this(gate, allowed, ConnectionBudget.ofHeap());
    }

    private HttpDialogue(TestGate gate, CidrBlock allowed, ConnectionBudget budget) {
        Access access = new Access("mx.example.org");
        access.token(TOKEN);
        try {
            server =
                    new HttpFrontEnd(
                            new Endpoint(LOOPBACK, 0),
                            InheritedSockets.none(),
                            CidrSet.of(List.of(allowed)),
                            access,
                            gate.metrics(),
                            budget,
                            new ConnectionServer.OnBug(
                                    (_, bug) -> bugs.add(bug), (_, bug) -> bugs.add(bug)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.start(() -> new Health(problems, warnings));
    }

    /// Where it listens on loopback.
    int port() {
        return port(server);
    }

    static int port(HttpFrontEnd server) {
        return ((StreamAddress.Tcp) server.address()).endpoint().port();
    }

    HttpPeer connect() {
        return new HttpPeer(port());
    }

    /// One request on a connection of its own.
    String ask(String request) {
        try (HttpPeer peer = connect()) {
            peer.say(request);
            return peer.hear();
        }
    }

    static String check(String body) {
        return "POST /v1/check HTTP/1.1\r\n"
                + AUTHORIZATION
                + "Content-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    @Override
    public void close() {
        server.close();
        if (!bugs.isEmpty()) {
            throw new AssertionError("a bug in a handler", bugs.getFirst());
        }
    }
}
