package org.greydaemon.config;

import static org.greydaemon.mistake.Mistake.quoted;

import org.greydaemon.mistake.MistakeException;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/// Files. In the configuration file, a relative path begins where that file lies, so that it means
/// the same wherever the daemon or a check of the file is started.
///
/// @param reader makes a value of the text
/// @param writer the inverse
record PathKind<T>(TextKind.Reader<T> reader, Function<T, String> writer) implements ValueKind<T> {
    @Override
    public String name() {
        return "file";
    }

    @Override
    public String example() {
        return "\"/etc/greydaemon/greywhite\"";
    }

    @Override
    public Optional<T> read(Written written, T byDefault, Problems problems) {
        TextKind.Reader<T> fromHere = text -> reader.read(resolved(written.place(), text));
        return new TextKind<>(name(), example(), fromHere, writer)
                .read(written, byDefault, problems);
    }

    /// What a text says in its place.
    static String resolved(Position place, String text) throws MistakeException {
        if (text.isEmpty() || !(place instanceof Position.InFile in)) {
            return text;
        }
        // A slash at the end is not part of a path, but tells that somebody means a folder.
        return in.file().resolveSibling(path(text)) + (text.endsWith("/") ? "/" : "");
    }

    /// Reads a path.
    ///
    /// @throws MistakeException if the text is none
    static Path path(String text) throws MistakeException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new MistakeException(quoted(text) + " is no path", "name a file");
        }
    }

    @Override
    public String write(T value) {
        return TomlText.quoted(writer.apply(value));
    }

    @Override
    public String writeAnywhere(T value) {
        return TomlText.quoted(absolute(writer.apply(value)));
    }

    /// Where a path is, wherever the file lies that says so. `..` stays: behind a link it leads
    /// elsewhere.
    static String absolute(String path) {
        return path.isEmpty() ? path : Path.of(path).toAbsolutePath().toString();
    }
}
