package org.greydaemon.e2e.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.e2e.Reply;
import org.greydaemon.e2e.UdpPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;

/// Whatever is said to a front end: the daemon goes on, answers others rightly meanwhile, neither
/// grows nor forgets, and shows nobody's control characters.
///
/// `-Dseed=` runs a failure again; `-Dsoak=true` goes on for an hour instead of a few seconds.
final class FuzzIT {
    private static final boolean SOAK = Boolean.getBoolean("soak");
    private static final long SEED = Long.getLong("seed", SOAK ? System.nanoTime() : 20_261_128);
    private static final int CASES = 3_000;
    private static final long SOAK_NANOS = 3_000_000_000_000L;

    /// How many cases are between two honest questions, or before the daemon has done everything
    /// once.
    private static final int ROUND = 300;

    private static final int DATAGRAM_MAX = 65_507;

    @TempDir Path folder;

    /// Where something is said, and how.
    private record FrontEnd(String name, SocketAddress place, Talk talk) {
        static List<FrontEnd> all(Target target) throws IOException {
            return List.of(
                    new FrontEnd("policy", target.place("policy"), new PolicyTalk()),
                    new FrontEnd("words", target.place("policy"), new WordsTalk()),
                    new FrontEnd("milter", target.place("milter"), new MilterTalk()),
                    new FrontEnd("http", target.place("http"), new HttpTalk(target.token())),
                    new FrontEnd("control", target.place("control"), new ControlTalk()),
                    new FrontEnd("udp", target.place("udp"), new UdpTalk()));
        }
    }

    @Test
    void whateverIsSaidEverythingGoesOn() throws IOException {
        try (Target target = new Target(folder)) {
            List<FrontEnd> frontEnds = FrontEnd.all(target);
            target.askHonestly();
            round(target, frontEnds, 0);
            Health before = new Health(target);
            long end = System.nanoTime() + SOAK_NANOS;
            for (int i = ROUND; SOAK ? System.nanoTime() < end : i < CASES; i += ROUND) {
                round(target, frontEnds, i);
                target.askHonestly();
                Health.checkNoneOverdue(target);
            }
            before.check();
            shownAndKilled(target);
            assertThat(target.daemon.stop()).isZero();
            Health.checkLog(target.daemon.logLines());
        } catch (AssertionError | IOException e) {
            throw new AssertionError("run it again with -Dseed=" + SEED, e);
        }
    }

    private static void round(Target target, List<FrontEnd> frontEnds, int from)
            throws IOException {
        for (int i = from; i < from + ROUND; i++) {
            FrontEnd frontEnd = frontEnds.get(i % frontEnds.size());
            Choices with = new Choices(SEED + i);
            String said = frontEnd.talk().says(with);
            String heard = "";
            try {
                heard = heard(target, frontEnd, said, with);
                frontEnd.talk().check(heard);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "case %d, %s; it was said: %s; and heard: %s"
                                .formatted(
                                        i,
                                        frontEnd.name(),
                                        Harmless.visible(said),
                                        Harmless.visible(heard)),
                        e);
            }
        }
    }

    private static String heard(Target target, FrontEnd frontEnd, String said, Choices with)
            throws IOException {
        return frontEnd.name().equals("udp")
                ? datagram(target, said)
                : Target.talk(frontEnd.place(), with.pieces(said), frontEnd.talk().ends(said));
    }

    /// What makes no sense gets no answer, so one that can be given is asked for behind it.
    private static String datagram(Target target, String said) {
        byte[] octets = said.getBytes(ISO_8859_1);
        try (UdpPeer peer = new UdpPeer(target.daemon.listen())) {
            if (octets.length <= DATAGRAM_MAX) {
                peer.send(octets);
            }
            peer.send(UdpPeer.request("203.0.113.5", "a@b", "c@d"));
            Reply reply = peer.receive(60_000).orElseThrow(() -> new AssertionError("no answer"));
            return (reply.accept() ? "\1" : "\0") + (char) reply.reason();
        }
    }

    /// The operator is shown nothing that steers a terminal; what was answered before the process
    /// died is there after it, and nothing in the files is strange.
    private static void shownAndKilled(Target target) throws IOException {
        long entries = target.metric("greydaemon_entries");
        Harmless.check(target.greyctl("list"));
        Harmless.check(target.greyctl("exemptions"));
        target.daemon.kill();
        target.daemon.restart();
        assertThat(target.metric("greydaemon_entries")).isEqualTo(entries);
        target.askHonestly();
        List<String> log = target.daemon.logLines();
        assertThat(log).noneMatch(line -> line.contains("trange save entr"));
    }
}
