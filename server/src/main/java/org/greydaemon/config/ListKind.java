package org.greydaemon.config;

import org.greydaemon.mistake.MistakeException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Lists of texts; one text alone is a list of one.
///
/// @param reader what one text stands for
record ListKind<T>(String name, String example, TextKind.Reader<List<T>> reader)
        implements ValueKind<List<T>> {
    @Override
    public Optional<List<T>> read(Written written, List<T> byDefault, Problems problems) {
        List<Written> items =
                written instanceof Written.Several several ? several.items() : List.of(written);
        List<T> values = new ArrayList<>();
        boolean good = true;
        for (Written item : items) {
            good &= add(item, values, problems);
        }
        return good ? Optional.of(List.copyOf(values)) : Optional.empty();
    }

    /// Reads all items, so that all problems are said.
    private boolean add(Written item, List<T> values, Problems problems) {
        Optional<String> text = text(item, problems);
        if (text.isEmpty()) {
            return false;
        }
        try {
            values.addAll(reader.read(text.get()));
            return true;
        } catch (MistakeException e) {
            problems.error(item.place(), e.inOneLine());
            return false;
        }
    }

    @Override
    public String write(List<T> value) {
        return TomlText.list(value.stream().map(Object::toString).toList());
    }
}
