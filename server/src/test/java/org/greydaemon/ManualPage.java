package org.greydaemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A manual page in mdoc, as far as the tests look into one.
final class ManualPage {
    private final List<String> lines;

    ManualPage(String name) throws IOException {
        lines = Files.readAllLines(Path.of(System.getProperty("project.root"), "man", name));
    }

    /// The lines of a section.
    List<String> section(String name) {
        int from = lines.indexOf(".Sh " + name) + 1;
        int to = from;
        while (to < lines.size() && !lines.get(to).startsWith(".Sh ")) {
            to++;
        }
        return lines.subList(from, to);
    }

    /// The items of a section's lists: what stands behind `.It`, and the text below it in one line
    /// without the macros at the begin of lines.
    Map<String, String> items(String section) {
        Map<String, String> items = new LinkedHashMap<>();
        String item = "";
        for (String line : section(section)) {
            if (line.startsWith(".It ")) {
                item = line.substring(".It ".length()).replace("\\&", "");
                items.put(item, "");
            } else if (!item.isEmpty()) {
                items.merge(item, line.replaceFirst("^\\.[A-Z][a-z] ", ""), (a, b) -> a + " " + b);
            }
        }
        return items;
    }

    /// The files that the page names.
    List<String> paths() {
        return lines.stream()
                .filter(line -> line.matches("\\.(It )?Pa .*"))
                .map(line -> line.replaceFirst("\\.(It )?Pa ", "").split(" ", -1)[0])
                .toList();
    }

    /// The options that a section names, with their parameters: `-m min`, `--rules name`.
    List<String> options(String section) {
        return section(section).stream()
                .filter(line -> line.matches("\\.(It |Op )?Fl .*"))
                .filter(line -> section.equals("SYNOPSIS") || line.startsWith(".It"))
                .map(line -> line.replaceFirst("\\.(It |Op )?Fl ", "-"))
                .map(line -> line.replaceFirst(" Ns Op Cm \\\\&: Ns Ar (.*)", "[:$1]"))
                .map(line -> line.replace(" Ns Op = Ns Ar ", " ")) // A value behind a =, or none.
                .map(line -> line.replace(" Ar ", " "))
                .toList();
    }
}
