package org.greydaemon.json;

import static java.util.stream.Collectors.joining;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.stream.LongStream;

/// An object on one line, written member by member in the order of the calls. Confined to one
/// thread.
public final class JsonLine {
    /// What an entry takes, or a decision: of those many are written.
    private static final int USUAL = 250;

    private final StringBuilder text = new StringBuilder(USUAL).append('{');

    /// Adds a string.
    public JsonLine put(String name, String value) {
        name(name);
        Json.quote(value, text);
        return this;
    }

    /// Adds a number.
    public JsonLine put(String name, long value) {
        name(name);
        text.append(value);
        return this;
    }

    /// Adds `true` or `false`.
    public JsonLine put(String name, boolean value) {
        name(name);
        text.append(value);
        return this;
    }

    /// Adds a list of strings.
    public JsonLine put(String name, List<String> values) {
        name(name);
        String separator = "[";
        for (String value : values) {
            text.append(separator);
            Json.quote(value, text);
            separator = ",";
        }
        text.append(values.isEmpty() ? "[]" : "]");
        return this;
    }

    /// Adds a list of numbers, `null` where there is none.
    public JsonLine putNumbers(String name, List<? extends @Nullable Number> values) {
        name(name);
        text.append(values.stream().map(String::valueOf).collect(joining(",", "[", "]")));
        return this;
    }

    /// Adds an object.
    public JsonLine put(String name, JsonLine value) {
        name(name);
        text.append(value);
        return this;
    }

    /// Adds a list of objects.
    public JsonLine putLines(String name, List<JsonLine> values) {
        name(name);
        text.append(values.stream().map(JsonLine::toString).collect(joining(",", "[", "]")));
        return this;
    }

    /// Adds a list of lists of numbers.
    public JsonLine putLists(String name, List<long[]> values) {
        name(name);
        text.append(values.stream().map(JsonLine::numbers).collect(joining(",", "[", "]")));
        return this;
    }

    private static String numbers(long[] values) {
        return LongStream.of(values).mapToObj(Long::toString).collect(joining(",", "[", "]"));
    }

    private void name(String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        Json.quote(name, text);
        text.append(':');
    }

    /// The object; a line has no end in it.
    @Override
    public String toString() {
        String whole = text.append('}').toString();
        text.setLength(text.length() - 1);
        return whole;
    }
}
