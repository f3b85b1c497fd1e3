package org.greydaemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.json.JsonLine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// What `greyctl top` gets: the longest waits and the biggest networks.
@Timeout(60)
final class TopTest {
    private final Desk desk = new Desk();

    @AfterEach
    void close() {
        desk.close();
    }

    private void passAfter(long seconds, String client, String sender) {
        desk.ask(client, sender, "b@example.net");
        desk.pass(seconds);
        desk.ask(client, sender, "b@example.net");
    }

    private String top() {
        return desk.control("top", "");
    }

    private List<String> waits() {
        return desk.watchers().waits().longest(10, desk.now()).stream()
                .map(JsonLine::toString)
                .toList();
    }

    private static String wait(String client, String sender, long waited, long ago) {
        return "{\"client\":\"%s\",\"sender\":\"%s\",\"waited\":%d,\"ago\":%d}"
                .formatted(client, sender, waited, ago);
    }

    @Test
    void theAnswerHasTheFiguresTheWaitsAndTheNetworks() {
        passAfter(300, "192.0.2.7", "a@example.org");
        desk.ask("2001:db8:1:2::3", "a@example.org", "b@example.net");
        desk.remember("no.address", "a@example.org", "b@example.net");
        desk.ask("192.0.2.8", "a@example.org", "b@example.net");
        assertThat(top())
                .startsWith(
                        "{\"ok\":true,\"entries\":7,\"waits\":["
                                + wait("192.0.2.7", "a@example.org", 300, 0)
                                + "],\"networks\":[{\"network\":\"192.0.2.0/24\",\"entries\":3,\"proven\":1,\"waiting\":1},")
                .contains(
                        "{\"network\":\"2001:db8:1::/48\",\"entries\":1,\"proven\":0,\"waiting\":1}",
                        "{\"network\":\"no address\",\"entries\":1,\"proven\":0,\"waiting\":1}")
                .endsWith("],\"networks_others\":0,\"networks_age\":0}");
    }

    @Test
    void theLongestWaitOfEachClientIsShownForADay() {
        for (long seconds : List.of(400L, 600L, 500L)) {
            passAfter(seconds, "192.0.2.1", "after" + seconds + "@example.org");
            desk.control("disallow", "192.0.2.1"); // It waits again.
        }
        passAfter(300, "192.0.2.3", "other@example.org");
        assertThat(waits())
                .containsExactly(
                        wait("192.0.2.1", "after600@example.org", 600, 800),
                        wait("192.0.2.3", "other@example.org", 300, 0));
        desk.pass(Waits.RECENT_SECONDS - 500);
        assertThat(waits())
                .containsExactly(
                        wait("192.0.2.1", "after500@example.org", 500, Waits.RECENT_SECONDS - 200),
                        wait("192.0.2.3", "other@example.org", 300, Waits.RECENT_SECONDS - 500));
    }

    @Test
    void onlyMailThatPassedAfterAWaitCounts() {
        desk.ask("192.0.2.1", "a@example.org", "b@example.net"); // new
        desk.pass(299);
        desk.ask("192.0.2.1", "a@example.org", "b@example.net"); // early
        desk.ask("198.51.100.1", "a@example.org", "b@example.net"); // exempt
        passAfter(300, "192.0.2.2", ""); // The null sender's triplet passes again and again.
        assertThat(waits()).isEmpty();
        desk.ask("192.0.2.1", "a@example.org", "b@example.net");
        assertThat(waits()).containsExactly(wait("192.0.2.1", "a@example.org", 599, 0));
    }

    @Test
    void theLastThousandWaitsAreKeptAndAddressesAreCut() {
        passAfter(1_000, "192.0.2.1", "x".repeat(2_000));
        assertThat(waits())
                .containsExactly(wait("192.0.2.1", "x".repeat(Waits.TEXT_MAX), 1_000, 0));
        for (int i = 0; i < Waits.KEPT_MAX - 1; i++) {
            passAfter(300, "10.0.%d.%d".formatted(i >> 8, i & 255), "a@example.org");
            desk.pass(-300);
        }
        desk.pass(300);
        assertThat(waits().getFirst()).contains("192.0.2.1");
        passAfter(300, "10.1.0.0", "a@example.org");
        assertThat(waits()).hasSize(10).noneMatch(line -> line.contains("192.0.2.1"));
    }

    @Test
    void howeverManyAskTheEntriesAreWalkedOverOnceInTenSeconds() {
        desk.ask("192.0.2.1", "a@example.org", "b@example.net");
        assertThat(top()).contains("\"entries\":1,").endsWith("\"networks_age\":0}");
        desk.ask("192.0.2.1", "a@example.org", "c@example.net");
        desk.pass(BiggestNetworks.FRESH_SECONDS - 1);
        assertThat(top()).contains("\"entries\":1,").endsWith("\"networks_age\":9}");
        desk.pass(1);
        assertThat(top()).contains("\"entries\":2,").endsWith("\"networks_age\":0}");
    }

    @Test
    void walksThatTakeLongAreFollowedByALongRest() {
        AtomicLong seconds = new AtomicLong(desk.now());
        // Each look at the clock takes five seconds: so do the walks between two of them.
        BiggestNetworks networks = new BiggestNetworks(desk.ledger(), () -> seconds.getAndAdd(5));
        assertThat(age(networks)).isZero();
        seconds.set(desk.now() + 99);
        assertThat(age(networks)).isEqualTo(99);
        seconds.set(desk.now() + 100);
        assertThat(age(networks)).isZero();
    }

    private static long age(BiggestNetworks networks) {
        JsonLine line = new JsonLine();
        networks.addTo(line);
        return Long.parseLong(line.toString().replaceAll(".*\"networks_age\":([0-9]+)}", "$1"));
    }
}
