package org.greydaemon.config;

import org.greydaemon.mistake.MistakeException;
import org.jspecify.annotations.Nullable;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Files that hold a secret and must not be read as a list: what is wrong with a list is said with
/// its lines, which go to the log.
final class SecretFiles {
    /// The options whose files are read line by line.
    static final List<String> LISTS =
            List.of(
                    ExemptOptions.WHITE_LIST.key(),
                    ExemptOptions.EXEMPT_FILES.key(),
                    IdentityOptions.POOLS.key());

    private final Map<Path, String> secrets = new HashMap<>();

    /// @param written by key
    /// @param file the configuration file, which may hold a password itself
    SecretFiles(Map<String, Written> written, Optional<Path> file) {
        for (Path saveFile : saveFiles(written.get(StoreOptions.SAVE_FILE.key()))) {
            for (String ending : List.of(".token", ".token-read")) {
                add(saveFile.resolveSibling(saveFile.getFileName() + ending), "a token of HTTP");
            }
        }
        for (Option<?> option : List.of(ShareOptions.PASSWORD_FILE, ShareOptions.KEY)) {
            paths(written.get(option.key())).forEach(path -> add(path, option.key()));
        }
        file.ifPresent(path -> add(path, "the configuration itself"));
    }

    /// One that is not named has a token too.
    private static List<Path> saveFiles(@Nullable Written value) {
        return value == null
                ? List.of(StoreOptions.SAVE_FILE.byDefault().of(RuleSet.MODERN))
                : paths(value);
    }

    private void add(Path path, String what) {
        secrets.put(FileChecks.real(path), what);
    }

    /// Takes out of what is written the lists that would be read from one of these files.
    ///
    /// @param problems hears of them
    void keepOut(Map<String, Written> written, Problems problems) {
        for (String key : LISTS) {
            Written list = written.get(key);
            if (list == null) {
                continue;
            }
            for (Path path : paths(list)) {
                String what = secrets.get(FileChecks.real(path));
                if (what != null) {
                    problems.error(list.place(), path + " is " + what + ", no list; name another");
                    written.remove(key);
                }
            }
        }
    }

    /// The files that a value names; none if it names none.
    static List<Path> paths(@Nullable Written value) {
        List<Path> paths = new ArrayList<>();
        if (value instanceof Written.Several several) {
            several.items().forEach(item -> paths.addAll(paths(item)));
        } else if (value instanceof Written.Text text && !text.text().isEmpty()) {
            try {
                paths.add(Path.of(PathKind.resolved(text.place(), text.text())));
            } catch (MistakeException | InvalidPathException e) {
                // Whoever reads the value says so.
            }
        }
        return paths;
    }
}
