package org.greydaemon.cli;

import org.greydaemon.mistake.MistakeException;
import org.greydaemon.replay.LogForm;
import org.greydaemon.replay.ReadLines;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// The files of logs that a command line names, and what wrote each. Confined to one thread at a
/// time.
final class ReplayLogs implements AutoCloseable {
    private final List<ReplayLog> logs;
    private final List<LogForm> forms = new ArrayList<>();
    private final ReadLines counted;

    private ReplayLogs(List<ReplayLog> logs, ReadLines counted) throws MistakeException {
        this.logs = List.copyOf(logs);
        this.counted = counted;
        for (ReplayLog log : logs) {
            forms.add(form(log).orElseThrow(log::unknown));
        }
    }

    /// Opens them.
    ///
    /// @throws MistakeException if one cannot be read, or nobody knows what wrote it
    static ReplayLogs open(List<String> files, ReadLines counted) throws MistakeException {
        Collection<String> names = new HashSet<>();
        for (String file : files) { // Before any is read: standard input may take its time.
            if (!names.add(real(file))) {
                throw new MistakeException(
                        file, "it is named twice, and would count twice", "name it once");
            }
        }
        List<ReplayLog> logs = new ArrayList<>();
        try {
            for (String file : files) {
                logs.add(ReplayLog.open(file, counted));
            }
            return new ReplayLogs(logs, counted);
        } catch (MistakeException e) {
            logs.forEach(ReplayLogs::close);
            throw e;
        }
    }

    /// One name for one file, if it has one.
    private static String real(String file) {
        try {
            return LogSource.path(file).toRealPath().toString();
        } catch (IOException | InvalidPathException e) {
            return file; // A pipe, or what cannot be opened, which is said then.
        }
    }

    /// What a log is read for. One that has just been rotated is empty or has only a few lines, in
    /// which nothing may have been said yet of what tells others of its kind.
    private Optional<LogForm> form(ReplayLog log) {
        Optional<LogForm> own = log.forms().stream().findFirst();
        if (!log.isBegun()) {
            return own;
        }
        List<LogForm> others =
                logs.stream()
                        .filter(other -> other != log && other.forms().containsAll(log.forms()))
                        .map(other -> other.forms().stream().findFirst())
                        .flatMap(Optional::stream)
                        .toList();
        Optional<LogForm> usual =
                others.stream()
                        .max(Comparator.comparingInt(form -> Collections.frequency(others, form)));
        if (own.isEmpty() && usual.isEmpty() && log.isEmpty()) {
            return Optional.of(LogForm.DECISIONS);
        }
        return own.isEmpty() || !others.contains(own.get()) ? usual.or(() -> own) : own;
    }

    /// Their attempts: what is of one form is one log.
    List<LogStream> streams() throws MistakeException {
        List<LogStream> streams = new ArrayList<>();
        for (LogForm form : LogForm.values()) {
            List<ReplayLog> its = new ArrayList<>();
            for (int i = 0; i < logs.size(); i++) {
                if (forms.get(i) == form) {
                    its.add(logs.get(i));
                }
            }
            its.sort(Comparator.comparingLong(ReplayLog::written));
            streams.add(new LogStream(form, its, counted));
        }
        return streams;
    }

    /// Each with what wrote it.
    List<String> described() {
        List<String> described = new ArrayList<>();
        for (int i = 0; i < logs.size(); i++) {
            described.add(logs.get(i).file() + " (" + forms.get(i).word() + ")");
        }
        return described;
    }

    private static void close(ReplayLog log) {
        try {
            log.close();
        } catch (IOException _) {
            // It was only read.
        }
    }

    @Override
    public void close() {
        logs.forEach(ReplayLogs::close);
    }
}
