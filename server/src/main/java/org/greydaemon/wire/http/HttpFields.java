package org.greydaemon.wire.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/// The fields of a head in the order of their names' first coming; case makes no difference in
/// names (RFC 9110 5.1). Confined to the thread that reads or answers the request.
final class HttpFields {
    private final Map<String, List<String>> fields = new LinkedHashMap<>();
    private int lines;

    private static String canonical(String name) {
        return name.isEmpty()
                ? name
                : name.substring(0, 1).toUpperCase(Locale.ROOT)
                        + name.substring(1).toLowerCase(Locale.ROOT);
    }

    /// One more line of this name.
    void add(String name, String value) {
        fields.computeIfAbsent(canonical(name), _ -> new ArrayList<>(1)).add(value);
        lines++;
    }

    /// The only line of this name.
    void set(String name, String value) {
        lines -= all(name).size();
        fields.remove(canonical(name));
        add(name, value);
    }

    /// Whether there is a line of this name.
    boolean has(String name) {
        return fields.containsKey(canonical(name));
    }

    /// The values of all lines of a name.
    List<String> all(String name) {
        return fields.getOrDefault(canonical(name), List.of());
    }

    /// The value of the first line of a name.
    Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /// The names.
    Set<String> names() {
        return fields.keySet();
    }

    /// How many lines there are.
    int lines() {
        return lines;
    }

    /// Names each line.
    void each(BiConsumer<String, String> receiver) {
        fields.forEach((name, values) -> values.forEach(value -> receiver.accept(name, value)));
    }
}
