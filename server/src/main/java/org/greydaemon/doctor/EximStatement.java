package org.greydaemon.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A statement of an Exim's ACL. Immutable.
///
/// @param text from its verb on
record EximStatement(String text) {
    private static final Pattern WORDS = Pattern.compile("(!?)\\s*([a-z_]+)\\s*(?:=\\s*(.*))?");

    /// What a statement does beside its conditions (the specification's "ACL modifiers").
    private static final List<String> MODIFIERS =
            List.of(
                    "add_header",
                    "continue",
                    "control",
                    "delay",
                    "endpass",
                    "log_message",
                    "log_reject_target",
                    "logwrite",
                    "message",
                    "queue",
                    "remove_header",
                    "set",
                    "udpsend");

    /// A condition, or what else a line says.
    ///
    /// @param isNot whether `!` stands before it
    private record Part(boolean isNot, String name, String value) {}

    String verb() {
        return text.strip().split("\\s+", 2)[0];
    }

    boolean isVerb(String... verbs) {
        return List.of(verbs).contains(verb());
    }

    private List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        for (String line : text.strip().substring(verb().length()).split("\\R", -1)) {
            Matcher words = WORDS.matcher(line.strip());
            if (words.lookingAt()) {
                String value = Optional.ofNullable(words.group(3)).orElse("").strip();
                parts.add(new Part(!words.group(1).isEmpty(), words.group(2), value));
            }
        }
        return parts;
    }

    /// Whether there is a condition or modifier with such a value.
    boolean says(String name, Predicate<String> value) {
        return parts().stream()
                .anyMatch(part ->
                        part.name().equals(name) && !part.isNot() && value.test(part.value()));
    }

    /// Whether it uses another ACL.
    boolean uses(String acl) {
        return parts().stream()
                        .anyMatch(part ->
                                part.name().equals("acl")
                                        && part.value().split("\\s", 2)[0].equals(acl))
                || expands(acl);
    }

    /// Whether an expansion uses another ACL.
    boolean expands(String acl) {
        return text.contains("${acl{" + acl + "}");
    }

    /// Whether it has no use for a deferral of another ACL that it uses: as a condition of `warn`
    /// that is false, and an expansion that fails for it is no condition at all (the
    /// specification's chapters 11 and 44; seen with Exim 4.96). So `defer` defers then, and `deny`
    /// denies.
    boolean isIdle(String acl) {
        return expands(acl) ? !isVerb("defer", "deny", "drop") : isVerb("warn");
    }

    /// The lists of a condition, and whether `!` stands before it.
    Map<String, Boolean> lists(String name) {
        Map<String, Boolean> lists = new LinkedHashMap<>();
        parts().stream()
                .filter(part -> part.name().equals(name))
                .forEach(part -> lists.put(part.value(), part.isNot()));
        return lists;
    }

    /// The domains whose mail it accepts, whoever sends it: of a statement that has no other
    /// conditions but that the recipient exists. `*` if it has none for the domain either; empty if
    /// it accepts no such mail.
    Optional<String> acceptsDomains() {
        if (!isVerb("accept")) {
            return Optional.empty();
        }
        String domains = "*";
        for (Part part : parts()) {
            boolean isVerified =
                    !part.isNot()
                            && part.name().equals("verify")
                            && part.value().startsWith("recipient");
            if (part.name().equals("domains") && !part.isNot()) {
                domains = part.value();
            } else if (!isVerified && !MODIFIERS.contains(part.name())) {
                return Optional.empty();
            }
        }
        return Optional.of(domains);
    }

    /// The variable in which it keeps the answer; empty if it keeps none.
    Optional<String> variable() {
        Matcher set = Pattern.compile("\\bset\\s+(acl_[cm]\\w+)\\s*=").matcher(text);
        return set.find() ? Optional.of(set.group(1)) : Optional.empty();
    }

    /// Whether a later statement looks at a variable.
    boolean looksAt(String variable) {
        return text.matches("(?s).*\\$\\{?" + variable + "\\b.*")
                || text.matches("(?s).*def:" + variable + "\\b.*");
    }
}
