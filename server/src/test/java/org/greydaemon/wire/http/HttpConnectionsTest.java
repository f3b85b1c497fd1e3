package org.greydaemon.wire.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.gate.TestGate;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.ConnectionServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

/// Who may connect over HTTP, who makes room for whom, and what is counted when a connection ends.
@Timeout(120)
final class HttpConnectionsTest {
    private final TestGate gate = TestGate.original();

    @Test
    void connectionsLeaveFilesForTheJournal() {
        assertThat(HttpFrontEnd.connectionsMax(128)).isEqualTo(16);
        assertThat(HttpFrontEnd.connectionsMax(1024)).isEqualTo(128);
        assertThat(HttpFrontEnd.connectionsMax(Long.MAX_VALUE)).isEqualTo(200);
    }

    @Test
    void whoMayNotAskGetsNoAnswer() {
        IpAddress other = IpAddress.ipv4(0x7f00_0002);
        try (HttpDialogue dialogue = new HttpDialogue(gate, new CidrBlock(other, 32))) {
            for (int i = 0; i < 300; i++) {
                try (HttpPeer stranger = HttpPeer.stranger(dialogue.port())) {
                    stranger.say("GET /healthz HTTP/1.1\r\n\r\n");
                    assertThat(stranger.hear()).isEmpty();
                }
            }
            assertThat(dialogue.server.server().counts().notAllowed())
                    .isEqualTo(300); // Each one, so none is kept.
            assertThat(dialogue.server.server().counts().lastNotAllowed()).hasToString("127.0.0.3");
        }
    }

    /// His connection was let in before a reload, and may be kept for as long as he asks.
    @Test
    void whoMayAskNoMoreGetsNoAnswerOverAKeptConnection() {
        try (HttpDialogue dialogue = new HttpDialogue(gate);
                HttpPeer shutOut = HttpPeer.stranger(dialogue.port());
                HttpPeer own = dialogue.connect()) {
            for (HttpPeer peer : List.of(shutOut, own)) {
                peer.say("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(peer.hear()).endsWith("ok\n");
            }
            ConnectionServer server = dialogue.server.server();
            server.allow(CidrSet.of(List.of()));
            for (HttpPeer peer : List.of(shutOut, own)) {
                peer.say("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
            }
            assertThat(shutOut.rest()).isEmpty();
            assertThat(own.hear()).endsWith("ok\n"); // As with a new connection.
            assertThat(server.counts().notAllowed()).isEqualTo(1);
            assertThat(server.counts().lastNotAllowed()).hasToString("127.0.0.3");
        }
    }

    /// Who has its answer has broken nothing; who ends within a question has.
    @ParameterizedTest
    @ValueSource(strings = {"GET /healthz HTTP/1.0", "GET /healthz HTTP/1.1"})
    void whoEndsRudelyWithItsAnswerHasBrokenNothing(String line) {
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            ConnectionServer server = dialogue.server.server();
            HttpPeer rude = dialogue.connect();
            rude.say(line + "\r\n\r\n");
            assertThat(rude.hear()).endsWith("ok\n");
            rude.reset();
            while (server.open() > 0) {
                Thread.onSpinWait();
            }
            assertThat(server.counts().broken()).isZero();
            HttpPeer early = dialogue.connect();
            early.say("GET /healthz HTTP/1.1\r\n");
            while (server.counts().accepted() < 2) {
                Thread.onSpinWait();
            }
            early.reset();
            while (server.counts().broken() == 0) {
                Thread.onSpinWait(); // It may be counted as accepted before its thread begins.
            }
        }
    }

    /// Whoever they are from: who asks has asked nothing for a shorter time than they.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoAsksNothingMakesRoomForWhoAsks(boolean sameAddress) {
        List<HttpPeer> silent = new ArrayList<>();
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            for (int i = 0; i < 250; i++) {
                silent.add(sameAddress ? dialogue.connect() : HttpPeer.stranger(dialogue.port()));
            }
            assertThat(dialogue.ask("GET /healthz HTTP/1.1\r\n\r\n")).endsWith("\nok\n");
            dialogue.server.stop();
            assertThat(dialogue.server.server().counts().madeRoom()).isEqualTo(51);
            assertThat(dialogue.server.server().counts().tooMany()).isZero();
            assertThat(dialogue.server.server().counts().lastCrowding())
                    .isEqualTo(sameAddress ? "127.0.0.1" : "127.0.0.3");
        } finally {
            silent.forEach(HttpPeer::close);
        }
    }

    /// It takes 200 connections at a time, and must not count one that is over.
    @Test
    void connectionsThatBreakLeaveRoomForOthers() {
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            for (int i = 0; i < 300; i++) {
                try (HttpPeer peer = dialogue.connect()) {
                    peer.say(
                            "POST /v1/check HTTP/1.1\r\n"
                                    + HttpDialogue.AUTHORIZATION
                                    + "Content-Length: 9\r\n\r\n{");
                }
            }
            assertThat(dialogue.ask(HttpDialogue.check(HttpDialogue.QUESTION))).contains("\"new\"");
        }
    }
}
