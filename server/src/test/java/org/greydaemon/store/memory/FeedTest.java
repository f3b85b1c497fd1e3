package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Rule;
import org.greydaemon.store.ChangeFeed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Other hosts hear of what attempts and operators change here, and of nothing else.
final class FeedTest {
    private static final long NOW = 1_000_000;
    private static final long WALL = 50;

    @TempDir Path folder;

    private final ChangeFeed feed = new ChangeFeed(1 << 20, () -> NOW + WALL);
    private MemoryStore store;

    @BeforeEach
    void open() throws IOException {
        Site site = new Site(folder);
        site.entriesMax = 4_000;
        site.wallOffset = WALL;
        store = site.open(NOW);
        store.tell(Optional.of(feed));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static Key client(String text) {
        Key key = new Key();
        byte[] octets = text.getBytes(ISO_8859_1);
        key.client(octets, 0, octets.length);
        return key;
    }

    private List<String> told() {
        List<String> all = new ArrayList<>();
        feed.take((made, before, text, from, to) ->
                all.add(
                        made
                                + " "
                                + (before == Memory.NEVER ? "new" : before)
                                + " "
                                + new String(text, from, to - from, ISO_8859_1)));
        return all;
    }

    private static Rule at(long time) {
        return (_, _) -> Entry.of(time, 0);
    }

    @Test
    void whatIsNewRefreshedAndForgottenIsTold() {
        store.step(client("192.0.2.1"), at(NOW), NOW);
        store.step(client("192.0.2.1"), at(NOW + 30), NOW); // So late it may be in the journal.
        store.step(client("192.0.2.1"), at(NOW + 90), NOW);
        store.step(client("192.0.2.1"), (_, _) -> Memory.NEVER, 0);
        assertThat(told())
                .containsExactly(
                        "1000050 new I 1000050 192.0.2.1",
                        "1000050 1000050 I 1000140 192.0.2.1",
                        "1000050 1000140 F I 192.0.2.1");
    }

    @Test
    void whatOthersHaveToldIsKeptAndNotToldAgain() throws IOException {
        store.adopt(client("192.0.2.1"), at(NOW), NOW);
        store.adopt(client("192.0.2.1"), (_, _) -> Memory.NEVER, NOW);
        store.adopt(client("192.0.2.2"), at(NOW), NOW);
        assertThat(told()).isEmpty();
        store.commit();
        assertThat(Files.readString(folder.resolve("save.journal"), ISO_8859_1))
                .contains("I 1000050 192.0.2.1 ", "F I 192.0.2.1 ", "I 1000050 192.0.2.2 ");
    }

    @Test
    void whatMakesRoomIsNotForgottenElsewhere() {
        for (int i = 0; i < 9_000; i++) {
            store.step(client("client" + i), at(NOW), NOW);
        }
        assertThat(store.evicted()).isPositive();
        assertThat(told()).hasSize(9_000).noneMatch(line -> line.contains(" F "));
    }

    @Test
    void nobodyIsToldUnlessAsked() {
        store.tell(Optional.empty());
        store.step(client("192.0.2.1"), at(NOW), NOW);
        assertThat(told()).isEmpty();
    }
}
