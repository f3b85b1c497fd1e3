package org.greydaemon.share;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.exempt.AllowedLines;
import org.greydaemon.exempt.AllowedWord;
import org.greydaemon.exempt.Exemption;
import org.greydaemon.exempt.SharedAllowed;
import org.greydaemon.log.Event;
import org.greydaemon.log.Lines;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Keeps what operators allow the same on all hosts (docs/adr/0020): what is said here goes into a
/// stream and a sorted set of the engine, what others have said comes from there. With each
/// connection both sides are compared as a whole, so nothing has to be known of what was sent
/// before. Confined to `share`.
final class SharedWords {
    /// The engine's shard for all of them.
    static final int SHARD = 0;

    /// The most that are taken at once: each time a file is written.
    private static final int HEARD_MAX = 10_000;

    /// The most that the engine's set can have: all, and a change of each.
    private static final int READ_MAX = 2 * (AllowedLines.LINES_MAX + AllowedLines.WITHDRAWN_MAX);

    /// And the most octets of it, for as many with long reasons.
    private static final long READ_OCTETS_MAX = 32L << 20;

    /// Clocks are compared again and again: such a difference in milliseconds is none.
    private static final long SAME_MILLIS = 2_000;

    /// Likewise of ends, in seconds: these are corrected when clocks differ by more than 2 s.
    private static final long SAME_SECONDS = 5;

    private final SharedAllowed allowed;
    private final LongSupplier engineMillis;
    private final LongSupplier skewMillis;
    private final LongSupplier toEngine;
    private final Lines log;
    private final Deque<Change> due = new ArrayDeque<>();
    private final List<AllowedWord> heard = new ArrayList<>();

    // What was allowed here when it was last looked at.
    private AllowedLines seen = AllowedLines.NONE;

    // Whether both sides must be compared as a whole.
    private boolean isOwed = true;
    private long taken;
    private long strange;

    /// @param skewMillis what to add to a time of ours to get the engine's
    /// @param toEngine what to add to an end, in seconds: the same, but 0 where nobody minds
    SharedWords(
            SharedAllowed allowed,
            LongSupplier engineMillis,
            LongSupplier skewMillis,
            LongSupplier toEngine,
            Lines log) {
        this.allowed = allowed;
        this.engineMillis = engineMillis;
        this.skewMillis = skewMillis;
        this.toEngine = toEngine;
        this.log = log;
    }

    /// Hears a line of a stream that others wrote.
    ///
    /// @return whether it is one
    boolean hear(String line) {
        Optional<AllowedWord> word = WordLine.readLine(line).map(this::here);
        word.ifPresent(heard::add);
        if (heard.size() >= HEARD_MAX) {
            take();
        }
        return word.isPresent();
    }

    /// With the times that our clock would have had; nobody speaks in the future.
    private AllowedWord here(AllowedWord word) {
        long made = Math.min(word.made(), engineMillis.getAsLong()) - skewMillis.getAsLong();
        return word.at(Math.max(0, made), end(word.until(), -toEngine.getAsLong()));
    }

    /// With the engine's times. What was dated by a clock that was ahead has an end by that one:
    /// nobody knows how far ahead it was.
    private AllowedWord there(AllowedWord word) {
        long now = engineMillis.getAsLong();
        long made = Math.max(0, word.made() + skewMillis.getAsLong());
        long add = word.isAhead(wall()) ? 0 : toEngine.getAsLong();
        return word.at(Math.min(made, now), end(word.until(), add));
    }

    private static long end(long until, long add) {
        return until == Exemption.FOREVER || until > AllowedWord.UNTIL_MAX
                ? until
                : Math.clamp(until + add, 1, AllowedWord.UNTIL_MAX);
    }

    /// The time of our wall clock, in seconds since 1970.
    private long wall() {
        return (engineMillis.getAsLong() - skewMillis.getAsLong()) / 1000;
    }

    /// Takes what was heard, and finds what was said here since the last time.
    void take() {
        if (heard.isEmpty()) {
            look(allowed.allowed());
        } else {
            List<AllowedWord> words = List.copyOf(heard);
            heard.clear();
            keep(words);
        }
    }

    private void look(AllowedLines now) {
        if (now != seen) {
            for (AllowedWord word : now.since(seen)) {
                send(word, seen.word(word.key()));
            }
            seen = now;
        }
    }

    private void send(AllowedWord word, Optional<AllowedWord> last) {
        if (word.isToShare()) {
            AllowedWord said = there(word);
            String member = WordLine.member(said);
            Optional<String> before = last.map(its -> WordLine.member(there(its)));
            long made = said.made();
            String gone = before.filter(its -> !its.equals(member)).orElse("");
            byte[] line = (WordLine.line(member, made) + "\n").getBytes(ISO_8859_1);
            due.add(new Change(SHARD, made, line, member, gone, made, Change.Meaning.SAID));
        }
    }

    private void keep(Collection<AllowedWord> words) {
        try {
            SharedAllowed.Taken its = allowed.take(words);
            look(its.before());
            seen = its.after();
            taken += words.size();
        } catch (IOException e) {
            isOwed = true;
            log.tell(
                    Event.SHARE,
                    "what operators of other hosts allow is not taken: "
                            + e.getMessage()
                            + "; tried again",
                    "allowed");
        }
    }

    /// Both sides are to be compared.
    void owe() {
        isOwed = true;
    }

    /// Compares both sides, if that is due.
    void compare(Engine engine) throws EngineException {
        if (!isOwed) {
            return;
        }
        Map<Object, AllowedWord> theirs = new HashMap<>();
        List<String> over = new ArrayList<>();
        read(engine, theirs, over); // If that fails it is owed still.
        isOwed = false;
        due.clear(); // It is found again.
        compare(theirs);
        engine.unsay(over); // The last, as an engine that takes nothing is still read.
    }

    /// Compares what is said here with what the engine has, by key.
    void compare(Map<Object, AllowedWord> theirs) {
        seen = AllowedLines.NONE;
        AllowedLines ours = allowed.allowed();
        List<AllowedWord> news = new ArrayList<>();
        theirs.forEach((key, word) -> {
            if (!ours.word(key).map(its -> isSame(its, word)).orElse(false)) {
                news.add(word);
            }
        });
        seen = ours;
        keep(news); // Without any too: what is over by a clock that was ahead passes again.
        for (AllowedWord word : seen.words()) {
            Optional<AllowedWord> its = Optional.ofNullable(theirs.get(word.key()));
            if (!word.isOfNoUse(wall()) && its.filter(one -> isSame(one, word)).isEmpty()) {
                send(word, its);
            }
        }
    }

    private void read(Engine engine, Map<Object, AllowedWord> theirs, List<String> over)
            throws EngineException {
        Optional<ScanPlace> next = Optional.empty();
        int read = 0;
        long octets = 0;
        do {
            Engine.NamePage page = engine.said(next);
            read(page.names(), theirs, over);
            read += page.names().size();
            octets += page.names().stream().mapToLong(one -> one.name().length()).sum();
            next = page.next();
        } while (next.isPresent() && read < READ_MAX && octets < READ_OCTETS_MAX);
        if (next.isPresent()) {
            log.tell(
                    Event.SHARE,
                    "the server has more than "
                            + READ_MAX
                            + " words of operators, or than "
                            + READ_OCTETS_MAX
                            + " octets of them; what is beyond is not read",
                    "many");
        }
    }

    /// Reads members of the engine's set.
    ///
    /// @param theirs gets those that hold, by key
    /// @param over gets those that are of no use
    void read(List<Timed> names, Map<Object, AllowedWord> theirs, List<String> over) {
        for (Timed one : names) {
            Optional<AllowedWord> word =
                    WordLine.readMember(one.name(), Math.max(0, one.seconds())).map(this::here);
            strange += word.isEmpty() ? 1 : 0;
            if (word.filter(its -> its.isOfNoUse(wall())).isPresent()) {
                over.add(one.name());
            } else {
                word.ifPresent(its -> hear(its, theirs, over));
            }
        }
    }

    private void hear(AllowedWord word, Map<Object, AllowedWord> theirs, List<String> over) {
        AllowedWord before = theirs.get(word.key());
        if (before == null) {
            theirs.put(word.key(), word);
            return;
        }
        AllowedWord holds = AllowedWord.holding(before, word);
        theirs.put(word.key(), holds);
        String gone = WordLine.member(there(holds.equals(word) ? before : word));
        if (!gone.equals(WordLine.member(there(holds)))) {
            over.add(gone);
        }
    }

    private static boolean isSame(AllowedWord one, AllowedWord other) {
        return WordLine.member(one.at(0, other.until())).equals(WordLine.member(other))
                && (!one.passes() || Math.abs(one.until() - other.until()) <= SAME_SECONDS)
                && Math.abs(one.made() - other.made()) <= SAME_MILLIS;
    }

    /// Has what is due sent, as much as there is room for.
    void send(Outbox outbox) {
        while (!due.isEmpty() && !outbox.isHalfFull() && outbox.add(due.peek())) {
            due.remove();
        }
    }

    /// How many wait.
    int waiting() {
        return due.size();
    }

    /// How many of others were taken since the start.
    long taken() {
        return taken;
    }

    /// How many were none.
    long strange() {
        return strange;
    }
}
