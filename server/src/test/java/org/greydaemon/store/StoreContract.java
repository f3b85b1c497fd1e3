package org.greydaemon.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Rule;
import org.greydaemon.decision.Rules.Lifetimes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What every store promises, whatever it is made of.
public abstract class StoreContract {
    /// The time at which each test begins.
    protected static final long START = 1_700_000_000;

    /// An hour for a triplet in a file, two in memory, a day for a client.
    protected static final Lifetimes LIFETIMES = new Lifetimes(3_600, 7_200, 86_400, 0);

    private static final Rule ALWAYS = (seen, now) -> now;
    private static final Rule NEVER = (seen, now) -> seen;
    private static final Rule FORGET = (seen, now) -> Memory.NEVER;
    private static final Rule ONCE = (seen, now) -> seen == Memory.NEVER ? now : seen;

    private static final Name TRIPLET = Name.triplet("192.0.2.1", "a@b.c", "d@e.f");

    private Store store;

    /// Opens an empty store.
    protected abstract Store open() throws Exception;

    /// Closes the store, or what else ends it in good order, and opens it again at a time.
    protected abstract Store reopen(Store store, long now) throws Exception;

    @BeforeEach
    void openStore() throws Exception {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
        store.close(); // Closing twice is closing.
    }

    private long step(Name name, Rule rule, long now) {
        return store.step(name.key(), rule, now);
    }

    private long time(Name name) {
        return step(name, NEVER, START);
    }

    @Test
    void whatWasNeverSeenIsNever() {
        assertThat(step(TRIPLET, NEVER, START)).isEqualTo(Memory.NEVER);
        assertThat(time(TRIPLET)).isEqualTo(Memory.NEVER);
        assertThat(store.entries()).isZero();
    }

    @Test
    void stepReturnsTheTimeBeforeAndTheRuleDecidesWhatIsKept() {
        assertThat(step(TRIPLET, ONCE, START)).isEqualTo(Memory.NEVER);
        assertThat(step(TRIPLET, ONCE, START + 1)).isEqualTo(START);
        assertThat(step(TRIPLET, ALWAYS, START + 2)).isEqualTo(START);
        assertThat(step(TRIPLET, NEVER, START + 3)).isEqualTo(START + 2);
        assertThat(store.entries()).isOne();
    }

    @Test
    void ruleSeesTheTimeAndNow() {
        step(TRIPLET, ALWAYS, START);
        List<Long> heard = new java.util.ArrayList<>();
        step(
                TRIPLET,
                (seen, now) -> {
                    heard.add(seen);
                    heard.add(now);
                    return seen;
                },
                START + 7);
        assertThat(heard).containsExactly(START, START + 7);
    }

    private static final List<Name> OF_EACH_KIND =
            List.of(
                    Name.client("192.0.2.1"),
                    TRIPLET,
                    new Name(Key.Kind.NETWORK_TRIPLET, "0123456789abcdef", "", ""),
                    new Name(Key.Kind.HOST_TRIPLET, "0123456789abcdef", "", ""),
                    new Name(Key.Kind.SPF_TRIPLET, "0123456789abcdef", "", ""),
                    new Name(Key.Kind.HOST_SENDER, "192.0.2.1", "b.c", ""),
                    new Name(Key.Kind.POOL, "192.0.2.1", "", ""),
                    new Name(Key.Kind.SPF_DOMAIN, "192.0.2.1", "", ""),
                    new Name(Key.Kind.SUSPECT, "192.0.2.1", "", ""),
                    new Name(Key.Kind.POOL_NETWORK, "192.0.2.0/24", "", ""),
                    new Name(Key.Kind.POOL_LINK, "192.0.2.0/24", "2001:db8::/48", ""));

    @Test
    void everyKindIsAnEntryOfItsOwnWithItsMarkAndComesBack() throws Exception {
        for (int i = 0; i < OF_EACH_KIND.size(); i++) {
            long entry = Entry.of(START - i, i * 700_000);
            step(OF_EACH_KIND.get(i), (seen, now) -> entry, START);
        }
        store.commit();
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < OF_EACH_KIND.size(); i++) {
                Name name = OF_EACH_KIND.get(i);
                assertThat(time(name)).as("%s", name).isEqualTo(Entry.of(START - i, i * 700_000));
                assertThat(store.entries(name.kind())).isOne();
            }
            assertThat(store.entries()).isEqualTo(OF_EACH_KIND.size());
            store = reopen(store, START);
        }
    }

    @Test
    void whatIsForgottenIsGoneAtOnceAndDoesNotComeBack() throws Exception {
        OF_EACH_KIND.forEach(name -> step(name, ALWAYS, START));
        store.commit();
        for (Name name : OF_EACH_KIND) {
            assertThat(step(name, FORGET, START + 1)).isEqualTo(START);
            assertThat(time(name)).isEqualTo(Memory.NEVER);
            assertThat(store.entries(name.kind())).isZero();
            assertThat(step(name, FORGET, START + 1)).isEqualTo(Memory.NEVER);
        }
        assertThat(store.entries()).isZero();
        store.visit((key, entry) -> assertThat(Name.of(key)).isNull());
        store.commit();
        store = reopen(store, START + 1);
        assertThat(store.entries()).isZero();
        step(TRIPLET, ONCE, START + 2); // And it may come again.
        store.commit();
        store = reopen(store, START + 2);
        assertThat(time(TRIPLET)).isEqualTo(START + 2);
    }

    @Test
    void timesAfter2106AreTimes() throws Exception {
        long late = 4_294_967_296L + 5;
        step(TRIPLET, ALWAYS, late);
        step(Name.client("192.0.2.1"), ALWAYS, late);
        store.commit();
        store = reopen(store, late + 1);
        assertThat(time(TRIPLET)).isEqualTo(late);
        assertThat(time(Name.client("192.0.2.1"))).isEqualTo(late);
    }

    @Test
    void timeMayGoBack() {
        step(TRIPLET, ALWAYS, START);
        step(TRIPLET, ALWAYS, START - 1000);
        assertThat(time(TRIPLET)).isEqualTo(START - 1000);
    }

    @Test
    void namesWithTheSameOctetsAreDifferentEntries() {
        List<Name> names =
                List.of(
                        Name.client("unknown"),
                        Name.triplet("unknown", "ab", "c"),
                        Name.triplet("unknown", "a", "bc"),
                        Name.triplet("unknown", "abc", ""),
                        Name.triplet("unknowna", "b", "c"),
                        Name.client("unknownabc"));
        for (int i = 0; i < names.size(); i++) {
            step(names.get(i), ALWAYS, START + i);
        }
        for (int i = 0; i < names.size(); i++) {
            assertThat(time(names.get(i))).as("%s", names.get(i)).isEqualTo(START + i);
        }
        assertThat(store.entries()).isEqualTo(names.size());
    }

    @Test
    void hostileAndExtremeNamesComeBackAfterARestart() throws Exception {
        List<Name> names =
                List.of(
                        Name.client(""),
                        Name.client("::"),
                        Name.client("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
                        Name.client("255.255.255.255"),
                        Name.client("6.6.6.6 spam@x vic@e"),
                        Name.client("\n".repeat(Key.CLIENT_MAX)),
                        Name.triplet("", ".", ""),
                        Name.triplet("192.0.2.1", "a\nG 1 192.0.2.2 x y", "b\r\u0000\u001b"),
                        Name.triplet("192.0.2.1", "\\x41\\", "\\\\x0a\\x"),
                        Name.triplet("192.0.2.1", "\u00c3\u00a9@\u00ff", "\u00c2\u0085"),
                        Name.triplet("192.0.2.1", "#", "# x"),
                        Name.triplet(
                                "\u00ff".repeat(Key.CLIENT_MAX),
                                "\u0001".repeat(Key.ADDRESS_MAX),
                                "\u0002".repeat(Key.ADDRESS_MAX)));
        for (int i = 0; i < names.size(); i++) {
            step(names.get(i), ALWAYS, START - i);
        }
        store.commit();
        store = reopen(store, START);
        for (int i = 0; i < names.size(); i++) {
            assertThat(time(names.get(i))).as("%s", names.get(i)).isEqualTo(START - i);
        }
        assertThat(store.entries()).isEqualTo(names.size());
    }

    @Test
    void lastTimeOfANameIsTheOneThatComesBack() throws Exception {
        step(TRIPLET, ALWAYS, START);
        step(TRIPLET, ALWAYS, START + 1);
        step(Name.client("192.0.2.1"), ALWAYS, START);
        step(Name.client("192.0.2.1"), ALWAYS, START + 1000);
        store.commit();
        store = reopen(store, START + 1000);
        assertThat(time(TRIPLET)).isEqualTo(START + 1);
        assertThat(time(Name.client("192.0.2.1"))).isEqualTo(START + 1000);
    }

    @Test
    void restartDropsWhatNoRetryCouldUse() throws Exception {
        Name triplet = Name.triplet("192.0.2.1", "a@b.c", "d@e.g");
        step(TRIPLET, ALWAYS, START);
        step(triplet, ALWAYS, START + 1);
        step(Name.client("192.0.2.1"), ALWAYS, START + 3_600 - 86_400);
        step(Name.client("192.0.2.2"), ALWAYS, START + 3_600 - 86_400 + 1);
        store.commit();
        store = reopen(store, START + 3_600);
        assertThat(time(TRIPLET)).isEqualTo(Memory.NEVER);
        assertThat(time(triplet)).isEqualTo(START + 1);
        assertThat(time(Name.client("192.0.2.1"))).isEqualTo(Memory.NEVER);
        assertThat(time(Name.client("192.0.2.2"))).isEqualTo(START + 3_600 - 86_400 + 1);
    }

    @Test
    void visitShowsEveryEntryOnceWithItsTime() {
        Map<Name, Long> entries = new HashMap<>();
        for (int i = 0; i < 500; i++) {
            Name name = i % 3 == 0 ? Name.client("192.0.2." + i) : Name.triplet("c", "s" + i, "");
            step(name, ALWAYS, START + i);
            entries.put(name, START + i);
        }
        Map<Name, Long> seen = new HashMap<>();
        store.visit((key, time) -> assertThat(seen.put(Name.of(key), time)).isNull());
        assertThat(seen).isEqualTo(entries);
    }

    @Test
    void visitorMayMakeSteps() {
        step(TRIPLET, ALWAYS, START);
        store.visit((key, time) -> step(Name.of(key), ALWAYS, time + 1));
        assertThat(time(TRIPLET)).isEqualTo(START + 1);
    }

    @Test
    void tripletFromFarInTheFutureIsTakenForOneOfNowAndAClientStaysKnown() throws Exception {
        Name client = Name.client("192.0.2.1");
        Name near = Name.client("192.0.2.2");
        step(TRIPLET, ALWAYS, START);
        step(client, ALWAYS, START);
        step(near, ALWAYS, START - 1);
        long before = START - 1 - LIFETIMES.client(); // The clock was reset.
        store = reopen(store, before);
        assertThat(time(TRIPLET)).isEqualTo(before);
        assertThat(time(client)).isEqualTo(START);
        assertThat(time(near)).isEqualTo(START - 1);
    }
}
