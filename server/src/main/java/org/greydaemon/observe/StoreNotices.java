package org.greydaemon.observe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.config.DaemonSettings;
import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.log.Event;
import org.greydaemon.log.LineLog;
import org.greydaemon.mail.EscapedText;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.server.FileFault;
import org.greydaemon.server.SteadyClock;
import org.greydaemon.store.memory.FileMetrics;
import org.greydaemon.store.memory.StoreListener;

import java.io.IOException;
import java.nio.file.Path;

/// Tells the operator what the store has to tell, in the original's words where it has some.
public final class StoreNotices implements StoreListener {
    /// The most strange lines that are shown one by one.
    private static final int STRANGE_MAX = 20;

    private final LineLog log;
    private final DaemonSettings settings;
    private final SteadyClock clock;
    private final FileMetrics fileMetrics;
    private boolean saidLoad;
    private int strange;

    // Written by whoever saves, one at a time; read by who reads the metrics.
    private volatile long lastSave;

    /// @param settings name the save file, and say whether what is loaded is shown
    public StoreNotices(LineLog log, DaemonSettings settings, SteadyClock clock, Metrics metrics) {
        this.log = log;
        this.settings = settings;
        this.clock = clock;
        fileMetrics = new FileMetrics(metrics, System::nanoTime);
        metrics.read(Metric.LAST_SAVE_SECONDS, () -> lastSave);
    }

    @Override
    public FileMetrics fileMetrics() {
        return fileMetrics;
    }

    @Override
    public void strangeLine(Path file, long lineNumber, String line) {
        if (++strange <= STRANGE_MAX) {
            log.tell(Event.STRANGE, escaped(line) + " (" + file + ":" + lineNumber + ")");
        }
    }

    @Override
    public void loaded(Key key, long entry) {
        boolean isOriginals = key.kind() == Key.Kind.CLIENT || key.kind() == Key.Kind.TRIPLET;
        if (!settings.debug() || !isOriginals) {
            return;
        }
        if (!saidLoad) {
            saidLoad = true;
            log.tell(Event.LOADED, settings.saveFile().toString());
        }
        long time = Entry.time(entry);
        String client = text(key, 0, key.clientLength());
        if (!key.isTriplet()) {
            log.tell(Event.LOADED_CLIENT, time + " = " + client);
            return;
        }
        int recipient = key.clientLength() + key.senderLength();
        log.tell(
                Event.LOADED_TRIPLET,
                time
                        + " = "
                        + client
                        + " "
                        + text(key, key.clientLength(), recipient)
                        + " "
                        + text(key, recipient, key.length()));
    }

    /// Counts what was not shown.
    @Override
    public void loadingEnds() {
        if (strange > STRANGE_MAX) {
            log.tell(
                    Event.MORE_STRANGE,
                    (strange - STRANGE_MAX) + " more strange save entries, not shown");
        }
    }

    @Override
    public void full(long entriesMax) {
        log.tell(
                Event.STORE_FULL,
                entriesMax
                        + " entries; what can no longer pass and the triplets of the greediest"
                        + " networks make room from now on; raise --max-entries if mail is delayed"
                        + " for too long");
    }

    @Override
    public void kept(Path file, Path asItWas) {
        log.tell(
                Event.STRANGE_KEPT,
                file
                        + ": lines that are no entries; as it was, it is kept as "
                        + asItWas
                        + "; if it is no file of greydaemon's, stop, move it back and name another"
                        + " one");
    }

    @Override
    public void rewritten(Path file) {
        log.tell(
                Event.REWRITTEN,
                file
                        + ": somebody else has written it since the journal; what the journal has"
                        + " beyond it, or later, was added");
    }

    @Override
    public void outdated(Path file, boolean isThere) {
        log.tell(
                Event.OUTDATED,
                file
                        + (isThere
                                ? ": older than its journal; what was remembered between the two is"
                                        + " missing; if there is a newer copy, stop and put it back"
                                : ": missing, though there is its journal; what was remembered"
                                        + " before that begins is missing; if there is a copy, stop"
                                        + " and put it back"));
    }

    @Override
    public void rescued(Path file) {
        log.tell(Event.RESCUED, file + ": read; the next save removes it");
    }

    @Override
    public void saved(Path file, long entries) {
        lastSave = clock.wall();
        log.tell(Event.SAVED, file.toString());
    }

    @Override
    public void inTrouble(Path file, IOException cause, boolean isJournaled) {
        log.tell(
                Event.STORE_FAILED,
                FileFault.words(file, cause)
                        + (isJournaled
                                ? "; the journal keeps what is answered"
                                : "; answering from memory, which a crash would lose")
                        + "; trying again every 10 s");
    }

    @Override
    public void failed(Path file, IOException cause) {
        log.tell(Event.STORE_FAILED, FileFault.words(file, cause));
    }

    private static String text(Key key, int from, int to) {
        return escaped(new String(key.bytes(), from, to - from, ISO_8859_1));
    }

    private static String escaped(String text) {
        byte[] octets = text.getBytes(ISO_8859_1);
        byte[] escaped = new byte[EscapedText.EXPANSION_MAX * octets.length];
        int length = EscapedText.writeLine(octets, 0, octets.length, escaped, 0);
        return new String(escaped, 0, length, java.nio.charset.StandardCharsets.UTF_8);
    }
}
