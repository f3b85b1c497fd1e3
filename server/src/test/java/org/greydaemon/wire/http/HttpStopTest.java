package org.greydaemon.wire.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.gate.TestGate;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.Endpoint;
import org.greydaemon.server.ConnectionBudget;
import org.greydaemon.server.ConnectionServer;
import org.greydaemon.server.InheritedSockets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/// A stop answers what was asked over HTTP, and waits for nobody who waits for ever; nor does
/// anybody else.
@Timeout(120)
final class HttpStopTest {
    private final TestGate gate = TestGate.original();

    /// They wait to be accepted when it begins, and it is told to stop at once.
    @Test
    void whatWasAskedBeforeAStopIsAnswered() throws IOException {
        HttpFrontEnd server =
                new HttpFrontEnd(
                        new Endpoint(HttpDialogue.LOOPBACK, 0),
                        InheritedSockets.none(),
                        CidrSet.of(List.of(new CidrBlock(HttpDialogue.LOOPBACK, 32))),
                        new Access("mx.example.org"),
                        gate.metrics(),
                        ConnectionBudget.ofHeap(),
                        new ConnectionServer.OnBug(
                                (_, bug) -> {
                                    throw new AssertionError(bug);
                                },
                                (_, bug) -> {
                                    throw new AssertionError(bug);
                                }));
        List<HttpPeer> peers = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            HttpPeer peer = new HttpPeer(HttpDialogue.port(server));
            peers.add(peer);
            peer.say("GET /healthz HTTP/1.1\r\n\r\n");
        }
        server.start(() -> new Health(List.of(), List.of()));
        server.stop();
        assertThat(peers).allSatisfy(peer -> assertThat(peer.hear()).endsWith("\nok\n"));
        peers.forEach(HttpPeer::close);
    }

    /// What it steps into is closed behind the stop.
    @Test
    void aStopWaitsForWhoIsInTheMiddleOfAQuestion() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        HttpDialogue dialogue = new HttpDialogue(gate);
        dialogue.server.explain(
                new WhyPage(
                        "mx.example.org",
                        _ -> {
                            asked.countDown();
                            awaitUninterruptibly(goOn);
                            return Optional.empty();
                        }));
        try (HttpPeer peer = dialogue.connect()) {
            peer.say("GET /why/ HTTP/1.1\r\n\r\n");
            asked.await();
            Thread stop = Thread.ofPlatform().start(dialogue::close);
            assertThat(peer.hear()).as("its time is over").isEmpty();
            assertThat(stop.join(Duration.ofMillis(500))).as("stopped").isFalse();
            goOn.countDown();
            stop.join();
        }
    }

    /// As on a disk that hangs: nobody would save.
    @Test
    void aStopDoesNotWaitForEverForWhoIsInTheMiddleOfAQuestion() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (HttpDialogue dialogue = new HttpDialogue(gate);
                HttpPeer peer = dialogue.connect()) {
            dialogue.server.explain(
                    new WhyPage(
                            "mx.example.org",
                            _ -> {
                                asked.countDown();
                                awaitUninterruptibly(goOn);
                                return Optional.empty();
                            }));
            peer.say("GET /why/ HTTP/1.1\r\n\r\n");
            asked.await();
            assertThat(dialogue.server.stop(0)).isEqualTo(1);
            assertThat(dialogue.server.stop()).isZero();
            goOn.countDown();
        }
    }

    /// As those who wait for a disk that hangs: then somebody wants to know what is wrong.
    @Test
    void requestsThatKeepTheirThreadsKeepNobodyElseWaiting() throws Exception {
        int many = Runtime.getRuntime().availableProcessors() + 1;
        CountDownLatch asked = new CountDownLatch(many);
        AtomicBoolean goesOn = new AtomicBoolean();
        List<HttpPeer> peers = new ArrayList<>();
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            dialogue.server.explain(
                    new WhyPage(
                            "mx.example.org",
                            _ -> {
                                asked.countDown();
                                while (!goesOn
                                        .get()) { // A virtual thread would give way to no other.
                                    Thread.onSpinWait();
                                }
                                return Optional.empty();
                            }));
            for (int i = 0; i < many; i++) {
                HttpPeer peer = dialogue.connect();
                peers.add(peer);
                peer.say("GET /why/ HTTP/1.1\r\n\r\n");
            }
            asked.await();
            try (HttpPeer peer = dialogue.connect()) {
                peer.say("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n");
                assertThat(peer.hear()).endsWith("\nok\n");
            }
            goesOn.set(true);
        } finally {
            goesOn.set(true);
            peers.forEach(HttpPeer::close);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
