package org.greydaemon.share;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.metrics.Histogram;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.store.ChangeFeed;

import java.util.List;
import java.util.Optional;

/// Lets hosts remember together, or not: a reload may change it. Safe for use by several threads.
///
/// Threads: `share` while it is configured, see {@link Worker}.
public final class Sharing implements AutoCloseable {
    /// The most that waits for {@link Worker}, in octets.
    private static final int FEED_MAX = 8 << 20;

    private final Host host;
    private final Figures figures = new Figures();
    private final Histogram lag;

    @GuardedBy("this")
    private Optional<ShareSettings> current = Optional.empty();

    // What is changed here, until no worker takes it any more.
    @GuardedBy("this")
    private ChangeFeed feed;

    // Changed by who reloads; read without waiting for him.
    private volatile Optional<Worker> worker = Optional.empty();

    // Read by whoever asks, without waiting for a reload.
    private volatile boolean isOn;

    private Sharing(Host host, Metrics metrics) {
        this.host = host;
        feed = new ChangeFeed(FEED_MAX, host.steadyMillis());
        lag = metrics.histogram(Metric.SHARE_LAG_SECONDS);
        metrics.read(Metric.SHARE_CONNECTED, () -> figures.isConnected ? 1 : 0);
        metrics.read(Metric.SHARE_HOSTS, () -> hostsNow().size());
        metrics.read(Metric.SHARE_LAG_CHANGES, () -> figures.lagChanges);
        metrics.read(Metric.SHARE_WAITING, () -> figures.waiting);
        metrics.read(Metric.SHARE_CHANGES, figures.sent::get, "sent");
        metrics.read(Metric.SHARE_CHANGES, figures.adopted::get, "adopted");
        metrics.read(Metric.SHARE_CHANGES, figures.dropped::get, "dropped");
        metrics.read(Metric.SHARE_CHANGES, figures.strange::get, "strange");
        metrics.read(Metric.SHARE_RECONNECTS, figures.reconnects::get);
    }

    /// Begins.
    ///
    /// @param settings empty to share with nobody
    public static Sharing start(Optional<ShareSettings> settings, Host host, Metrics metrics) {
        Sharing sharing = new Sharing(host, metrics);
        sharing.change(settings);
        return sharing;
    }

    /// Shares by other settings from now on.
    public synchronized void change(Optional<ShareSettings> settings) {
        if (settings.equals(current)) {
            return;
        }
        if (settings.isEmpty()) {
            close();
            return;
        }
        current = settings;
        isOn = true;
        Optional<Worker> before = worker;
        if (before.isEmpty()) {
            feed = new ChangeFeed(FEED_MAX, host.steadyMillis());
            host.store().tell(Optional.of(feed));
        }
        // What is changed from here on one of them takes; who waits for that waits for the next.
        Worker next = new Worker(settings.get(), host, feed, figures, lag);
        worker = Optional.of(next);
        before.ifPresent(its -> its.stop(false));
        next.start();
    }

    /// Returns when what an operator has forgotten before will reach the others, even if the
    /// process dies now; after some seconds at the latest.
    public void settle() {
        Optional<Worker> asked = worker;
        while (asked.isPresent() && !asked.get().settle()) {
            Optional<Worker> now = worker;
            if (now.equals(asked)) {
                return; // It takes too long.
            }
            asked = now; // It has ended, and left to the next what it has not taken.
        }
    }

    /// Gives up a question to the engine that takes too long. Does not wait.
    public void everySecond() {
        worker.ifPresent(Worker::look);
    }

    /// What an operator should look after, a line each.
    public List<String> warnings() {
        String trouble = figures.trouble;
        if (!isOn || trouble.isEmpty()) {
            return List.of();
        }
        return List.of("share: " + trouble);
    }

    /// How it goes, in a few words; empty if nothing is shared.
    public Optional<String> summary() {
        if (!isOn) {
            return Optional.empty();
        }
        List<String> hosts =
                hostsNow().stream().map(one -> one.name() + " " + one.version()).toList();
        return Optional.of(
                "%s; %s sent, %d taken, %d waiting, %d.%03d s and %s late; with %s"
                        .formatted(
                                state(),
                                changes(figures.sent.get()),
                                figures.adopted.get(),
                                figures.waiting,
                                figures.lagMillis / 1000,
                                figures.lagMillis % 1000,
                                changes(figures.lagChanges),
                                hosts.isEmpty() ? "nobody yet" : String.join(", ", hosts)));
    }

    private static String changes(long count) {
        return count == 1 ? "1 change" : count + " changes";
    }

    private String state() {
        return !figures.isConnected
                ? "not connected"
                : figures.isBehind ? "catching up" : "up to date";
    }

    private List<SharedHost> hostsNow() {
        return figures.hostsNow(host.now().getAsLong() + host.wallOffsetSeconds().getAsLong());
    }

    /// How it goes, host by host.
    ///
    /// @param state whether this host is up to date, in two words
    /// @param waiting changes of this host that wait to be sent
    /// @param hosts the others that were there within the last hour, the latest first
    public record Picture(String state, long waiting, List<SharedHost> hosts) {}

    /// How it goes, host by host; empty if nothing is shared.
    public Optional<Picture> picture() {
        return isOn
                ? Optional.of(new Picture(state(), figures.waiting, figures.hosts))
                : Optional.empty();
    }

    /// Begins to end it, for {@link #close} not to wait for an engine that hangs: nobody is
    /// answered meanwhile. What is changed until then the next start sends.
    public void endSoon() {
        worker.ifPresent(Worker::endSoon);
    }

    /// Ends it, within 5 s; what waits is sent if the engine is well. Idempotent.
    @Override
    public synchronized void close() {
        worker.ifPresent(its -> its.stop(true));
        worker = Optional.empty();
        current = Optional.empty();
        isOn = false;
    }
}
