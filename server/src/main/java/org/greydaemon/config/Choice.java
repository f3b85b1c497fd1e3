package org.greydaemon.config;

import org.greydaemon.mistake.Mistake;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// One word of several.
///
/// @param type has the words, in upper case
record Choice<E extends Enum<E>>(Class<E> type) implements ValueKind<E> {
    @Override
    public String name() {
        return "word";
    }

    @Override
    public String example() {
        return TomlText.quoted(words().getFirst());
    }

    @Override
    public Optional<E> read(Written written, E byDefault, Problems problems) {
        Optional<String> text = text(written, problems);
        Optional<E> found = text.flatMap(this::find);
        if (text.isPresent() && found.isEmpty()) {
            tell(written.place(), text.get(), problems);
        }
        return found;
    }

    private Optional<E> find(String text) {
        return Stream.of(type.getEnumConstants()).filter(e -> word(e).equals(text)).findFirst();
    }

    private void tell(Position place, String text, Problems problems) {
        if (place instanceof Position.OnCommandLine(String name)) {
            // Picocli's sentence, which scripts may have met before there was this table.
            problems.error(
                    new Position.OnCommandLine(""),
                    "Invalid value for option '%s': expected one of %s (case-sensitive) but was '%s'"
                            .formatted(name, words(), text));
        } else {
            problems.error(
                    place,
                    Mistake.quoted(text)
                            + " is none of "
                            + String.join(", ", words())
                            + Suggestions.question(text, words(), "; choose one of them"));
        }
    }

    private List<String> words() {
        return Stream.of(type.getEnumConstants()).map(Choice::word).toList();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String write(E value) {
        return TomlText.quoted(word(value));
    }
}
