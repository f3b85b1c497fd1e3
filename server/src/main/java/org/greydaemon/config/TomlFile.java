package org.greydaemon.config;

import static org.greydaemon.mistake.Mistake.quoted;

import org.greydaemon.file.RegularFile;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads greydaemon.toml. The only class that knows the library for TOML, which is not loaded
/// without a file.
final class TomlFile {
    private static final int BYTES_MAX = 1 << 20;

    private static final Pattern KEY = Pattern.compile("[a-z0-9-]+");

    private static final String TWICE = "previously defined";

    /// A value that wants to be text: `delay = 4m`.
    private static final Pattern BARE =
            Pattern.compile(
                    "\\s*([A-Za-z0-9_.-]+)\\s*=\\s*([^\\s\"'\\[{#][^\"'\\[{#]*?)\\s*(#.*)?");

    private final Path file;
    private final Problems problems;
    private final Map<String, Written> written = new LinkedHashMap<>();

    /// What stands below a header that cannot be read belongs nobody knows where.
    private int lastLine = Integer.MAX_VALUE;

    private TomlFile(Path file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /// Reads a file.
    ///
    /// @param problems hears what is no TOML and which keys there are not
    /// @return what is written, by key
    static Map<String, Written> read(Path file, Problems problems) {
        TomlFile reader = new TomlFile(file, problems);
        try {
            reader.parse(RegularFile.read(file, BYTES_MAX + 1));
        } catch (NoSuchFileException e) {
            reader.unusable("there is no such file; make it, an empty one will do");
        } catch (AccessDeniedException e) {
            reader.unusable("this user may not read it; change its mode or owner");
        } catch (IOException e) {
            reader.unusable("it cannot be read: " + e.getMessage() + "; name a readable file");
        }
        return reader.written;
    }

    private void unusable(String problem) {
        problems.error(new Position.OnCommandLine(file.toString()), problem);
    }

    private void parse(byte[] content) {
        if (content.length > BYTES_MAX) {
            unusable("it is longer than 1 MiB; that is no configuration");
            return;
        }
        CharBuffer decoded = CharBuffer.allocate(content.length);
        if (StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(content), decoded, true)
                .isError()) {
            long line = 1 + decoded.flip().chars().filter(c -> c == '\n').count();
            problems.error(
                    new Position.OnCommandLine(file + ":" + line),
                    "it is not in UTF-8; save it in that encoding");
            return;
        }
        String text = decoded.flip().toString();
        // Some editors begin a UTF-8 file with this mark.
        text = text.startsWith("\ufeff") ? text.substring(1) : text;
        TomlParseResult toml = Toml.parse(text);
        List<String> lines = text.lines().toList();
        for (TomlParseError error : toml.errors()) {
            tell(error, lines);
        }
        group(toml, "");
    }

    private void tell(TomlParseError error, List<String> lines) {
        TomlPosition at = error.position();
        String line = at.line() <= lines.size() ? lines.get(at.line() - 1) : "";
        if (line.stripLeading().startsWith("[")) {
            lastLine = Math.min(lastLine, at.line() - 1);
        }
        String sentence = String.valueOf(error.getMessage());
        // The library's may have a part of the line.
        boolean isHidden = Secrets.mayBeIn(lines, at.line()) && !sentence.contains(TWICE);
        problems.error(
                place(at, ""),
                isHidden
                        ? "this is no TOML; text stands in quotes, a password too"
                        : words(sentence, line));
    }

    /// The library's sentence with what to do.
    private static String words(String sentence, String line) {
        String lower = sentence.substring(0, 1).toLowerCase(java.util.Locale.ROOT);
        Matcher bare = BARE.matcher(line);
        String remedy;
        if (sentence.contains(TWICE)) {
            remedy = "keep one of them";
        } else if (sentence.endsWith("expected \" or a character")) {
            remedy = "the text has no closing quote on its line, write one";
        } else if (bare.matches()) {
            remedy =
                    "text stands in quotes, write "
                            + bare.group(1)
                            + " = "
                            + TomlText.quoted(bare.group(2));
        } else {
            remedy = "mend the line, greydaemon.toml(5) shows the form";
        }
        return lower + sentence.substring(1) + "; " + remedy;
    }

    private void group(TomlTable table, String prefix) {
        for (String name : table.keySet()) {
            TomlPosition at = table.inputPositionOf(List.of(name));
            Object value = table.get(List.of(name));
            if (at != null && value != null && at.line() <= lastLine) {
                // A name with a dot in quotes is not the key that looks like it.
                String plain = name.contains(".") ? TomlText.quoted(name) : name;
                entry(prefix + plain, plain, value, at);
            }
        }
    }

    private void entry(String key, String name, Object value, TomlPosition at) {
        if (!KEY.matcher(name).matches()) {
            unknown(key, at);
        } else if (Options.find(key).isPresent()) {
            written.put(key, written(value, place(at, key)));
        } else if (value instanceof TomlTable table && (Options.isGroup(key) || !table.isEmpty())) {
            group(table, key + ".");
        } else if (Options.isGroup(key)) {
            problems.error(
                    place(at, ""),
                    key + " is a group; write [" + key + "] once, and its keys below");
        } else {
            unknown(key, at);
        }
    }

    private void unknown(String key, TomlPosition at) {
        problems.error(
                place(at, ""),
                "unknown key "
                        + quoted(key)
                        + Suggestions.question(
                                key,
                                Options.keys(),
                                "; take it out, greydaemon.toml(5) has all keys"));
    }

    private Written written(Object value, Position.InFile place) {
        return switch (value) {
            case String text -> new Written.Text(place, text);
            case Long number -> new Written.Whole(place, number);
            case Boolean truth -> new Written.Truth(place, truth);
            case TomlArray array -> several(array, place);
            case TomlTable _ -> new Written.Strange(place, "a group");
            default -> new Written.Strange(place, value.toString()); // A fraction or a date.
        };
    }

    private Written several(TomlArray array, Position.InFile place) {
        List<Written> items = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            TomlPosition at = array.inputPositionOf(i);
            Position.InFile itemPlace = at == null ? place : place(at, place.key());
            items.add(written(array.get(i), itemPlace));
        }
        return new Written.Several(place, List.copyOf(items));
    }

    private Position.InFile place(TomlPosition at, String key) {
        return new Position.InFile(file, at.line(), at.column(), key);
    }
}
