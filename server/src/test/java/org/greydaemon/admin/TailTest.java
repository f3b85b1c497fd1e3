package org.greydaemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.AllIdentities;
import org.greydaemon.wire.Dialogue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// What `greyctl tail` gets.
@Timeout(300)
final class TailTest {
    private static final WhoseMail EVERYBODY =
            new WhoseMail(Optional.empty(), Optional.empty(), Optional.empty());

    private final Desk desk = new Desk();

    @AfterEach
    void close() {
        desk.close();
    }

    private Watchers.Watcher watch() {
        return desk.watchers().watch(Optional.empty(), EVERYBODY);
    }

    private static List<String> all(Watchers.Watcher watcher) {
        List<String> lines = new ArrayList<>();
        while (watcher.hasMore()) {
            lines.add(watcher.next().orElseThrow());
        }
        return lines;
    }

    @Test
    void aLineHasAllThatTheLogShows() {
        try (Watchers.Watcher watcher = watch()) {
            desk.ask("192.0.2.7", "a@example.org", "b@example.net");
            desk.pass(300);
            desk.ask("192.0.2.7", "a@example.org", "c@example.net", "b@example.net");
            desk.ask("198.51.100.1", "", "b\u001b@example.net", "c@example.net");
            desk.ask("192.0.2.8", "a@example.org"); // No recipient: malformed.
            String begin = "{\"time\":" + Desk.START;
            String peer = "\"proto\":\"policy\",\"peer\":\"192.0.2.99:4242\",";
            String later = "{\"time\":" + (Desk.START + 300);
            assertThat(all(watcher))
                    .containsExactly(
                            begin
                                    + ",\"reason\":\"new\","
                                    + peer
                                    + "\"client\":\"192.0.2.7\",\"sender\":\"a@example.org\",\"recipient\":\"b@example.net\",\"recipients\":1,\"retry_in\":300}",
                            later
                                    + ",\"reason\":\"passed\","
                                    + peer
                                    + "\"client\":\"192.0.2.7\",\"sender\":\"a@example.org\",\"recipient\":\"c@example.net\",\"recipients\":2,"
                                    + "\"each\":[{\"recipient\":\"c@example.net\",\"reason\":\"new\"},{\"recipient\":\"b@example.net\",\"reason\":\"passed\"}],\"identity\":\"address\",\"waited\":300}",
                            later
                                    + ",\"reason\":\"exempt\","
                                    + peer
                                    + "\"client\":\"198.51.100.1\",\"sender\":\"\",\"recipient\":\"b\\\\x1b@example.net\",\"recipients\":2,"
                                    + "\"each\":[{\"recipient\":\"b\\\\x1b@example.net\"},{\"recipient\":\"c@example.net\"}],\"by\":\"test:1\"}",
                            later
                                    + ",\"reason\":\"malformed\","
                                    + peer
                                    + "\"client\":\"192.0.2.8\",\"sender\":\"a@example.org\",\"recipient\":\"\",\"recipients\":0}");
        }
    }

    @Test
    void whoTheClientIsAndWhyItWaitsLongerIsShownAsInTheLog() {
        try (Desk modern = new Desk(AllIdentities.after(300));
                Watchers.Watcher watcher = modern.watchers().watch(Optional.empty(), EVERYBODY)) {
            modern.askNamed("192.0.2.7", "mx1.example.org", "a@example.org", "b@example.net");
            modern.pass(400);
            modern.askNamed("192.0.2.8", "mx2.example.com", "a@example.org", "b@example.net");
            modern.askNamed("1.2.3.4", "dyn-1-2-3-4.example.org", "a@x.example", "b@example.net");
            modern.askNamed("203.0.113.9", "", "a@y.example", "b@example.net");
            List<String> lines = all(watcher);
            assertThat(lines.get(0))
                    .contains(
                            "\"client\":\"192.0.2.7\",\"client_name\":\"mx1.example.org\",\"sender\"")
                    .doesNotContain("identity", "suspect", "cut");
            assertThat(lines.get(1))
                    .contains(
                            "\"client_name\":\"mx2.example.com\"",
                            "\"identity\":\"network\",\"waited\":400");
            assertThat(lines.get(2))
                    .contains(
                            "\"client_name\":\"dyn-1-2-3-4.example.org\"",
                            "\"suspect\":\"generic-name\",\"retry_in\":1800");
            assertThat(lines.get(3))
                    .contains("\"suspect\":\"no-name\"")
                    .doesNotContain("client_name");
        }
    }

    @Test
    void thatNotAllIsKnownIsShownAsInTheLog() {
        try (Watchers.Watcher watcher = watch()) {
            desk.askCut("192.0.2.7", "a@example.org", "b@example.net");
            assertThat(all(watcher))
                    .singleElement()
                    .asString()
                    .contains("\"recipients\":1,\"cut\":true,\"retry_in\":300}");
        }
    }

    @Test
    void anyRecipientOfAMessageIsFoundNotTheFirstAlone() {
        WhoseMail carols =
                new WhoseMail(
                        Optional.empty(), Optional.empty(), Optional.of(MeantAddress.of("carol@")));
        try (Watchers.Watcher watcher = desk.watchers().watch(Optional.empty(), carols)) {
            desk.ask("192.0.2.7", "a@example.org", "b@example.net", "carol@example.net");
            desk.ask("192.0.2.7", "carol@example.org", "b@example.net");
            assertThat(all(watcher))
                    .singleElement()
                    .asString()
                    .contains("\"recipient\":\"b@example.net\",\"recipients\":2");
        }
    }

    @Test
    void aHundredRecipientsAreShownAsInTheLog() {
        try (Watchers.Watcher watcher = watch()) {
            String[] recipients =
                    IntStream.range(0, 101).mapToObj(i -> "b" + i).toArray(String[]::new);
            desk.ask("192.0.2.7", "a@example.org", recipients);
            assertThat(all(watcher))
                    .singleElement()
                    .asString()
                    .contains("\"recipients\":101,", "{\"recipient\":\"b99\",\"reason\":\"new\"}]")
                    .doesNotContain("b100");
        }
    }

    @Test
    void tenThousandLinesWaitForASlowReaderAndTheOthersAreCounted() {
        try (Watchers.Watcher slow = watch()) {
            for (int i = 0; i < Watchers.QUEUE_MAX + 5; i++) {
                desk.ask("192.0.2.7", "a@example.org", "b" + i + "@example.net");
            }
            List<String> lines = all(slow);
            assertThat(lines).hasSize(Watchers.QUEUE_MAX);
            assertThat(lines.getLast()).contains("\"b9999@example.net\"");
            assertThat(slow.takeDropped()).isEqualTo(5);
            assertThat(slow.takeDropped()).isZero();
            desk.ask("192.0.2.7", "a@example.org", "b@example.net");
            assertThat(all(slow)).hasSize(1);
        }
    }

    @Test
    void longLinesOfAllSlowReadersTogetherHaveABound() {
        try (Watchers.Watcher one = watch();
                Watchers.Watcher other = watch()) {
            String sender = "x".repeat(2_048);
            for (int i = 0; i < 3_000; i++) {
                desk.ask("192.0.2.7", sender, "b@example.net");
            }
            for (Watchers.Watcher watcher : List.of(one, other)) {
                List<String> lines = all(watcher);
                assertThat(lines.stream().mapToLong(String::length).sum())
                        .isBetween(Watchers.WAITING_MAX / 2L, Watchers.WAITING_MAX / 2L + 3_000);
                assertThat(watcher.takeDropped()).isEqualTo(3_000 - lines.size());
            }
            desk.ask("192.0.2.7", sender, "b@example.net");
            assertThat(all(one)).hasSize(1);
            assertThat(all(other)).hasSize(1);
        }
    }

    @Test
    void whoReadsTooSlowlyIsToldHowManyHeMissed() {
        try (Dialogue.Peer peer = desk.connect()) {
            peer.say("{\"command\":\"tail\"}\n");
            peer.hear("\n"); // From now on it watches.
            String recipient = "x".repeat(2_000) + "@example.net";
            long asked = 8_000; // More than system and daemon hold for it.
            for (int i = 0; i < asked; i++) {
                desk.ask("192.0.2.7", recipient, recipient);
            }
            long shown = 0;
            long dropped = 0;
            while (shown + dropped < asked) {
                String line = peer.hear("\n");
                assertThat(line).as("the connection goes on").isNotEmpty();
                if (line.startsWith("{\"dropped\":")) {
                    dropped += Long.parseLong(line.replaceAll("[^0-9]", ""));
                } else {
                    shown += line.isBlank() ? 0 : 1;
                }
            }
            assertThat(shown + dropped).isEqualTo(asked);
            assertThat(dropped).isPositive();
        }
    }
}
