package org.greydaemon.exempt;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;

/// Whom operators have allowed with greyctl: clients, hosts, senders and recipients. Immutable.
///
/// They lie in a file beside the save file, in the form of exemption files, because the original's
/// save file has no place for a network, a reason or an end:
///
/// ```
/// client 192.0.2.0/24 until 2027-01-31T12:00:00Z # root: ticket 4711
/// sender @example.org recipient carol@example.net # root
/// ```
public final class AllowedLines {
    /// Nobody.
    public static final AllowedLines NONE = new AllowedLines(Map.of());

    /// The most of them; a site with postgrey may have proven that many networks.
    static final int LINES_MAX = 100_000;

    /// The most that are about more than a client: an attempt is compared with several of them.
    static final int OTHERS_MAX = 10_000;

    private final Map<Object, ExemptionLine> lines;
    private final List<ExemptionLine> others;

    private AllowedLines(Map<Object, ExemptionLine> lines) {
        this.lines = new LinkedHashMap<>(lines);
        others = lines.values().stream().filter(line -> line.onlyClient().isEmpty()).toList();
    }

    /// Reads them. A file that is damaged, whatever has damaged it, stops nobody: what can still be
    /// read is in force.
    ///
    /// @param onProblem hears of lines that cannot be meant, which are left out
    /// @throws IOException if there is a file and this user cannot read it
    public static AllowedLines read(Path file, Consumer<String> onProblem) throws IOException {
        Map<Object, ExemptionLine> found = new LinkedHashMap<>();
        KeptFile.read(file, (place, line) -> take(place, line, found), onProblem);
        return new AllowedLines(found);
    }

    /// A hand may have written another form of the clients, which is several blocks.
    private static void take(String place, String text, Map<Object, ExemptionLine> found)
            throws UnusableListException {
        for (ExemptionLine line : ExemptionFile.parse(place, List.of(text)).lines()) {
            Exemption its = line.exemption();
            if (!its.passes() || line.isOptIn()) {
                throw new UnusableListException(
                        List.of(
                                its.place()
                                        + ": who is allowed passes, and nothing else; move the line"
                                        + " to a file of exempt.files"));
            }
            if (line.onlyClient().isEmpty()) {
                put(Allowed.of(line, its.until(), its.reason()), found);
                continue;
            }
            line.onlyClient()
                    .get()
                    .blocks()
                    .forEach(block -> put(new Allowed(block, its.until(), its.reason()), found));
        }
    }

    private static void put(Allowed allowed, Map<Object, ExemptionLine> found) {
        found.put(allowed.key(), allowed.line());
    }

    /// These and more; what is allowed already is replaced. What has come to its end is left out.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    /// @throws IOException if they would be too many; the message says what to do
    public AllowedLines with(List<Allowed> more, long wall) throws IOException {
        return with(more, wall, (_, line) -> line);
    }

    /// These and more; of two that are the same the one that ends later stays.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    /// @throws IOException if they would be too many; the message says what to do
    public AllowedLines withAtLeast(List<Allowed> more, long wall) throws IOException {
        return with(
                more,
                wall,
                (before, line) ->
                        before.exemption().until() < line.exemption().until() ? line : before);
    }

    private AllowedLines with(List<Allowed> more, long wall, BinaryOperator<ExemptionLine> ofTwo)
            throws IOException {
        Map<Object, ExemptionLine> all = new LinkedHashMap<>(lines);
        all.values().removeIf(line -> line.exemption().isOver(wall));
        more.forEach(allowed -> all.merge(allowed.key(), allowed.line(), ofTwo));
        AllowedLines changed = new AllowedLines(all);
        if (all.size() > LINES_MAX) {
            throw new IOException(
                    "more than "
                            + LINES_MAX
                            + " lines would be allowed; allow networks, or put them on the white"
                            + " list");
        }
        long tried = changed.others.stream().filter(ExemptionFile::isTried).count();
        if (changed.others.size() > OTHERS_MAX || tried > ExemptionFile.TRIED_MAX) {
            throw new IOException(
                    "more than "
                            + OTHERS_MAX
                            + " hosts, senders and recipients would be allowed, or more than "
                            + ExemptionFile.TRIED_MAX
                            + " with *; allow domains, or put them into a file of exempt.files");
        }
        return changed;
    }

    /// These without one.
    public AllowedLines without(Allowed allowed) {
        Map<Object, ExemptionLine> all = new LinkedHashMap<>(lines);
        all.remove(allowed.key());
        return new AllowedLines(all);
    }

    /// Whether exactly this is allowed.
    public boolean holds(Allowed allowed) {
        return lines.containsKey(allowed.key());
    }

    /// What is said of exactly this.
    public Optional<Allowed> of(Allowed allowed) {
        return Optional.ofNullable(lines.get(allowed.key()))
                .map(line -> Allowed.of(line, line.exemption().until(), line.exemption().reason()));
    }

    /// How many there are.
    public int size() {
        return lines.size();
    }

    /// The lines of the file.
    List<ExemptionLine> lines() {
        return List.copyOf(lines.values());
    }

    /// Those that are about more than a client.
    List<ExemptionLine> others() {
        return others;
    }

    /// The exemptions.
    List<Exemption> exemptions() {
        return lines.values().stream().map(ExemptionLine::exemption).toList();
    }

    /// Writes them to a new file that then takes the place of the old one.
    ///
    /// @throws IOException if that does not work; the old file is as it was
    public void write(Path file) throws IOException {
        List<String> all = new ArrayList<>();
        all.add("# What greyctl allow has allowed; greyctl disallow takes it back.");
        exemptions().forEach(its -> all.add(KeptFile.line(its)));
        KeptFile.write(file, all);
    }
}
