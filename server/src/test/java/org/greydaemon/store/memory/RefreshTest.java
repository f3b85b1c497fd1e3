package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.decision.Entry;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;

/// What has proven itself is seen again with each message: the journal hears of it once a minute,
/// and of all else at once.
final class RefreshTest {
    private static final Name CLIENT = Name.client("192.0.2.1");
    private static final Name TRIPLET = Name.triplet("192.0.2.1", "a@b.c", "d@e.f");

    private final OneShard one = new OneShard();

    @BeforeEach
    void rememberThem() {
        one.remember(CLIENT, START);
        one.remember(TRIPLET, START);
        assertThat(one.journaled()).hasSize(2);
    }

    @AfterEach
    void close() {
        one.close();
    }

    private List<String> after(Name name, long entry) {
        one.remember(name, entry);
        assertThat(one.entry(name)).isEqualTo(entry);
        return one.journaled();
    }

    private List<String> afterSeconds(int seconds) {
        return after(CLIENT, START + seconds);
    }

    @Test
    void aRefreshIsJournaledWhenTheJournalIsAMinuteBehind() {
        assertThat(afterSeconds(30)).isEmpty();
        assertThat(afterSeconds(59)).isEmpty();
        assertThat(afterSeconds(60)).containsExactly("I " + (START + 60) + " 192.0.2.1");
        assertThat(afterSeconds(61)).as("the next minute").isEmpty();
        assertThat(afterSeconds(119)).isEmpty();
        assertThat(afterSeconds(120)).hasSize(1);
    }

    @Test
    void aClockThatWasSetBackIsJournaledAsSoon() {
        assertThat(afterSeconds(-59)).isEmpty();
        assertThat(afterSeconds(-60)).hasSize(1);
        assertThat(afterSeconds(-59)).isEmpty();
    }

    @Test
    void whatElseHasChangedIsJournaledAtOnce() {
        assertThat(after(CLIENT, Entry.of(START + 1, 7))).hasSize(1);
        assertThat(after(CLIENT, Entry.of(START + 1, 8))).hasSize(1);
        assertThat(after(TRIPLET, START + 1)).hasSize(1);
        assertThat(after(TRIPLET, START + 1)).isEmpty();
    }

    @Test
    void whatFilesKnowIsRefreshedLikeAnyOther() {
        Name read = Name.client("192.0.2.2");
        for (int twice = 0; twice < 2; twice++) {
            one.load(read, START, 0, true);
            assertThat(after(read, START + 59)).isEmpty();
        }
    }
}
