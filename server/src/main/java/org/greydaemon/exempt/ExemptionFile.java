package org.greydaemon.exempt;

import static org.greydaemon.mistake.Mistake.quoted;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.mistake.MistakeException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A file of exemptions: who passes besides the clients of the white list, who waits and how long,
/// and who does not want greylisting. {@link ExemptionLineParser} has the form of its lines.
/// Immutable; a reload makes a new one.
///
/// A line that cannot be meant makes the whole file unusable, and all such lines are reported
/// together.
public final class ExemptionFile {
    /// The most lines of all files together: with them, the longest white list and all that greyctl
    /// can have allowed, a reload still fits into the heap of `packaging/jvm.sh` (ExemptionIT).
    static final int LINES_MAX = 50_000;

    /// The most lines of a file that no index finds: an attempt may have to be compared with all of
    /// them, see {@link Search#STEPS_MAX}.
    static final int TRIED_MAX = 1_000;

    /// The most networks of the clients of all files together, as many as of a white list: with
    /// `10.*.*.1` a few lines stand for more than any heap holds.
    static final int BLOCKS_MAX = ClientList.BLOCKS_MAX;

    private static final String SHIPPED = "shipped";

    private final WrittenLines<ExemptionLine> lines;
    private final IndexedLines index;
    private final int blocks;

    private ExemptionFile(Builder builder) {
        lines = builder.lines.build();
        index = builder.index.build(lines::get);
        blocks = builder.blocks;
    }

    /// Reads a file, in UTF-8.
    ///
    /// @throws MistakeException if the file cannot be read, or holds a line that cannot be meant
    public static ExemptionFile read(Path file) throws MistakeException {
        return read(file, 0);
    }

    /// Reads a file, in UTF-8, that is not the first one.
    ///
    /// @param before how many networks those before it have
    /// @throws MistakeException if the file cannot be read, or holds a line that cannot be meant
    static ExemptionFile read(Path file, int before) throws MistakeException {
        Builder builder = new Builder(file.toString(), before);
        ListFile.read(file, builder);
        return new ExemptionFile(builder);
    }

    /// The list that the program brings along, packaging/shipped: senders that never try again.
    public static ExemptionFile shipped() {
        try (InputStream in = ExemptionFile.class.getResourceAsStream(SHIPPED)) {
            if (in == null) {
                throw new IllegalStateException("no " + SHIPPED + " in the jar");
            }
            return parse(SHIPPED, new String(in.readAllBytes(), UTF_8).lines().toList());
        } catch (IOException | MistakeException e) {
            throw new IllegalStateException(SHIPPED + " in the jar is damaged", e);
        }
    }

    /// Reads the lines of a file.
    ///
    /// @param source what to call it in messages, the name of the file
    /// @throws MistakeException if a line cannot be meant; it names the first 20 of such lines
    public static ExemptionFile parse(String source, List<String> lines) throws MistakeException {
        Builder builder = new Builder(source, 0);
        ListFile.read(source, lines, builder);
        return new ExemptionFile(builder);
    }

    /// Reads a line that is alone.
    ///
    /// @param source what to call its file
    /// @return empty if it says nothing
    /// @throws MistakeException if it cannot be meant
    static Optional<ExemptionLine> parse(String source, String line) throws MistakeException {
        List<ExemptionLine> found = new ArrayList<>(1);
        ListFile.read(
                source,
                List.of(line),
                (number, text) -> understood(source, number, text).ifPresent(found::add));
        return found.stream().findFirst();
    }

    private static Optional<ExemptionLine> understood(String source, int number, String line)
            throws MistakeException {
        int comment = comment(line);
        String text = line.substring(0, comment).strip();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String reason = line.substring(Math.min(comment + 1, line.length())).strip();
        return Optional.of(ExemptionLineParser.parse(source, number, text, reason));
    }

    /// Takes lines.
    private static final class Builder implements ListFile.LineTaker {
        private final String source;
        private final WrittenLines.Builder<ExemptionLine> lines;
        private final IndexedLines.Builder index = new IndexedLines.Builder();
        private final int before;
        private int tried;
        private int blocks;

        Builder(String source, int before) {
            this.source = source;
            this.before = before;
            lines =
                    new WrittenLines.Builder<>(
                            (number, line) -> understood(source, number, line).orElseThrow());
        }

        @Override
        public void take(int number, String line) throws MistakeException {
            Optional<ExemptionLine> found = understood(source, number, line);
            if (found.isPresent()) {
                ExemptionLine its = found.get();
                tried += isTried(its) ? 1 : 0;
                checkCount(lines.size(), tried);
                int more = its.blocks();
                checkBlocks(its, more, before + blocks);
                blocks += more;
                int hash = its.exemption().text().hashCode();
                lines.add(number, line.strip(), hash, its.isPlain() ? null : its);
                index.add(its);
            }
        }
    }

    /// Where the comment begins: at a `#` that begins a word and stands in no quotes, as addresses
    /// and texts may hold one.
    private static int comment(String line) {
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '#' && (i == 0 || Character.isWhitespace(line.charAt(i - 1)))) {
                return i;
            }
            i = c == '"' ? endOfQuotes(line, i) : i;
        }
        return line.length();
    }

    /// Where quotes end; where they begin if they have no end.
    private static int endOfQuotes(String line, int from) {
        for (int i = from + 1; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                return i;
            }
            i += c == '\\' ? 1 : 0;
        }
        return from;
    }

    /// Whether no index finds the line, so that it has to be tried.
    static boolean isTried(ExemptionLine line) {
        return !line.isIndexed()
                || line.conditions().stream()
                        .anyMatch(condition ->
                                condition instanceof Condition.Text text
                                        && text.pattern().hasWildcard());
    }

    private static void checkCount(int lines, int tried) throws MistakeException {
        if (lines >= LINES_MAX) {
            throw new MistakeException(
                    "there are more than " + LINES_MAX + " lines", "write domains or networks");
        }
        if (tried > TRIED_MAX) {
            throw new MistakeException(
                    "the file has more than "
                            + TRIED_MAX
                            + " lines with *, or with no client, host, helo, sender or recipient,"
                            + " which are tried one by one",
                    "write domains, or .domain for all names" + " below one");
        }
    }

    private static void checkBlocks(ExemptionLine line, int more, int before)
            throws MistakeException {
        if (more > BLOCKS_MAX - before) {
            throw new MistakeException(
                    "with "
                            + quoted(line.exemption().text())
                            + " the clients of all lines are "
                            + (before + more)
                            + " networks, more than "
                            + BLOCKS_MAX,
                    "write wider ones");
        }
    }

    /// The lines in the order of the file. Those that are plain and that nobody has needed are made
    /// when they are looked at, and not kept.
    List<ExemptionLine> lines() {
        return lines.look();
    }

    /// The same, as a source of lines.
    WrittenLines<ExemptionLine> written() {
        return lines;
    }

    /// The exemptions of the lines that somebody has needed.
    Stream<Exemption> needed() {
        return lines.made().map(ExemptionLine::exemption);
    }

    /// How the lines are found.
    IndexedLines index() {
        return index;
    }

    /// The lines that are not plain.
    Stream<ExemptionLine> special() {
        return index.special().mapToObj(lines::get);
    }

    /// The lists in DNS that lines ask.
    Set<String> zones() {
        Set<String> zones = new HashSet<>();
        special()
                .flatMap(line -> line.conditions().stream())
                .forEach(condition -> zone(condition).ifPresent(zones::add));
        return zones;
    }

    private static Optional<String> zone(Condition condition) {
        return switch (condition) {
            case Condition.Listed listed -> Optional.of(listed.zone());
            case Condition.Not(Condition.Listed listed) -> Optional.of(listed.zone());
            default -> Optional.empty();
        };
    }

    /// How many lines there are.
    public int size() {
        return lines.size();
    }

    /// How many networks the clients of its lines are.
    int blocks() {
        return blocks;
    }
}
