package org.greydaemon.admin;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.exempt.AllowedClients;
import org.greydaemon.exempt.Exemption;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.exempt.Lint;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.server.FileFault;
import org.greydaemon.server.SteadyClock;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Where exemptions come from, the files and greyctl, and when they end: whatever changes, what is
/// in force is made anew and handed to the gate. Safe for use by several threads.
public final class ExemptionSources {
    /// Who has sent no mail for less than a day is not called unused.
    private static final long UNUSED_SECONDS = 86_400;

    private final Path allowedFile;
    private final SteadyClock clock;
    private final long started;

    // Held while a change is written, which may wait for a disk: whoever only looks at the time
    // does
    // not wait for it.
    private final Object keeping = new Object();

    // Changed under both locks.
    @GuardedBy("this")
    private AllowedClients allowed;

    @GuardedBy("this")
    private Exemptions inForce;

    // Who hears of what changes; nobody yet while the daemon starts.
    private volatile Consumer<Exemptions> gate = _ -> {};

    /// Reads what greyctl has allowed.
    ///
    /// @param allowedFile where that is kept
    /// @param onProblem hears of lines there that cannot be meant
    /// @throws IOException if there is such a file and it cannot be read
    public ExemptionSources(
            ExemptionLists lists, Path allowedFile, SteadyClock clock, Consumer<String> onProblem)
            throws IOException {
        this.allowedFile = allowedFile;
        this.clock = clock;
        started = clock.getAsLong();
        allowed = AllowedClients.read(allowedFile, onProblem);
        inForce = Exemptions.of(lists, allowed, wall());
    }

    private long wall() {
        return clock.getAsLong() + clock.wallOffsetSeconds();
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
        Exemptions changed = Exemptions.of(read, allowed, wall());
        changed.countOnFrom(inForce);
        inForce = changed;
        use.accept(changed);
    }

    /// Ends what has come to its end, and begins what has its time of the day. To be called about
    /// once a second.
    public synchronized void everySecond() {
        if (wall() >= inForce.nextChange()) {
            put(inForce.at(wall()));
        }
    }

    @GuardedBy("this")
    private void put(Exemptions changed) {
        inForce = changed;
        gate.accept(changed);
    }

    /// Lets clients pass from now on, and returns when that would survive the death of the system.
    ///
    /// @throws IOException if it cannot be kept; nothing has changed
    void allow(List<AllowedClients.Allowed> clients) throws IOException {
        synchronized (keeping) {
            keep(allowed().with(clients, wall()));
        }
    }

    /// Lets clients pass from now on, at least as long as this says.
    ///
    /// @throws IOException if it cannot be kept; nothing has changed
    void allowAtLeast(List<AllowedClients.Allowed> clients) throws IOException {
        synchronized (keeping) {
            keep(allowed().withAtLeast(clients, wall()));
        }
    }

    /// Takes back that clients were allowed.
    ///
    /// @return whether exactly these were
    /// @throws IOException if it cannot be kept; nothing has changed
    boolean disallow(CidrBlock clients) throws IOException {
        synchronized (keeping) {
            if (!allowed().holds(clients)) {
                return false;
            }
            keep(allowed().without(clients));
            return true;
        }
    }

    private synchronized AllowedClients allowed() {
        return allowed;
    }

    @GuardedBy("keeping")
    private void keep(AllowedClients changed) throws IOException {
        try {
            changed.write(allowedFile);
        } catch (IOException e) {
            throw new IOException(FileFault.words(allowedFile, e), e);
        }
        synchronized (this) {
            allowed = changed;
            put(inForce.allowing(changed, wall()));
        }
    }

    /// All that lets mail pass, what has come to its end too.
    List<Exemption> all() {
        return inForce().all();
    }

    /// What should be thought about.
    List<Lint.Finding> lint() {
        long seconds = clock.getAsLong() - started;
        Optional<String> since =
                seconds < UNUSED_SECONDS
                        ? Optional.empty()
                        : Optional.of("since the daemon started " + Span.text(seconds) + " ago");
        return Lint.of(inForce(), wall(), since);
    }
}
