package org.greydaemon.doctor;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The lines of a configuration as Exim reads them (its specification, chapter 6): comments are
/// gone, continued lines are one, files are included, conditions decided and macros put in. What
/// `exim -bP config` prints has been through this before, and stays as it is. Confined to one
/// thread.
///
/// Macros of the command line (`-D`) are not known. Those that begin with `_` Exim defines itself,
/// by how it was built: what depends on them is kept, with its `.else`.
final class EximText {
    private static final Pattern MACRO = Pattern.compile("([A-Z][A-Za-z0-9_]*)\\s*==?\\s*(.*)");
    private static final Pattern CONDITION =
            Pattern.compile("\\.(ifdef|ifndef|elifdef|elifndef|else|endif)\\b\\s*(.*)");
    private static final Pattern INCLUDE =
            Pattern.compile("\\.include(?:_if_exists)?\\s+\"?([^\"]+?)\"?\\s*");
    private static final Pattern OF_EXIM = Pattern.compile("(?:^|\\W)_[A-Z]");
    private static final int INCLUDES_MAX = 10;

    /// More than any configuration; a macro that is put in again and again may grow without end.
    private static final int LENGTH_MAX = 4 << 20;

    private final Function<String, Optional<String>> files;
    private final Map<String, String> macros = new LinkedHashMap<>();
    private final Deque<Branch> branches = new ArrayDeque<>();
    private final StringBuilder text = new StringBuilder();

    /// Where a condition stands.
    ///
    /// @param holds whether the lines here count
    /// @param isDone whether those of another branch did, so that the rest do not
    private record Branch(boolean holds, boolean isDone) {}

    private EximText(Function<String, Optional<String>> files) {
        this.files = files;
    }

    /// Reads them.
    ///
    /// @param files what included files hold; empty if one cannot be read
    static String of(String configuration, Function<String, Optional<String>> files) {
        EximText read = new EximText(files);
        read.read(configuration, 0);
        return read.text.toString();
    }

    private void read(String configuration, int depth) {
        String joined =
                configuration
                        .replaceAll("(?m)^\\s*#.*\\R?", "")
                        .replaceAll("\\\\[ \\t]*\\R[ \\t]*", "");
        for (String line : joined.split("\\R", -1)) {
            Matcher condition = CONDITION.matcher(line.strip());
            if (condition.matches()) {
                decide(condition.group(1), condition.group(2));
            } else if (branches.stream().allMatch(Branch::holds)) {
                line(line, depth);
            }
        }
    }

    private void decide(String word, String names) {
        Branch here = branches.isEmpty() ? new Branch(true, false) : branches.peek();
        switch (word) {
            case "ifdef", "ifndef" -> branches.push(branch(word, names));
            case "elifdef", "elifndef" -> {
                branches.poll();
                branches.push(here.isDone() ? new Branch(false, true) : branch(word, names));
            }
            case "else" -> {
                branches.poll();
                branches.push(new Branch(!here.isDone(), true));
            }
            default -> branches.poll();
        }
    }

    private Branch branch(String word, String names) {
        if (OF_EXIM.matcher(names).find()) {
            return new Branch(true, false);
        }
        boolean isDefined = macros.keySet().stream().anyMatch(names::contains);
        boolean holds = isDefined == word.endsWith("ifdef");
        return new Branch(holds, holds);
    }

    private void line(String line, int depth) {
        Matcher macro = MACRO.matcher(line.strip());
        if (macro.matches()) {
            macros.put(macro.group(1), expanded(macro.group(2).strip()));
            return;
        }
        String whole = expanded(line);
        Matcher include = INCLUDE.matcher(whole.strip());
        if (include.matches()) {
            if (depth < INCLUDES_MAX) {
                files.apply(include.group(1)).ifPresent(file -> read(file, depth + 1));
            }
        } else if (text.length() + whole.length() < LENGTH_MAX) {
            text.append(whole).append('\n');
        }
    }

    /// Macros are put in wherever their names stand, in the order in which they were made.
    private String expanded(String line) {
        String whole = line;
        for (Map.Entry<String, String> macro : macros.entrySet()) {
            if (whole.length() < LENGTH_MAX) {
                whole = whole.replace(macro.getKey(), macro.getValue());
            }
        }
        return whole;
    }
}
