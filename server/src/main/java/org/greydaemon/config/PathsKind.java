package org.greydaemon.config;

import org.greydaemon.mistake.MistakeException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Lists of files, each as {@link PathKind} has them; one text alone is a list of one.
record PathsKind() implements ValueKind<List<Path>> {
    private static final ValueKind<Path> ONE = new PathKind<>(PathsKind::path, Path::toString);

    private static Path path(String text) throws MistakeException {
        if (text.isEmpty()) {
            throw new MistakeException("'' names no file", "name one, or take it out");
        }
        return PathKind.path(text);
    }

    @Override
    public String name() {
        return "list of files";
    }

    @Override
    public String example() {
        return "[\"/etc/greydaemon/exemptions\"]";
    }

    @Override
    public Optional<List<Path>> read(Written written, List<Path> byDefault, Problems problems) {
        List<Written> items =
                written instanceof Written.Several several ? several.items() : List.of(written);
        List<Path> files = new ArrayList<>();
        for (Written item : items) {
            ONE.read(item, Path.of(""), problems).ifPresent(files::add);
        }
        return files.size() == items.size() ? Optional.of(List.copyOf(files)) : Optional.empty();
    }

    @Override
    public String write(List<Path> value) {
        return TomlText.list(value.stream().map(Path::toString).toList());
    }

    @Override
    public String writeAnywhere(List<Path> value) {
        return TomlText.list(value.stream().map(Path::toString).map(PathKind::absolute).toList());
    }
}
