package org.greydaemon.config;

import org.greydaemon.store.memory.Fsync;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The part of the table that says how what is remembered is kept.
final class StoreOptions {
    /// 100 GB: more is a slip of the pen.
    private static final ValueKind<Long> ENTRIES = Kinds.between(1, 1_000_000_000);

    static final Option<Path> SAVE_FILE =
            new Option<>(
                    "store.save-file",
                    Kinds.SAVE_FILE,
                    Defaults.of(Path.of("/var/lib/greydaemon/savefile")),
                    Reload.RESTART,
                    Switch.parameter("savefile", Kinds.SAVE_FILE, "Where entries are saved."),
                    "The save file; the journal lies beside it. The daemon's user must be able to"
                            + " write in its folder.");

    static final Option<Duration> SAVE_INTERVAL =
            new Option<>(
                    "store.save-interval",
                    Durations.KIND,
                    Defaults.of(Duration.ofMinutes(10)),
                    Reload.LIVE,
                    Switch.number(
                            "-s", "min", Duration.ofMinutes(1), "Minutes between saves (10)."),
                    "Time between saves. Nothing that was answered depends on it, each change is in"
                            + " the journal before its answer leaves.");

    static final Option<Fsync> FSYNC =
            new Option<>(
                    "store.fsync",
                    new Choice<>(Fsync.class),
                    Defaults.of(Fsync.EVERYSEC),
                    Reload.RESTART,
                    Switch.named(
                            "--fsync",
                            "when",
                            Switch.Form.VALUE,
                            new Choice<>(Fsync.class),
                            "Force the journal to the disk: always, everysec or never"
                                    + " (everysec)."),
                    "When the journal is forced to the disk: \"always\" (before each answer),"
                            + " \"everysec\" (once a second) or \"never\". It says how much a power"
                            + " failure can take; the end of the process takes nothing with any.");

    static final Option<Duration> STOP_WAIT =
            new Option<>(
                    "store.stop-wait",
                    Durations.KIND,
                    Defaults.of(Duration.ofSeconds(30)),
                    Reload.RESTART,
                    Switch.number(
                            "--stop-wait",
                            "s",
                            Duration.ofSeconds(1),
                            "Seconds that a stop tries again if it cannot save (30)."),
                    "For how long a stop tries again when the disk does not take the last save and"
                            + " changes are in memory only. Another SIGTERM ends it.");

    static final Option<Optional<Path>> RESCUE =
            new Option<>(
                    "store.rescue-folder",
                    Kinds.FILE,
                    Defaults.of(Optional.empty()),
                    Reload.RESTART,
                    Switch.named(
                            "--rescue",
                            "folder",
                            Switch.Form.VALUE,
                            Kinds.FILE_NAME,
                            "Where a stop saves if it cannot save otherwise."),
                    "A folder on another disk, of this daemon alone: if the last save fails for"
                            + " longer than stop-wait, it is written there under the save file's"
                            + " name, and the next start reads it. Empty: then what is in memory"
                            + " only is lost, the log says how much, and the exit status is 74.");

    static final Option<Long> MAX_ENTRIES =
            new Option<>(
                    "store.max-entries",
                    ENTRIES,
                    Defaults.of(2_000_000L),
                    Reload.RESTART,
                    Switch.named(
                            "--max-entries",
                            "n",
                            Switch.Form.VALUE,
                            ENTRIES,
                            "The most clients and triplets in memory (2000000)."),
                    "The most proven clients and triplets in memory, about 100 octets each.");

    /// In the order of the file.
    static final List<Option<?>> ALL =
            List.of(SAVE_FILE, SAVE_INTERVAL, FSYNC, STOP_WAIT, RESCUE, MAX_ENTRIES);

    private StoreOptions() {}
}
