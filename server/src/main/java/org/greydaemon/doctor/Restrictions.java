package org.greydaemon.doctor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A list of Postfix's access restrictions, in its order. Their words are the same in any case
/// (smtpd_check.c). Immutable.
///
/// @param name of the parameter
/// @param items the restrictions
record Restrictions(String name, List<Item> items) {
    /// One of them.
    ///
    /// @param word `check_policy_service`
    /// @param value what belongs to it; empty if nothing does
    record Item(String word, String value) {
        /// The place that is asked, if it is a policy service.
        Optional<String> service() {
            if (!word.equalsIgnoreCase("check_policy_service")) {
                return Optional.empty();
            }
            String plain = inner(value);
            return Optional.of(plain.split("[,\\s]+", 2)[0]);
        }

        /// What is said of the service itself.
        Map<String, String> options() {
            Map<String, String> options = new HashMap<>();
            for (String part : split(inner(value))) {
                String option = inner(part);
                int equals = option.indexOf('=');
                if (equals > 0) {
                    options.put(
                            option.substring(0, equals).strip(),
                            option.substring(equals + 1).strip());
                }
            }
            return options;
        }
    }

    /// Reads one.
    static Restrictions of(String name, String value) {
        List<Item> items = new ArrayList<>();
        List<String> words = split(value);
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            boolean hasValue = hasValue(word.toLowerCase(Locale.ROOT)) && i + 1 < words.size();
            items.add(new Item(word, hasValue ? words.get(i + 1) : ""));
            i += hasValue ? 1 : 0;
        }
        return new Restrictions(name, items);
    }

    private static boolean hasValue(String word) {
        return word.startsWith("check_")
                || word.startsWith("reject_rbl_")
                || word.startsWith("reject_rhsbl_")
                || word.startsWith("permit_dnswl_")
                || word.startsWith("permit_rhswl_")
                || word.equals("sleep");
    }

    /// Commas and blanks part words, but not within braces.
    static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth <= 0 && (c == ',' || Character.isWhitespace(c))) {
                if (!word.isEmpty()) {
                    words.add(word.toString());
                    word.setLength(0);
                }
            } else {
                word.append(c);
            }
        }
        if (!word.isEmpty()) {
            words.add(word.toString());
        }
        return words;
    }

    static String inner(String text) {
        String plain = text.strip();
        return plain.startsWith("{") && plain.endsWith("}")
                ? plain.substring(1, plain.length() - 1).strip()
                : plain;
    }

    /// Where the first of some words stands; -1 if none does.
    int indexOf(List<String> words) {
        for (int i = 0; i < items.size(); i++) {
            if (words.contains(items.get(i).word().toLowerCase(Locale.ROOT))) {
                return i;
            }
        }
        return -1;
    }

    /// Whether one of some words stands before an index.
    boolean hasBefore(int index, String... words) {
        int at = indexOf(List.of(words));
        return at >= 0 && at < index;
    }
}
