package org.greydaemon.config;

import org.greydaemon.server.StreamAddress;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Whether files are where they do each other no harm: what was rescued beside what could not be
/// saved, what the daemon writes beside what an operator does.
final class FileChecks {
    private final Values values;
    private final Optional<Path> file;
    private final Problems problems;

    /// @param file the configuration file, if there is one
    FileChecks(Values values, Optional<Path> file, Problems problems) {
        this.values = values;
        this.file = file;
        this.problems = problems;
    }

    void run() {
        rescueElsewhere();
        apart();
    }

    /// The next save would replace what an operator has written.
    private void apart() {
        Set<Path> written = new HashSet<>();
        Path saveFile = values.get(StoreOptions.SAVE_FILE);
        written.add(real(saveFile));
        for (String ending : Kinds.BESIDE) {
            written.add(real(saveFile.resolveSibling(saveFile.getFileName() + ending)));
        }
        apart(ExemptOptions.WHITE_LIST, written);
        apart(ShareOptions.PASSWORD_FILE, written);
        apart(ShareOptions.AUTHORITIES, written);
        apart(ShareOptions.CERTIFICATE, written);
        apart(ShareOptions.KEY, written);
        apart(ExemptOptions.EXEMPT_FILES, values.get(ExemptOptions.EXEMPT_FILES), written);
        List<Path> pools = values.get(IdentityOptions.POOLS).stream().map(PoolFile::file).toList();
        apart(IdentityOptions.POOLS, pools, written);
        apart(StoreOptions.SAVE_FILE, file.stream().toList(), written);
        // The socket of greyctl is no reason to refuse to start.
        written.remove(real(saveFile.resolveSibling(saveFile.getFileName() + ".ctl")));
        apartFrom(ListenOptions.POLICY, written);
        apartFrom(ListenOptions.MILTER, written);
    }

    private void apartFrom(Option<List<StreamAddress>> option, Set<Path> written) {
        for (StreamAddress place : values.get(option)) {
            refuse(
                    place instanceof StreamAddress.Unix(Path path) && written.contains(real(path)),
                    option,
                    place
                            + " is the save file or what the daemon writes beside it; name another"
                            + " place");
        }
    }

    private void apart(Option<Optional<Path>> option, Set<Path> written) {
        apart(option, values.get(option).stream().toList(), written);
    }

    private void apart(Option<?> option, List<Path> read, Set<Path> written) {
        for (Path one : read) {
            refuse(
                    written.contains(real(one)),
                    option,
                    one
                            + " is the save file or what the daemon writes beside it, and would be"
                            + " overwritten; name another file");
        }
    }

    /// What was rescued goes with the next save: it must not be that save itself. A folder that is
    /// missing would be missed at a stop on a full disk; but that another disk is not there keeps
    /// nobody from answering.
    private void rescueElsewhere() {
        Setting<Optional<Path>> rescue = values.setting(StoreOptions.RESCUE);
        rescue.value()
                .filter(folder -> !Files.isDirectory(folder))
                .ifPresent(folder ->
                        problems.warning(
                                rescue.place(),
                                "there is no folder " + folder + "; make it, or mend the path"));
        Path own = real(values.get(StoreOptions.SAVE_FILE).toAbsolutePath().getParent());
        refuse(
                values.get(StoreOptions.RESCUE)
                        .filter(folder -> real(folder).equals(own))
                        .isPresent(),
                StoreOptions.RESCUE,
                own + " is the save file's own folder; name one on another disk, or none");
    }

    /// Where a folder is, whatever it is called.
    static Path real(@Nullable Path folder) {
        Path named = folder == null ? Path.of("/") : folder.toAbsolutePath().normalize();
        try {
            return named.toRealPath();
        } catch (IOException e) {
            return named; // It is not there yet.
        }
    }

    private void refuse(boolean isWrong, Option<?> option, String problem) {
        if (isWrong) {
            problems.error(values.setting(option).place(), problem);
        }
    }
}
