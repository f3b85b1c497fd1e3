package org.greydaemon.config;

import org.greydaemon.identity.Pools;
import org.greydaemon.identity.PublicSuffixes;
import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Files of pools, named as {@link PathsKind} has them, and what they hold.
record PoolsKind() implements ValueKind<List<PoolFile>> {
    private static final PathsKind FILES = new PathsKind();
    private static final int WARNINGS_MAX = 20;

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
            Pools pools = Pools.read(file);
            nonePossible(pools)
                    .limit(WARNINGS_MAX)
                    .forEach(what -> problems.warning(item.place(), file + ": " + what));
            return Optional.of(new PoolFile(file, pools));
        } catch (MistakeException e) {
            problems.error(item.place(), e.inOneLine());
            return Optional.empty();
        }
    }

    /// What is said of domains to which no host belongs. They do no harm, and another version of
    /// the Public Suffix List may think otherwise, so they are no errors.
    private static Stream<String> nonePossible(Pools pools) {
        PublicSuffixes suffixes = PublicSuffixes.load(List.of(PublicSuffixes.DEBIAN));
        return pools.facts().keySet().stream()
                .filter(domain -> !suffixes.registrable("x." + domain).equals(domain))
                .map(domain -> {
                    String its = suffixes.registrable(domain);
                    return Mistake.quoted(domain)
                            + (its.isEmpty()
                                    ? " is a public suffix, to which no host belongs; write a"
                                            + " domain below it"
                                    : " belongs to " + its + "; write that, or no host does");
                });
    }

    @Override
    public String write(List<PoolFile> value) {
        return TomlText.list(value.stream().map(PoolFile::toString).toList());
    }

    @Override
    public String writeAnywhere(List<PoolFile> value) {
        return FILES.writeAnywhere(value.stream().map(PoolFile::file).toList());
    }
}
