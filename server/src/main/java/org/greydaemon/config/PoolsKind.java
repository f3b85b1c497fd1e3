package org.greydaemon.config;

import org.greydaemon.identity.Pools;
import org.greydaemon.mistake.MistakeException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Files of pools, named as {@link PathsKind} has them, and what they hold.
record PoolsKind() implements ValueKind<List<PoolFile>> {
    private static final PathsKind FILES = new PathsKind();

    @Override
    public String name() {
        return FILES.name();
    }

    @Override
    public String example() {
        return "[\"/etc/greydaemon/pools\"]";
    }

    @Override
    public Optional<List<PoolFile>> read(
            Written written, List<PoolFile> byDefault, Problems problems) {
        List<Written> items =
                written instanceof Written.Several several ? several.items() : List.of(written);
        List<PoolFile> files = new ArrayList<>();
        for (Written item : items) {
            FILES.read(item, List.of(), problems)
                    .flatMap(named -> pools(named.getFirst(), item, problems))
                    .ifPresent(files::add);
        }
        return files.size() == items.size() ? Optional.of(List.copyOf(files)) : Optional.empty();
    }

    private static Optional<PoolFile> pools(Path file, Written item, Problems problems) {
        try {
            return Optional.of(new PoolFile(file, Pools.read(file)));
        } catch (MistakeException e) {
            problems.error(item.place(), e.inOneLine());
            return Optional.empty();
        }
    }

    @Override
    public String write(List<PoolFile> value) {
        return TomlText.list(value.stream().map(PoolFile::toString).toList());
    }
}
