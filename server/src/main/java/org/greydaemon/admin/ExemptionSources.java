package org.greydaemon.admin;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.exempt.Allowed;
import org.greydaemon.exempt.AllowedLines;
import org.greydaemon.exempt.AllowedWord;
import org.greydaemon.exempt.Exemption;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.exempt.Expected;
import org.greydaemon.exempt.Lint;
import org.greydaemon.exempt.SharedAllowed;
import org.greydaemon.server.FileFault;
import org.greydaemon.server.SteadyClock;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Where exemptions come from, the files and greyctl, and when they end: whatever changes, what is
/// in force is made anew and handed to the gate. Safe for use by several threads.
public final class ExemptionSources implements SharedAllowed {
    /// Who has sent no mail for less than a day is not called unused.
    private static final long UNUSED_SECONDS = 86_400;

    private final Path allowedFile;
    private final Expected expected;
    private final Consumer<String> onProblem;
    private final AtomicBoolean writes = new AtomicBoolean();

    // Written by whoever has set `writes`, and at the end.
    private volatile boolean saidFault;

    // The files that have gone and could not be written anew.
    private final Set<Path> saidGone = ConcurrentHashMap.newKeySet();
    private final SteadyClock clock;

    // What the wall clock was ahead of the time when that was last looked at; of `housekeeping`.
    private long lastOffset;
    private final long started;

    // Held while a change is written, which may wait for a disk: whoever only looks at the time
    // does not wait for it.
    private final Object keeping = new Object();

    // Changed under both locks, but for what is in force again after the clock was set back: that
    // is looked at anew behind each change.
    @GuardedBy("this")
    private AllowedLines allowed;

    @GuardedBy("this")
    private Exemptions inForce;

    // Who hears of what changes; nobody yet while the daemon starts.
    private volatile Consumer<Exemptions> gate = _ -> {};

    /// Reads what greyctl has allowed.
    ///
    /// @param allowedFile where that is kept
    /// @param expectedFile where it is kept which mail is expected
    /// @param onProblem hears of lines there that cannot be meant
    /// @throws IOException if there is such a file and it cannot be read
    public ExemptionSources(
            ExemptionLists lists,
            Path allowedFile,
            Path expectedFile,
            SteadyClock clock,
            Consumer<String> onProblem)
            throws IOException {
        this.onProblem = onProblem;
        expected = Expected.read(expectedFile, onProblem);
        expected.onUse(this::writeExpected);
        this.allowedFile = allowedFile;
        this.clock = clock;
        started = clock.getAsLong();
        lastOffset = clock.wallOffsetSeconds();
        allowed = AllowedLines.read(allowedFile, onProblem).at(clock.wall());
        expected.end(clock.wall());
        inForce = Exemptions.of(lists, allowed, expected, clock.wall());
    }

    /// Reads anew what greyctl has allowed: another daemon has had the files until now. To be
    /// called before anybody is judged.
    ///
    /// @throws IOException if there is such a file and it cannot be read
    public synchronized void readAnew() throws IOException {
        allowed = AllowedLines.read(allowedFile, onProblem).at(clock.wall());
        expected.readAnew();
        expected.end(clock.wall());
        put(inForce.allowing(allowed, clock.wall()));
    }

    /// What is in force.
    public synchronized Exemptions inForce() {
        return inForce;
    }

    /// From now on the gate hears of changes.
    public void tell(Consumer<Exemptions> changed) {
        gate = changed;
    }

    /// Takes what a reload has read.
    ///
    /// @param use puts it in force together with whatever else was read
    public synchronized void replace(ExemptionLists read, Consumer<Exemptions> use) {
        Exemptions changed = Exemptions.of(read, allowed, expected, clock.wall());
        changed.countOnFrom(inForce);
        inForce = changed;
        use.accept(changed);
    }

    /// Ends what has come to its end, and begins what has its time of the day. To be called about
    /// once a second.
    public void everySecond() {
        boolean isBack = lookAtOffset();
        expected.end(clock.wall());
        synchronized (this) {
            if (isBack) {
                // What was over by a clock that was ahead is in force again. The file learns it
                // with the next change; who reads it looks at the time too.
                allowed = allowed.at(clock.wall());
                put(inForce.allowing(allowed, clock.wall()));
            } else if (clock.wall() >= inForce.nextChange()) {
                put(inForce.at(clock.wall()));
            }
        }
        writeExpected(); // If it did not work before.
    }

    /// @return whether the wall clock was set back
    private boolean lookAtOffset() {
        long by = clock.wallOffsetSeconds() - lastOffset;
        if (by != 0) {
            expected.clockSet(by);
            lastOffset += by;
        }
        return by < 0;
    }

    /// Nobody who judges mail waits for the disk, nor does who looks at the time.
    private void writeExpected() {
        if (expected.isToWrite() && writes.compareAndSet(false, true)) {
            Thread.ofVirtual()
                    .name("expected")
                    .start(() -> {
                        boolean isWritten = false;
                        try {
                            isWritten = writeUses();
                        } finally {
                            writes.set(false);
                        }
                        if (isWritten) {
                            writeExpected(); // Somebody may have come meanwhile.
                        }
                    });
        }
    }

    private boolean writeUses() {
        try {
            expected.writeUses();
            saidFault = false;
            return true;
        } catch (IOException e) {
            if (!saidFault) {
                onProblem.accept(FileFault.words(expected.file(), e) + "; it is tried again");
            }
            saidFault = true;
            return false;
        }
    }

    /// Writes anew what is in force and whose file is gone, as with a folder that somebody has
    /// replaced: else it would end with this process. To be called after saves, by a thread that
    /// may wait for the disk.
    public void writeWhatIsGone() {
        writeAnew(
                allowedFile,
                () -> {
                    synchronized (keeping) {
                        return allowed().writeIfGone(allowedFile, onProblem);
                    }
                });
        writeAnew(expected.file(), expected::writeIfGone);
    }

    /// Writes a file that is gone.
    private interface Rewrite {
        /// @return whether it was
        boolean isGone() throws IOException;
    }

    private void writeAnew(Path file, Rewrite rewrite) {
        try {
            if (rewrite.isGone()) {
                onProblem.accept(file + ": somebody has removed it; written anew");
            }
            saidGone.remove(file);
        } catch (IOException e) {
            if (saidGone.add(file)) {
                onProblem.accept(
                        FileFault.words(file, e)
                                + "; somebody has removed it, and what it said ends with this"
                                + " process unless the next save can write it");
            }
        }
    }

    /// Writes what no file knows yet. To be called when nobody judges mail any more, before another
    /// daemon may read the files.
    public void stop() {
        writeWhatIsGone();
        try {
            expected.writeUses();
        } catch (IOException e) {
            onProblem.accept(
                    FileFault.words(expected.file(), e)
                            + "; it does not say whose mail has come that was expected once, so"
                            + " another sender's passes too, after the next start");
        }
    }

    /// Lets mail to a recipient pass that is expected, see {@link Expected#expect}.
    ///
    /// @return why that is too much; empty if it is not
    /// @throws IOException if it cannot be kept; nothing has changed
    public Optional<String> expect(String recipient, boolean once, long seconds, String reason)
            throws IOException {
        try {
            return expected.expect(
                    recipient, once, seconds, reason, clock::wall, inForce().delimiter());
        } catch (IOException e) {
            throw notKept(expected.file(), e);
        }
    }

    /// What was said of mail to a recipient that is expected.
    Optional<Exemption> expected(String recipient) {
        return expected.of(recipient);
    }

    /// {@link Expected#word}.
    Optional<Long> expectedWord(String recipient) {
        return expected.word(recipient);
    }

    /// Whether mail to a recipient is expected.
    boolean expects(String recipient) {
        return expected.expects(recipient);
    }

    /// Takes back that mail is expected.
    ///
    /// @return whether any was
    /// @throws IOException if it cannot be kept; nothing has changed
    public boolean cancel(String recipient) throws IOException {
        try {
            return expected.cancel(recipient);
        } catch (IOException e) {
            throw notKept(expected.file(), e);
        }
    }

    private static IOException notKept(Path file, IOException cause) {
        return new IOException(FileFault.words(file, cause), cause);
    }

    @GuardedBy("this")
    private void put(Exemptions changed) {
        inForce = changed;
        gate.accept(changed);
    }

    /// Lets mail pass from now on, and returns when that would survive the death of the system.
    ///
    /// @throws IOException if it cannot be kept; nothing has changed
    ///
    /// @return what was allowed before, and what is now
    Taken allow(List<Allowed> clients) throws IOException {
        synchronized (keeping) {
            AllowedLines before = allowed();
            AllowedLines after = before.with(clients, clock.wall());
            keep(after);
            return new Taken(before, after);
        }
    }

    /// Lets mail pass from now on, at least as long as this says.
    ///
    /// @throws IOException if it cannot be kept; nothing has changed
    void allowAtLeast(List<Allowed> clients) throws IOException {
        synchronized (keeping) {
            keep(allowed().withAtLeast(clients, clock.wall()));
        }
    }

    /// Takes back what was allowed, all of it or nothing: it is written once.
    ///
    /// @return whether exactly this, or a part of it, was
    /// @throws IOException if it cannot be kept; nothing has changed
    boolean disallow(List<Allowed> whom) throws IOException {
        synchronized (keeping) {
            List<Allowed> held = whom.stream().filter(allowed()::holds).toList();
            if (held.isEmpty()) {
                return false;
            }
            keep(allowed().without(held, clock.wall()));
            return true;
        }
    }

    /// Puts back what was said before, unless something else was said meanwhile.
    ///
    /// @param said what is to be taken back
    /// @param before those of them of which something was said before, and what that was
    /// @return what was said meanwhile, and then nothing has changed; empty if nothing was
    /// @throws IOException if it cannot be kept; nothing has changed
    Optional<AllowedWord> putBack(List<AllowedWord> said, List<Allowed> before) throws IOException {
        synchronized (keeping) {
            AllowedLines changed = allowed();
            for (AllowedWord one : said) {
                Optional<AllowedWord> now = changed.word(one.key());
                if (now.isPresent() && now.get().isSaidAfter(one)) {
                    return now;
                }
                changed = changed.without(one.whom(), clock.wall());
            }
            keep(changed.with(before, clock.wall()));
            return Optional.empty();
        }
    }

    @Override
    public synchronized AllowedLines allowed() {
        return allowed;
    }

    @Override
    public Taken take(Collection<AllowedWord> words) throws IOException {
        synchronized (keeping) {
            AllowedLines before = allowed();
            AllowedLines after = before.merged(words, clock.wall());
            if (after != before) {
                keep(after);
            }
            return new Taken(before, after);
        }
    }

    @GuardedBy("keeping")
    private void keep(AllowedLines changed) throws IOException {
        try {
            changed.write(allowedFile, onProblem);
        } catch (IOException e) {
            throw notKept(allowedFile, e);
        }
        synchronized (this) {
            allowed = changed.at(clock.wall()); // The clock may have been set back meanwhile.
            put(inForce.allowing(allowed, clock.wall()));
        }
    }

    /// All that lets mail pass, what has come to its end too.
    Stream<Exemption> all() {
        return inForce().all();
    }

    /// How many there are.
    int size() {
        return inForce().size();
    }

    /// Those that have let most mail pass.
    List<Exemption> mostUsed(int most) {
        return inForce().mostUsed(most);
    }

    /// What should be thought about.
    List<Lint.Remark> lint() {
        long seconds = clock.getAsLong() - started;
        Optional<String> since =
                seconds < UNUSED_SECONDS
                        ? Optional.empty()
                        : Optional.of("since the daemon started " + Span.text(seconds) + " ago");
        return Lint.of(inForce(), clock.wall(), since);
    }
}
