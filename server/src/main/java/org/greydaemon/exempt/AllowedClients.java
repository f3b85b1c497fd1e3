package org.greydaemon.exempt;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.net.CidrBlock;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;

/// The clients that operators have allowed with greyctl. Immutable.
///
/// They lie in a file beside the save file, in the form of exemption files, because the original's
/// save file has no place for a network, a reason or an end:
///
/// ```
/// client 192.0.2.0/24 until 2027-01-31T12:00:00Z # root: ticket 4711
/// ```
public final class AllowedClients {
    /// Nobody.
    public static final AllowedClients NONE = new AllowedClients(Map.of());

    /// What their exemptions are called in the log.
    static final String SOURCE = "allowed";

    /// The most of them; a site with postgrey may have proven that many networks.
    static final int CLIENTS_MAX = 100_000;

    private static final int REASON_MAX = 200;

    private static final FileAttribute<Set<PosixFilePermission>> MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));

    private final Map<CidrBlock, ExemptionLine> lines;

    private AllowedClients(Map<CidrBlock, ExemptionLine> lines) {
        this.lines = new LinkedHashMap<>(lines);
    }

    /// Clients to allow.
    ///
    /// @param until their end in seconds since 1970; {@link Exemption#FOREVER} if they have none
    /// @param reason why, and who says so
    public record Allowed(CidrBlock clients, long until, String reason) {
        private ExemptionLine line() {
            return new ExemptionLine(
                    new Exemption(SOURCE, 0, "client " + clients, oneLine(reason), until),
                    List.of(new Condition.Client(List.of(clients))),
                    false);
        }

        /// The file has a line for each, and a terminal shows what it is told.
        private static String oneLine(String text) {
            String cut = text.substring(0, Math.min(text.length(), REASON_MAX));
            return cut.replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}]", " ").strip();
        }
    }

    /// Reads them. A file that is damaged, whatever has damaged it, stops nobody: what can still be
    /// read is in force.
    ///
    /// @param onProblem hears of lines that cannot be meant, which are left out
    /// @throws IOException if there is a file and this user cannot read it
    public static AllowedClients read(Path file, Consumer<String> onProblem) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            onProblem.accept(
                    file
                            + ": it is no file, so nobody is allowed by greyctl; move it away, and"
                            + " allow them anew");
            return NONE;
        }
        List<byte[]> lines;
        try {
            lines = ListFile.lines(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return NONE;
        }
        Map<CidrBlock, ExemptionLine> found = new LinkedHashMap<>();
        int left = 0;
        for (int i = 0; i < lines.size(); i++) {
            Optional<String> problem = take(file + ":" + (i + 1), lines.get(i), found);
            left += problem.isPresent() ? 1 : 0;
            if (left <= ListFile.PROBLEMS_MAX) {
                problem.ifPresent(onProblem);
            }
        }
        if (left > ListFile.PROBLEMS_MAX) {
            onProblem.accept(
                    file + ": damaged lines not named here: " + (left - ListFile.PROBLEMS_MAX));
        }
        return new AllowedClients(found);
    }

    /// Takes a line.
    ///
    /// @return what is wrong with it; empty if nothing is
    private static Optional<String> take(
            String place, byte[] octets, Map<CidrBlock, ExemptionLine> found) {
        String line = NormalForm.decoded(octets);
        if (!Arrays.equals(line.getBytes(UTF_8), octets)) {
            return Optional.of(
                    place
                            + ": it has octets that are no UTF-8, so it is damaged and left out;"
                            + " mend it, or allow the clients anew");
        }
        try {
            for (ExemptionLine one : ExemptionFile.parse(place, List.of(line)).lines()) {
                allowed(one, found);
            }
            return Optional.empty();
        } catch (UnusableListException e) {
            String problem = e.problems().getFirst();
            return Optional.of(problem.replace(place + ":1: ", place + ": ") + " (left out)");
        }
    }

    /// A hand may have written another form of the clients, which is several blocks.
    private static void allowed(ExemptionLine line, Map<CidrBlock, ExemptionLine> found)
            throws UnusableListException {
        Condition.Client client =
                line.onlyClient()
                        .filter(_ -> line.exemption().passes())
                        .orElseThrow(() ->
                                new UnusableListException(
                                        List.of(
                                                line.exemption().place()
                                                        + ": only clients can be allowed; move the"
                                                        + " line to a file of exempt.files")));
        for (CidrBlock block : client.blocks()) {
            Exemption its = line.exemption();
            found.put(block, new Allowed(block, its.until(), its.reason()).line());
        }
    }

    /// These and more; what is allowed already is replaced. What has come to its end is left out.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    /// @throws IOException if they would be too many; the message says what to do
    public AllowedClients with(List<Allowed> more, long wall) throws IOException {
        return with(more, wall, (_, line) -> line);
    }

    /// These and more; of two for the same clients the one that ends later stays.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    /// @throws IOException if they would be too many; the message says what to do
    public AllowedClients withAtLeast(List<Allowed> more, long wall) throws IOException {
        return with(
                more,
                wall,
                (before, line) ->
                        before.exemption().until() < line.exemption().until() ? line : before);
    }

    private AllowedClients with(List<Allowed> more, long wall, BinaryOperator<ExemptionLine> ofTwo)
            throws IOException {
        Map<CidrBlock, ExemptionLine> all = new LinkedHashMap<>(lines);
        all.values().removeIf(line -> line.exemption().isOver(wall));
        more.forEach(allowed -> all.merge(allowed.clients(), allowed.line(), ofTwo));
        if (all.size() > CLIENTS_MAX) {
            throw new IOException(
                    "more than "
                            + CLIENTS_MAX
                            + " clients would be allowed; allow networks, or put them on the white"
                            + " list");
        }
        return new AllowedClients(all);
    }

    /// These without one.
    public AllowedClients without(CidrBlock clients) {
        Map<CidrBlock, ExemptionLine> all = new LinkedHashMap<>(lines);
        all.remove(clients);
        return new AllowedClients(all);
    }

    /// Whether exactly these clients are allowed.
    public boolean holds(CidrBlock clients) {
        return lines.containsKey(clients);
    }

    /// How many there are.
    public int size() {
        return lines.size();
    }

    /// The lines of the file.
    List<ExemptionLine> lines() {
        return List.copyOf(lines.values());
    }

    /// The exemptions.
    List<Exemption> exemptions() {
        return lines.values().stream().map(ExemptionLine::exemption).toList();
    }

    /// Writes them to a new file that then takes the place of the old one.
    ///
    /// @throws IOException if that does not work; the old file is as it was
    public void write(Path file) throws IOException {
        Path newFile = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(newFile); // Whatever it is: opening a pipe would wait.
        try (FileChannel channel =
                FileChannel.open(
                        newFile,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        MODE)) {
            ByteBuffer text = UTF_8.encode(text());
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
        }
        Files.move(newFile, file, StandardCopyOption.ATOMIC_MOVE);
        // Else a power failure could bring back what the name led to before.
        Path folder = file.toAbsolutePath().getParent();
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private String text() {
        List<String> all = new ArrayList<>();
        all.add("# What greyctl allow has allowed; greyctl disallow takes it back.");
        for (ExemptionLine line : lines.values()) {
            Exemption its = line.exemption();
            all.add(
                    its.text()
                            + (its.until() == Exemption.FOREVER
                                    ? ""
                                    : " until " + Instant.ofEpochSecond(its.until()))
                            + (its.reason().isEmpty() ? "" : " # " + its.reason()));
        }
        return String.join("\n", all) + "\n";
    }
}
