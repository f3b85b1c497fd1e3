package org.greydaemon.exempt;

import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.IpAddress;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The white list: clients that are never greylisted. Immutable; a reload makes a new one.
///
/// A line holds the clients in one of the forms of {@link ClientPattern}, then optionally `#` and
/// the reason. A client is exempt if any line says so, however lines overlap or repeat. A line that
/// cannot be meant makes the whole list unusable, and all such lines are reported together.
public final class ClientList {
    /// The most blocks a list may hold after its patterns are expanded, see {@link
    /// ExemptionFile#LINES_MAX}.
    static final int BLOCKS_MAX = 250_000;

    /// The most lines of which the log says that they are too wide; `greyctl lint` names all.
    private static final int WIDE_MAX = 5;

    /// All addresses that clients on the Internet have in IPv6, RFC 4291 2.4.
    private static final CidrBlock GLOBAL_IPV6 =
            new CidrBlock(new IpAddress(0x2000_0000_0000_0000L, 0), 3);

    /// The list that exempts nobody.
    public static final ClientList EMPTY = new ClientList("", new Builder(""));

    private static final String ASKED = "name an address or a network, such as 192.0.2.0/24";

    private final WrittenLines<Exemption> lines;

    // Finds lines.
    private final CidrSet clients;
    private final List<String> warnings;

    private ClientList(String source, Builder builder) {
        lines = builder.lines.build();
        clients = builder.clients.build();
        List<String> found = new ArrayList<>();
        warnIfAllOf(CidrBlock.ALL_IPV4, "IPv4", source).ifPresent(found::add);
        warnIfAllOf(GLOBAL_IPV6, "IPv6", source).ifPresent(found::add);
        if (found.isEmpty()) {
            builder.wide.forEach(entry -> found.add(Lint.tooWide(entry).toString()));
        }
        warnings = List.copyOf(found);
    }

    /// A line.
    ///
    /// @param text whom it means; empty if it says nothing
    private record Line(String text, String reason) {
        static Line of(String line) {
            int comment = line.indexOf('#');
            return comment < 0
                    ? new Line(line.strip(), "")
                    : new Line(
                            line.substring(0, comment).strip(),
                            line.substring(comment + 1).strip());
        }

        Exemption exemption(String source, int number) {
            return new Exemption(source, number, text, reason, Exemption.FOREVER);
        }
    }

    /// Takes lines.
    private static final class Builder implements ListFile.LineTaker {
        private final CidrSet.Builder clients = new CidrSet.Builder();
        private final WrittenLines.Builder<Exemption> lines;
        private final List<Exemption> wide = new ArrayList<>();
        private final String source;

        Builder(String source) {
            this.source = source;
            lines =
                    new WrittenLines.Builder<>(
                            (number, line) -> Line.of(line).exemption(source, number));
        }

        @Override
        public void take(int number, String line) throws MistakeException {
            String text = Line.of(line).text();
            if (text.isEmpty()) {
                return;
            }
            List<CidrBlock> found = ClientPattern.parse(text);
            if (found.size() > BLOCKS_MAX - clients.size()) {
                throw new MistakeException(
                        Mistake.quoted(text)
                                + " makes the list longer than "
                                + BLOCKS_MAX
                                + " blocks",
                        "write wider prefixes");
            }
            for (CidrBlock block : found) {
                clients.add(block, lines.size());
            }
            if (wide.size() < WIDE_MAX && Lint.isWide(found)) {
                wide.add(Line.of(line).exemption(source, number));
            }
            lines.add(number, line.strip(), text.hashCode(), null);
        }
    }

    /// Reads a file, in UTF-8 as far as the comments go.
    ///
    /// @throws MistakeException if the file cannot be read, or holds a line that cannot be meant
    public static ClientList read(Path file) throws MistakeException {
        Builder builder = new Builder(file.toString());
        ListFile.read(file, builder);
        return new ClientList(file.toString(), builder);
    }

    /// Reads the lines of a white list.
    ///
    /// @param source what to call the list in messages, the name of its file
    /// @throws MistakeException if a line cannot be meant; it names the first 20 of such lines
    public static ClientList parse(String source, List<String> lines) throws MistakeException {
        Builder builder = new Builder(source);
        ListFile.read(source, lines, builder);
        return new ClientList(source, builder);
    }

    /// The clients whose entries somebody asks for, in the forms of a white list's line.
    ///
    /// @throws MistakeException if that is nobody; it says what to name
    public static ClientList asked(String text) throws MistakeException {
        List<Mistake> wrong = new ArrayList<>();
        if (text.isBlank() || text.indexOf('#') >= 0) {
            wrong.add(new Mistake("", Mistake.quoted(text) + " is no address", ASKED));
            throw new MistakeException(wrong);
        }
        try {
            return parse("", List.of(text));
        } catch (MistakeException e) {
            // What files say is no advice for who asks.
            e.mistakes().forEach(each -> wrong.add(new Mistake("", each.problem(), ASKED)));
            throw new MistakeException(wrong);
        }
    }

    /// Whether the client is exempt. Allocates nothing.
    public boolean contains(long high, long low) {
        return clients.contains(high, low);
    }

    /// The entry that exempts the client; of several the one whose block is narrowest, of equally
    /// narrow ones the first; {@link Exemption#NONE} if there is none. Allocates nothing but the
    /// exemption when it is found for the first time.
    Exemption lookUp(long high, long low) {
        int line = clients.find(high, low);
        return line == CidrSet.NONE ? Exemption.NONE : lines.get(line);
    }

    /// The same for who may allocate.
    public Optional<Exemption> find(IpAddress client) {
        Exemption found = lookUp(client.high(), client.low());
        return found == Exemption.NONE ? Optional.empty() : Optional.of(found);
    }

    /// The entries in the order of the file. Those that have decided about mail are there; the
    /// others are made when they are looked at, and not kept.
    public List<Exemption> exemptions() {
        return lines.look();
    }

    /// How many entries there are.
    public int size() {
        return lines.size();
    }

    /// The same, as a source of exemptions.
    WrittenLines<Exemption> lines() {
        return lines;
    }

    /// The blocks of an entry.
    static List<CidrBlock> blocks(Exemption entry) {
        try {
            return ClientPattern.parse(entry.text());
        } catch (MistakeException e) {
            throw new IllegalStateException("what was understood is not any more", e);
        }
    }

    /// The blocks of all entries in the order of the file, made for this call.
    public List<CidrBlock> blocks() {
        List<CidrBlock> blocks = new ArrayList<>();
        exemptions().forEach(entry -> blocks.addAll(blocks(entry)));
        return blocks;
    }

    /// What the operator should know, though the list can be used: lines `file: what; what to do`.
    public List<String> warnings() {
        return warnings;
    }

    private Optional<String> warnIfAllOf(CidrBlock family, String name, String source) {
        if (!clients.covers(family)) {
            return Optional.empty();
        }
        return find(family.address()).map(first -> allExempt(source, name, first.line()));
    }

    private static String allExempt(String source, String name, int line) {
        return "%s:%d: every %s client is exempt, so none is greylisted; remove the line unless it is meant"
                .formatted(source, line, name);
    }
}
