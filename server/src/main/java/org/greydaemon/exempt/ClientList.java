package org.greydaemon.exempt;

import org.greydaemon.net.AddressException;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.IpAddress;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The white list: clients that are never greylisted. Immutable; a reload makes a new one.
///
/// A line holds the clients in one of the forms of {@link ClientPattern}, then optionally `#` and
/// the reason. A client is exempt if any line says so, however lines overlap or repeat. A line that
/// cannot be meant makes the whole list unusable, and all such lines are reported together.
public final class ClientList {
    /// The most blocks a list may hold after its patterns are expanded.
    static final int BLOCKS_MAX = 500_000;

    /// The most bad lines that are reported one by one.
    static final int PROBLEMS_MAX = 20;

    private static final int FILE_BYTES_MAX = 64 << 20;

    /// All addresses that clients on the Internet have in IPv6, RFC 4291 2.4.
    private static final CidrBlock GLOBAL_IPV6 =
            new CidrBlock(new IpAddress(0x2000_0000_0000_0000L, 0), 3);

    /// The list that exempts nobody.
    public static final ClientList EMPTY = new ClientList(new Builder("no white list"));

    private final List<CidrBlock> blockList;
    private final CidrSet blocks;
    private final int[] exemptionOfBlock;
    private final List<Exemption> exemptions;
    private final List<String> warnings;

    private ClientList(Builder builder) {
        blockList = List.copyOf(builder.blocks);
        blocks = CidrSet.of(blockList);
        exemptionOfBlock = Arrays.copyOf(builder.exemptionOfBlock, builder.blocks.size());
        exemptions = List.copyOf(builder.exemptions);
        List<String> found = new ArrayList<>();
        warnIfAllOf(CidrBlock.ALL_IPV4, "IPv4", builder.source).ifPresent(found::add);
        warnIfAllOf(GLOBAL_IPV6, "IPv6", builder.source).ifPresent(found::add);
        warnings = List.copyOf(found);
    }

    /// Reads a file, in UTF-8 as far as the comments go.
    ///
    /// @throws ClientListException if the file cannot be read, or holds a line that cannot be meant
    public static ClientList read(Path file) throws ClientListException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(FILE_BYTES_MAX + 1);
        } catch (NoSuchFileException e) {
            throw unusable(file, "there is no such file; make it, an empty one will do");
        } catch (AccessDeniedException e) {
            throw unusable(file, "this user may not read it; change its mode or owner");
        } catch (IOException e) {
            throw unusable(file, "it cannot be read: " + e.getMessage() + "; name a readable file");
        }
        if (content.length > FILE_BYTES_MAX) {
            throw unusable(file, "it is longer than 64 MiB; write wider prefixes");
        }
        return parse(file.toString(), new String(content, StandardCharsets.UTF_8).lines().toList());
    }

    private static ClientListException unusable(Path file, String problem) {
        return new ClientListException(List.of(file + ": " + problem));
    }

    /// Reads the lines of a white list.
    ///
    /// @param source what to call the list in messages, the name of its file
    /// @throws ClientListException if a line cannot be meant; it names the first 20 of such lines
    public static ClientList parse(String source, List<String> lines) throws ClientListException {
        Builder builder = new Builder(source);
        for (int i = 0; i < lines.size(); i += 1) {
            builder.addLine(i + 1, lines.get(i));
        }
        builder.throwProblems();
        return new ClientList(builder);
    }

    /// Whether the client is exempt. Allocates nothing.
    public boolean contains(long high, long low) {
        return blocks.contains(high, low);
    }

    /// The entry that exempts the client; of several the one whose block is narrowest, of equally
    /// narrow ones the first.
    public Optional<Exemption> find(IpAddress client) {
        int block = blocks.find(client.high(), client.low());
        return block == CidrSet.NONE
                ? Optional.empty()
                : Optional.of(exemptions.get(exemptionOfBlock[block]));
    }

    /// The entries in the order of the file.
    public List<Exemption> exemptions() {
        return exemptions;
    }

    /// The blocks of all entries in the order of the file.
    public List<CidrBlock> blocks() {
        return blockList;
    }

    /// What the operator should know, though the list can be used: lines `file: what; what to do`.
    public List<String> warnings() {
        return warnings;
    }

    private Optional<String> warnIfAllOf(CidrBlock family, String name, String source) {
        if (!blocks.covers(family)) {
            return Optional.empty();
        }
        return find(family.address()).map(first -> allExempt(source, name, first.line()));
    }

    private static String allExempt(String source, String name, int line) {
        return "%s:%d: every %s client is exempt, so none is greylisted; remove the line unless it is meant"
                .formatted(source, line, name);
    }

    /// What has been read of a list.
    private static final class Builder {
        private final String source;
        private final List<CidrBlock> blocks = new ArrayList<>();
        private final List<Exemption> exemptions = new ArrayList<>();
        private int[] exemptionOfBlock = new int[16];
        private final List<String> problems = new ArrayList<>();
        private int problemsUnnamed;

        Builder(String source) {
            this.source = source;
        }

        void addLine(int number, String line) {
            int comment = line.indexOf('#');
            String text = (comment < 0 ? line : line.substring(0, comment)).strip();
            if (number == 1 && text.startsWith("\ufeff")) {
                text = text.substring(1).strip(); // Some editors begin a UTF-8 file with this mark.
            }
            if (text.isEmpty()) {
                return;
            }
            String reason = comment < 0 ? "" : line.substring(comment + 1).strip();
            try {
                add(new Exemption(number, text, reason), ClientPattern.parse(text));
            } catch (AddressException e) {
                addProblem(source + ":" + number + ": " + e.getMessage());
            }
        }

        private void add(Exemption exemption, List<CidrBlock> found) throws AddressException {
            if (found.size() > BLOCKS_MAX - blocks.size()) {
                throw new AddressException(
                        AddressException.quoted(exemption.text())
                                + " makes the list longer than "
                                + BLOCKS_MAX
                                + " blocks; write wider prefixes");
            }
            int first = blocks.size();
            blocks.addAll(found);
            if (blocks.size() > exemptionOfBlock.length) {
                exemptionOfBlock = Arrays.copyOf(exemptionOfBlock, 2 * blocks.size());
            }
            Arrays.fill(exemptionOfBlock, first, blocks.size(), exemptions.size());
            exemptions.add(exemption);
        }

        private void addProblem(String problem) {
            if (problems.size() < PROBLEMS_MAX) {
                problems.add(problem);
            } else {
                problemsUnnamed += 1;
            }
        }

        void throwProblems() throws ClientListException {
            if (problemsUnnamed > 0) {
                problems.add(source + ": bad lines not named here: " + problemsUnnamed);
            }
            if (!problems.isEmpty()) {
                throw new ClientListException(problems);
            }
        }
    }
}
