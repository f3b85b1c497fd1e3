package org.greydaemon.bench.month;

import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A table of the file that says what the month is like, with errors that name the key.
///
/// @param what which table it is
record Table(String what, TomlTable table) {
    /// Says what is wrong with a key.
    IllegalArgumentException wrong(String key, String problem) {
        return new IllegalArgumentException(what + ": " + key + ": " + problem);
    }

    private Object value(String key) {
        return Optional.ofNullable(table.get(List.of(key)))
                .orElseThrow(() -> wrong(key, "is missing; write it"));
    }

    boolean has(String key) {
        return table.contains(List.of(key));
    }

    String text(String key) {
        if (value(key) instanceof String text) {
            return text;
        }
        throw wrong(key, "is no text");
    }

    double number(String key) {
        if (value(key) instanceof Number number) {
            return number.doubleValue();
        }
        throw wrong(key, "no number");
    }

    double number(String key, double byDefault) {
        return has(key) ? number(key) : byDefault;
    }

    int whole(String key) {
        return (int) number(key);
    }

    Table table(String key) {
        if (value(key) instanceof TomlTable found) {
            return new Table(what + "." + key, found);
        }
        throw wrong(key, "is no table");
    }

    List<Table> tables(String key) {
        List<Table> tables = new ArrayList<>();
        for (Object item : items(key)) {
            if (!(item instanceof TomlTable found)) {
                throw wrong(key, "is no list of tables");
            }
            Table next = new Table(key, found);
            tables.add(new Table(key + " '" + next.text("name") + "'", found));
        }
        return tables;
    }

    List<String> texts(String key) {
        return items(key).stream().map(Object::toString).toList();
    }

    List<Long> numbers(String key) {
        return items(key).stream().map(item -> ((Number) item).longValue()).toList();
    }

    /// Some seconds, both ends included.
    record Interval(long from, long to) {}

    /// A list of intervals, each a pair of numbers.
    List<Interval> intervals(String key) {
        List<Interval> intervals = new ArrayList<>();
        for (Object item : items(key)) {
            TomlArray pair = (TomlArray) item;
            intervals.add(new Interval(pair.getLong(0), pair.getLong(1)));
        }
        return intervals;
    }

    private List<Object> items(String key) {
        if (!has(key)) {
            return List.of();
        }
        if (value(key) instanceof TomlArray array) {
            return array.toList();
        }
        throw wrong(key, "is no list");
    }

    /// A table whose values are shares.
    Shares<String> shares(String key) {
        Table shares = table(key);
        Map<String, Double> parts = new LinkedHashMap<>();
        shares.table.keySet().forEach(name -> parts.put(name, shares.number(name)));
        return new Shares<>(parts);
    }
}
