package org.greydaemon.wire.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.Seed;
import org.greydaemon.decision.Reason;
import org.greydaemon.server.Connection;
import org.greydaemon.server.Conversation;
import org.greydaemon.server.Conversations;
import org.greydaemon.wire.Dialogue;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// Peers that do not wait for an answer before they ask again.
final class PipelinedRequestsTest extends PolicyConversation {
    /// Nobody tells the client's name, and so DNS is asked for it.
    private static final String LATE = request("RCPT", "", "a@example.org", "b@example.net");

    private static final String EXEMPT =
            LATE.replace("client_address=192.0.2.7", "client_address=198.51.100.1");

    private static final String GREY =
            request("RCPT", "", "a@example.org", "b@example.net", "client_name=unknown");

    private final List<Loop> loops = new CopyOnWriteArrayList<>();

    /// The conversations of one thread, which a test can hold up.
    private final class Loop implements Conversations {
        private final Conversations policy = handler(gate, gate.clock()).inLoop();
        private final AtomicInteger begun = new AtomicInteger();
        private volatile Runnable beforeReplies = () -> {};

        @Override
        public Conversation begin(Connection connection) {
            begun.incrementAndGet();
            return policy.begin(connection);
        }

        @Override
        public void beforeReplies() {
            policy.beforeReplies();
            beforeReplies.run();
        }
    }

    private Loop loop() {
        Loop loop = new Loop();
        loops.add(loop);
        return loop;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Connections that have asked, the last of which shares a thread with another one.
    private static void connect(Dialogue dialogue, List<Loop> loops, List<Dialogue.Peer> peers) {
        do {
            Dialogue.Peer peer = dialogue.connect();
            peers.add(peer);
            // Its room grows for it, and then many small ones are there together.
            peer.say(GREY.replace("\n\n", ("\nx=" + "x".repeat(4_000)).repeat(3) + "\n\n"));
            assertThat(peer.hear("\n\n")).isEqualTo(deferred(300));
        } while (loops.stream().allMatch(loop -> loop.begun.get() < 2));
    }

    @Test
    void whoHasAskedMuchKeepsNobodyWaitingForAllOfIt() {
        int many = 60;
        List<Dialogue.Peer> peers = new ArrayList<>();
        try (Dialogue shared = new Dialogue(this::loop)) {
            connect(shared, loops, peers);
            Loop loop =
                    loops.stream().filter(one -> one.begun.get() == 2).findFirst().orElseThrow();
            Dialogue.Peer first = peers.get(loops.indexOf(loop));
            Dialogue.Peer second = peers.getLast();
            CountDownLatch held = new CountDownLatch(1);
            CountDownLatch mayGoOn = new CountDownLatch(1);
            loop.beforeReplies =
                    () -> {
                        held.countDown();
                        await(mayGoOn);
                    };
            first.say(GREY);
            await(held);
            int before = gate.decided().size();
            first.say(GREY.repeat(many));
            second.say(EXEMPT);
            mayGoOn.countDown();
            for (int i = 0; i <= many; i++) {
                assertThat(first.hear("\n\n")).isEqualTo(deferred(300));
            }
            assertThat(second.hear("\n\n")).isEqualTo(DUNNO);
            assertThat(gate.decided().subList(before, gate.decided().size()).indexOf(Reason.EXEMPT))
                    .isLessThanOrEqualTo(PolicyHandler.TURN_MAX);
            peers.forEach(Dialogue.Peer::close);
        }
    }

    /// However the network splits them, and wherever one has to wait for DNS.
    @Test
    void answersComeInTheOrderOfTheirRequests() {
        gate.exempt("host .example.com").host("192.0.2.9", "mx.example.com");
        String named = LATE.replace("192.0.2.7", "192.0.2.9");
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int pieceMax : new int[] {50, 500, 5_000, 50_000}) {
            StringBuilder requests = new StringBuilder();
            List<String> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String request = List.of(GREY, EXEMPT, LATE, named).get(random.nextInt(4));
                requests.append(request);
                answers.add(
                        request.equals(EXEMPT) || request.equals(named) ? DUNNO : deferred(300));
            }
            try (Dialogue shared = new Dialogue(() -> new SharedPort(loop(), loop()));
                    Dialogue.Peer peer = shared.connect()) {
                peer.sayInPieces(requests.toString(), pieceMax, random);
                peer.end();
                assertThat(peer.rest())
                        .as("-Dseed=%d, pieces of %d", seed, pieceMax)
                        .isEqualTo(String.join("", answers));
            }
        }
    }

    /// What a peer has still to say, and what it hears then.
    private static final class Part {
        private final Dialogue.Peer peer;
        private final String said;
        private final String heard;
        private int from;

        Part(Dialogue.Peer peer, String said, String heard) {
            this.peer = peer;
            this.said = said;
            this.heard = heard;
        }

        boolean goesOn(int length) {
            int to = Math.min(said.length(), from + length);
            peer.say(said.substring(from, to));
            from = to;
            return from < said.length();
        }
    }

    private Part part(Dialogue.Peer peer, List<String> requests, Random random) {
        StringBuilder said = new StringBuilder();
        StringBuilder heard = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            String request = requests.get(random.nextInt(requests.size()));
            boolean passes = !request.equals(GREY) && !request.equals(LATE);
            said.append(request);
            heard.append(passes ? DUNNO : deferred(300));
        }
        return new Part(peer, said.toString(), heard.toString());
    }

    /// What a thread lends to its connections by turns is nobody else's while one of them has said
    /// half of a request, or waits for DNS.
    @Test
    void connectionsThatShareAThreadAreNotMixedUp() {
        gate.exempt("host .example.com").host("192.0.2.9", "mx.example.com");
        String large = EXEMPT.replace("\n\n", ("\nx=" + "x".repeat(4_000)).repeat(2) + "\n\n");
        String named = LATE.replace("192.0.2.7", "192.0.2.9");
        long seed = Seed.next();
        Random random = new Random(seed);
        try (Dialogue shared = new Dialogue(this::loop)) {
            List<Part> parts = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                parts.add(
                        part(shared.connect(), List.of(GREY, EXEMPT, LATE, named, large), random));
            }
            List<Part> talking = new ArrayList<>(parts);
            while (!talking.isEmpty()) {
                Part next = talking.get(random.nextInt(talking.size()));
                if (!next.goesOn(1 + random.nextInt(random.nextBoolean() ? 30 : 3_000))) {
                    next.peer.end();
                    talking.remove(next);
                }
            }
            for (Part part : parts) {
                assertThat(part.peer.rest()).as("-Dseed=%d", seed).isEqualTo(part.heard);
                part.peer.close();
            }
        }
    }
}
