package org.greydaemon.store;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/// What changes here waits in bounded room for the one who tells others.
final class ChangeFeedTest {
    private long wall = 1_000;

    private static void add(ChangeFeed feed, long before, String line) {
        byte[] text = ("x" + line + "y").getBytes(ISO_8859_1);
        feed.add(before, text, 1, text.length - 1);
    }

    private static List<String> taken(ChangeFeed feed) {
        List<String> all = new ArrayList<>();
        feed.take((made, before, text, from, to) ->
                all.add(made + " " + before + " " + new String(text, from, to - from, ISO_8859_1)));
        return all;
    }

    @Test
    void changesComeInTheirOrderWithTheirTimes() {
        ChangeFeed feed = new ChangeFeed(1 << 20, () -> wall++);
        assertThat(taken(feed)).isEmpty();
        add(feed, -1, "first");
        add(feed, 7, "");
        assertThat(taken(feed)).containsExactly("1000 -1 first", "1001 7 ");
        add(feed, 8, "second");
        assertThat(taken(feed)).containsExactly("1002 8 second");
        assertThat(taken(feed)).isEmpty();
    }

    @Test
    void whatFindsNoRoomIsCountedAndTheRestStays() {
        ChangeFeed feed = new ChangeFeed(200_000, () -> wall);
        String line = "l".repeat(980); // 1000 octets with what stands before it.
        for (int i = 0; i < 250; i++) {
            add(feed, 0, line);
        }
        assertThat(feed.dropped()).isEqualTo(50);
        assertThat(taken(feed)).hasSize(200);
        add(feed, 0, line);
        assertThat(taken(feed)).hasSize(1);
        assertThat(feed.dropped()).isEqualTo(50);
    }

    @Tag("long")
    @Test
    void whatIsForgottenHasRoomOfItsOwn() {
        ChangeFeed feed = new ChangeFeed(100_000, () -> wall);
        String line = "l".repeat(980);
        for (int i = 0; i < 200; i++) {
            add(feed, 0, line);
        }
        long dropped = feed.dropped();
        add(feed, 0, "F I 192.0.2.1");
        add(feed, 0, line);
        assertThat(feed.dropped()).isEqualTo(dropped + 1);
        assertThat(taken(feed)).last().asString().endsWith("F I 192.0.2.1");
        for (int i = 0; i < 200_000; i++) {
            add(feed, 0, "F I 192.0.2.1");
        }
        assertThat(feed.dropped()).isGreaterThan(dropped + 1);
    }
}
