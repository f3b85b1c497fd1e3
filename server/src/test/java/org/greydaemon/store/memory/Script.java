package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Rule;
import org.greydaemon.decision.Rules;
import org.greydaemon.decision.Source;
import org.greydaemon.store.Name;
import org.greydaemon.store.ReferenceStore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A random history of one daemon: attempts, time that passes, saves, restarts, kills and a wall
/// clock that is set. After each event the memory store must be what the reference is.
final class Script implements AutoCloseable {
    private static final int RECIPIENTS_MAX = 6;

    private static final String[] CLIENTS = {
        "192.0.2.1",
        "192.0.2.2",
        "198.51.100.7",
        "::ffff:198.51.100.8",
        "2001:db8::1",
        "2001:db8:0:1::1",
        "2001:DB8:1::1",
        "unknown",
        "",
        "6.6.6.6 x@y z@w",
        "a\nb",
        "257.1.1.1"
    };
    private static final String[] ADDRESSES = {
        "",
        ".",
        "a@b.c",
        "A@B.C",
        "u-v=w@e.f",
        "-=",
        "d e@f",
        "x\ty@z",
        "<>",
        "\\x41@b",
        "\r\nG 1 192.0.2.1 a b",
        "\u00c3\u00a9@b",
        "\u0085\u00ff\u00c2",
        "#",
        "a".repeat(1001)
    };
    private static final long[] STEPS = {
        0, 1, 1, 2, 29, 30, 31, 59, 60, 61, 240, 299, 300, 301, 3_600, 40_000, 43_199, 43_200,
        86_400, 604_799, 604_800
    };

    private final Random random;
    private final Rules rules;
    private final Path root;
    private final Attempt attempt = new Attempt(RECIPIENTS_MAX * 1001, RECIPIENTS_MAX);
    private final Decision decision = new Decision(RECIPIENTS_MAX);
    private final Decision expected = new Decision(RECIPIENTS_MAX);
    private final ReferenceStore model;
    private Site site;
    private MemoryStore store;
    private long now = Site.START;
    private int sites;

    Script(long seed, Rules rules, Path root) throws IOException {
        random = new Random(seed);
        this.rules = rules;
        this.root = root;
        model = new ReferenceStore(rules.lifetimes());
        site = new Site(Files.createDirectories(root.resolve("0")));
        site.lifetimes = rules.lifetimes();
        store = site.open(now);
    }

    /// Lets one thing happen.
    void event() throws IOException {
        int kind = random.nextInt(1000);
        if (kind < 600) {
            judge();
        } else if (kind < 700) {
            step();
        } else if (kind < 985) {
            // A big step makes nearly everything expire, so most are small.
            now += STEPS[random.nextInt(random.nextInt(20) == 0 ? STEPS.length : 14)];
        } else if (kind < 990) {
            save();
        } else if (kind < 992) {
            setWallClock();
        } else if (kind < 995) {
            restart();
        } else {
            kill(random.nextInt(3));
        }
        assertThat(store.entries()).isEqualTo(model.entries());
    }

    private void judge() {
        attempt.start(new Source(Source.Protocol.UDP));
        String client = CLIENTS[random.nextInt(CLIENTS.length)];
        attempt.client(client.getBytes(ISO_8859_1), 0, client.length());
        String sender = address();
        attempt.sender(sender.getBytes(ISO_8859_1), 0, sender.length());
        for (int i = random.nextInt(RECIPIENTS_MAX); i > 0; i--) {
            String recipient = address();
            attempt.recipient(recipient.getBytes(ISO_8859_1), 0, recipient.length());
        }
        if (random.nextInt(50) == 0) {
            attempt.fault(
                    random.nextBoolean() ? Attempt.Fault.NO_SENDER : Attempt.Fault.NO_RECIPIENT);
        }
        decision.start();
        rules.judge(attempt, store, now, decision);
        expected.start();
        rules.judge(attempt, model, now, expected);
        assertThat(words(decision)).isEqualTo(words(expected));
    }

    /// One step on an entry of any kind: remembers it with a mark, forgets it, or only looks.
    private void step() {
        Key.Kind kind = Key.Kind.of(random.nextInt(Key.Kind.values().length));
        String text = kind.fields() == 0 ? "%016x" : kind == Key.Kind.SUSPECT ? "c%x" : "%x.com";
        Name name =
                kind.fields() == 3
                        ? Name.triplet("192.0.2.1", "a@b.c", "d@e.f")
                        : new Name(
                                kind,
                                text.formatted(random.nextInt(20)),
                                kind.fields() == 2 ? "b.c" : "",
                                "");
        int mark = random.nextBoolean() ? 0 : random.nextInt(1 << 23);
        int what = random.nextInt(4);
        Rule rule =
                (seen, at) ->
                        switch (what) {
                            case 0 -> Memory.NEVER;
                            case 1 -> seen;
                            default -> Entry.of(at, mark);
                        };
        assertThat(store.step(name.key(), rule, now)).isEqualTo(model.step(name.key(), rule, now));
    }

    private String address() {
        return random.nextInt(4) == 0
                ? "user" + random.nextInt(30) + "@example.org"
                : ADDRESSES[random.nextInt(ADDRESSES.length)];
    }

    private static String words(Decision decision) {
        StringBuilder words = new StringBuilder(decision.reason().word());
        for (int i = 0; i < decision.recipients(); i++) {
            words.append(' ').append(decision.recipientReason(i).word());
        }
        return words.append(" waited ")
                .append(decision.waitedSeconds())
                .append(" retry in ")
                .append(decision.retryInSeconds())
                .toString();
    }

    private void save() {
        assertThat(store.save(now)).isTrue();
        model.save(now);
    }

    /// As the daemon does: it keeps its own time and saves in the new time at once.
    private void setWallClock() {
        site.wallOffset = site.wallOffset + random.nextInt(200_000) - 100_000;
        save();
    }

    private void restart() throws IOException {
        save();
        store.close();
        long step = random.nextInt(200_000) - 100_000L;
        // A clock without a battery begins years ago.
        begin(site, random.nextInt(5) == 0 ? step - 2 * rules.lifetimes().client() : step);
    }

    /// The process dies after a commit: between two saves, in a save before the new file has its
    /// name, or in a save before the old journal is gone.
    private void kill(int when) throws IOException {
        store.commit();
        Site before = site.killed(folder());
        Site remains = before;
        if (when > 0 && !Files.exists(before.oldJournal)) {
            Files.move(before.journal, before.oldJournal);
            if (when == 2) {
                save();
                Files.copy(site.saveFile, folder().resolve("save"));
                remains = new Site(root.resolve(String.valueOf(sites)));
                remains.lifetimes = rules.lifetimes();
                Files.move(before.oldJournal, remains.oldJournal);
                Files.copy(site.journal, remains.journal);
            }
        }
        remains.wallOffset = site.wallOffset;
        store.close();
        // Not back: then what has expired since the last save may, of course, be good again.
        begin(remains, random.nextInt(100_000));
        acceptLateRefreshes();
    }

    private Path folder() throws IOException {
        return Files.createDirectories(root.resolve(String.valueOf(++sites)));
    }

    /// Opens a store on these files; the new process takes its time from the wall clock.
    ///
    /// @param step by how much the wall clock was set while nobody looked, if it was
    private void begin(Site next, long step) throws IOException {
        long offset = next.wallOffset;
        next.wallOffset = 0;
        now += random.nextInt(4) == 0 ? offset + step : offset;
        model.restart(now, offset);
        site = next;
        store = site.open(now);
        assertThat(site.strange).isEmpty();
        assertThat(site.failed).isEmpty();
    }

    /// A kill may lose up to a minute of a proven client's last visit, and nothing else.
    private void acceptLateRefreshes() {
        for (Name name : model.names()) {
            long entry = Site.time(store, name);
            long wanted = model.time(name);
            if (!name.isTriplet() && entry != wanted) {
                long earliest = Entry.time(wanted) - Shard.REFRESH_SECONDS + 1;
                if (entry == Memory.NEVER) {
                    assertThat(rules.lifetimes().isSaved(Key.Kind.CLIENT, earliest, now)).isFalse();
                } else {
                    assertThat(Entry.mark(entry)).isEqualTo(Entry.mark(wanted));
                    assertThat(Entry.time(entry))
                            .isBetween(earliest, Entry.time(wanted) + Shard.REFRESH_SECONDS - 1);
                }
                model.correct(name, entry);
            }
        }
        everythingIsEqual();
    }

    /// Compares every entry.
    void everythingIsEqual() {
        for (Name name : model.names()) {
            assertThat(Site.time(store, name)).as("%s", name).isEqualTo(model.time(name));
        }
        List<String> unknown = new ArrayList<>();
        store.visit((key, entry) -> {
            if (!model.names().contains(Name.of(key))) {
                unknown.add(Name.of(key) + " " + Entry.time(entry) + "/" + Entry.mark(entry));
            }
        });
        assertThat(unknown).isEmpty();
        assertThat(store.entries()).isEqualTo(model.entries());
    }

    @Override
    public void close() {
        store.close();
    }
}
