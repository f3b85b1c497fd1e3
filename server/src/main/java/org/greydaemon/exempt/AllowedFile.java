package org.greydaemon.exempt;

import org.greydaemon.mistake.MistakeException;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How {@link AllowedLines} lie in their file: in the form of exemption files, because the
/// original's save file has no place for a network, a reason or an end. Comments say when something
/// was said, of all lines below, and what was disallowed or is over. Stateless.
///
/// ```
/// # said 2026-11-28T12:00:00Z
/// client 192.0.2.0/24 until 2027-01-31T12:00:00Z # root: ticket 4711
/// sender @example.org recipient carol@example.net # root
/// # disallowed 2026-11-28T12:01:00Z client 198.51.100.7
/// # over 2026-11-28T12:02:00Z client 198.51.100.8 until 2026-11-28T13:02:00Z # root
/// ```
final class AllowedFile {
    private static final Pattern SAID = Pattern.compile("# said (\\S{10,40})");
    private static final Pattern DISALLOWED = Pattern.compile("# disallowed (\\S{10,40}) (.+)");
    private static final Pattern OVER = Pattern.compile("# over (\\S{10,40}) (.+)");

    private AllowedFile() {}

    /// What was read of the file so far. Confined to one thread.
    static final class LinesTaken {
        /// What passes, by its keys.
        final Map<Object, AllowedWord> passing = new LinkedHashMap<>();

        /// What is disallowed or over, by its keys.
        final Map<Object, AllowedWord> withdrawn = new LinkedHashMap<>();

        // Lines of earlier versions and of a hand do not say when: anything said is later.
        private long made;

        /// A hand may have written another form of the clients, which is several blocks.
        void take(String place, String text) throws MistakeException {
            if (text.startsWith("#")) {
                comment(text);
                return;
            }
            Optional<ExemptionLine> read = ExemptionFile.parse(place, text);
            if (read.isPresent()) {
                List<Allowed> several = all(read.get());
                if (several.size() > 1
                        && passing.size() + several.size() > AllowedLines.LINES_MAX) {
                    throw new MistakeException(
                            "its clients are "
                                    + several.size()
                                    + " networks, with which there are more than "
                                    + AllowedLines.LINES_MAX,
                            "write wider ones");
                }
                for (Allowed each : several) {
                    passing.put(each.key(), new AllowedWord(each, true, made));
                    withdrawn.remove(each.key());
                }
            }
        }

        private static List<Allowed> all(ExemptionLine line) throws MistakeException {
            Exemption its = line.exemption();
            if (!its.passes() || line.isOptIn()) {
                throw new MistakeException(
                        its.place(),
                        "who is allowed passes, and nothing else",
                        "move the line to a file of exempt.files");
            }
            if (line.onlyClient().isEmpty()) {
                return List.of(Allowed.of(line, its.until(), its.reason()));
            }
            return line.onlyClient().get().blocks().stream()
                    .map(block -> new Allowed(block, its.until(), its.reason()))
                    .toList();
        }

        private void comment(String text) {
            Matcher said = SAID.matcher(text);
            Matcher disallowed = DISALLOWED.matcher(text);
            Matcher over = OVER.matcher(text);
            try {
                if (said.matches()) {
                    made = millis(said);
                } else if (disallowed.matches()) {
                    String whom = disallowed.group(2);
                    withdraw(
                            AllowedWord.of(whom, false, Exemption.FOREVER, "", millis(disallowed)));
                } else if (over.matches()) {
                    over(over.group(2), millis(over));
                }
            } catch (DateTimeException | ArithmeticException | MistakeException e) {
                // A hand's comment.
            }
        }

        private static long millis(Matcher comment) {
            return Instant.parse(comment.group(1)).toEpochMilli();
        }

        /// The daemon writes a line for each block. A hand's comment that is many is none of its.
        private void over(String text, long when) throws MistakeException {
            Optional<ExemptionLine> line = ExemptionFile.parse("", text);
            List<Allowed> several = line.isPresent() ? all(line.get()) : List.of();
            if (several.size() <= 1
                    || withdrawn.size() + several.size() <= AllowedLines.WITHDRAWN_MAX) {
                several.forEach(each -> withdraw(new AllowedWord(each, true, when)));
            }
        }

        private void withdraw(AllowedWord word) {
            if (!passing.containsKey(word.key())) {
                withdrawn.put(word.key(), word);
            }
        }
    }

    /// The lines to write.
    ///
    /// @param passing what passes, those that were said together one after another
    /// @param withdrawn what is disallowed or over
    static List<String> lines(Collection<AllowedWord> passing, Collection<AllowedWord> withdrawn) {
        List<String> all = new ArrayList<>();
        all.add("# What greyctl allow has allowed; greyctl disallow takes it back.");
        withdrawn.forEach(its -> all.add(comment(its)));
        long made = 0;
        for (AllowedWord word : passing) {
            if (word.made() != made) {
                made = word.made();
                all.add("# said " + Instant.ofEpochMilli(made));
            }
            all.add(KeptFile.line(word.whom().line().exemption()));
        }
        return all;
    }

    private static String comment(AllowedWord its) {
        return (its.passes() ? "# over " : "# disallowed ")
                + Instant.ofEpochMilli(its.made())
                + " "
                + (its.passes() ? KeptFile.line(its.whom().line().exemption()) : its.text());
    }
}
