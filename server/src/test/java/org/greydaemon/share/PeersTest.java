package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import org.junit.jupiter.api.Test;

import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;

/// The other hosts, as the page and `greyctl status` show them.
final class PeersTest {
    private static final long NOW = 1_700_000_000;

    private final Peers peers = new Peers("id-0");

    private static Timed said(String name, String id, long ago) {
        return new Timed(Peers.introduction(name, "1.0.0", id), NOW - ago);
    }

    @Test
    void whoIsThereIsShownWithHowLateItsChangesCameAndWeAreNot() {
        List<Timed> all = List.of(said("us", "id-0", 0), said("mx2", "id-2", 4));
        assertThat(peers.heard(all, NOW, 7))
                .containsExactly(
                        new SharedHost("mx2", "1.0.0", NOW - 4 - 7, OptionalLong.empty(), 0));
        peers.took("id-2", 150, 2);
        peers.took("id-2", 90, 1);
        peers.took("id-of-nobody", 90, 1);
        assertThat(peers.heard(all, NOW, 0))
                .containsExactly(new SharedHost("mx2", "1.0.0", NOW - 4, OptionalLong.of(90), 3));
        assertThat(peers.heard(all, NOW, 0))
                .as("the lateness of its latest change stays, the count is of five seconds")
                .containsExactly(new SharedHost("mx2", "1.0.0", NOW - 4, OptionalLong.of(90), 0));
    }

    @Test
    void anEngineThatKnowsOnlyThatWeWereThereEarlierHasLostWhatCameSince() {
        List<Timed> others = List.of(said("mx2", "id-2", 0));
        assertThat(peers.lostSince(others, NOW)).as("nothing was said").isEmpty();
        peers.said(NOW - 100);
        assertThat(peers.lostSince(List.of(said("us", "id-0", 100)), NOW)).isEmpty();
        assertThat(peers.lostSince(List.of(said("us", "id-0", 2_500)), NOW)).hasValue(NOW - 2_500);
        assertThat(peers.lostSince(others, NOW)).hasValue(0);
        assertThat(peers.lostSince(others, NOW + 3_600)).as("nobody knows").isEmpty();
        assertThat(peers.lostSince(others, NOW - 200)).as("its clock has gone back").isEmpty();
        assertThat(peers.lostSince(Collections.nCopies(100, others.getFirst()), NOW))
                .as("we may be behind those")
                .isEmpty();
    }

    @Test
    void aHostThatIsGoneIsShownWithItsTimeAndAnEarlierLifeIsNot() {
        List<SharedHost> all =
                peers.heard(
                        List.of(
                                said("mx2", "id-2", 1),
                                said("mx2", "id-20", 30),
                                said("mx3", "id-3", 900),
                                said("mx2", "id-200", 2_000),
                                said("mx3", "id-30", 3_000)),
                        NOW,
                        0);
        assertThat(all)
                .extracting(SharedHost::name, SharedHost::heard)
                .containsExactly(
                        tuple("mx2", NOW - 1),
                        tuple("mx2", NOW - 30), // Two have one name.
                        tuple("mx3", NOW - 900));
        Figures figures = new Figures();
        figures.hosts = all;
        assertThat(figures.hostsNow(NOW)).hasSize(2);
    }

    @Test
    void whatAHostSaysOfItselfIsCutAndSteersNoTerminal() {
        String odd = "\u001b[31m\"<b>" + "x".repeat(300);
        SharedHost host = peers.heard(List.of(said(odd, "id-2", 0)), NOW, 0).getFirst();
        assertThat(host.name()).startsWith("?[31m?<b>xxx").hasSizeLessThan(101);
        assertThat(peers.heard(List.of(new Timed("", NOW)), NOW, 0)).hasSize(1);
        assertThat(peers.heard(List.of(new Timed("alone", NOW)), NOW, 0)).hasSize(1);
    }
}
