package org.greydaemon.exempt;

import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.CidrBlock;
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

    /// All addresses that clients on the Internet have in IPv6, RFC 4291 2.4.
    private static final CidrBlock GLOBAL_IPV6 =
            new CidrBlock(new IpAddress(0x2000_0000_0000_0000L, 0), 3);

    /// The list that exempts nobody.
    public static final ClientList EMPTY =
            new ClientList("no white list", new ClientIndex.Builder().build());

    private static final String ASKED = "name an address or a network, such as 192.0.2.0/24";

    private final ClientIndex index;
    private final List<String> warnings;

    private ClientList(String source, ClientIndex index) {
        this.index = index;
        List<String> found = new ArrayList<>();
        warnIfAllOf(CidrBlock.ALL_IPV4, "IPv4", source).ifPresent(found::add);
        warnIfAllOf(GLOBAL_IPV6, "IPv6", source).ifPresent(found::add);
        warnings = List.copyOf(found);
    }

    /// Reads a file, in UTF-8 as far as the comments go.
    ///
    /// @throws MistakeException if the file cannot be read, or holds a line that cannot be meant
    public static ClientList read(Path file) throws MistakeException {
        return parse(file.toString(), ListFile.lines(file));
    }

    /// Reads the lines of a white list.
    ///
    /// @param source what to call the list in messages, the name of its file
    /// @throws MistakeException if a line cannot be meant; it names the first 20 of such lines
    public static ClientList parse(String source, List<String> lines) throws MistakeException {
        ListFile file = new ListFile(source);
        ClientIndex.Builder index = new ClientIndex.Builder();
        for (int i = 0; i < lines.size(); i += 1) {
            try {
                add(source, i + 1, lines.get(i), index);
            } catch (MistakeException e) {
                file.problems(i + 1, e);
            }
        }
        file.throwProblems();
        return new ClientList(source, index.build());
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

    private static void add(String source, int number, String line, ClientIndex.Builder index)
            throws MistakeException {
        int comment = line.indexOf('#');
        String text = (comment < 0 ? line : line.substring(0, comment)).strip();
        if (text.isEmpty()) {
            return;
        }
        List<CidrBlock> found = ClientPattern.parse(text);
        if (found.size() > BLOCKS_MAX - index.size()) {
            throw new MistakeException(
                    Mistake.quoted(text) + " makes the list longer than " + BLOCKS_MAX + " blocks",
                    "write wider prefixes");
        }
        String reason = comment < 0 ? "" : line.substring(comment + 1).strip();
        index.add(new Exemption(source, number, text, reason, Exemption.FOREVER), found);
    }

    /// Whether the client is exempt. Allocates nothing.
    public boolean contains(long high, long low) {
        return lookUp(high, low) != Exemption.NONE;
    }

    /// The entry that exempts the client; of several the one whose block is narrowest, of equally
    /// narrow ones the first; {@link Exemption#NONE} if there is none. Allocates nothing.
    Exemption lookUp(long high, long low) {
        return index.find(high, low);
    }

    /// The same for who may allocate.
    public Optional<Exemption> find(IpAddress client) {
        Exemption found = lookUp(client.high(), client.low());
        return found == Exemption.NONE ? Optional.empty() : Optional.of(found);
    }

    /// The entries in the order of the file.
    public List<Exemption> exemptions() {
        return index.exemptions();
    }

    /// The blocks of all entries in the order of the file.
    public List<CidrBlock> blocks() {
        return index.blocks();
    }

    /// The entries by block.
    ClientIndex index() {
        return index;
    }

    /// What the operator should know, though the list can be used: lines `file: what; what to do`.
    public List<String> warnings() {
        return warnings;
    }

    private Optional<String> warnIfAllOf(CidrBlock family, String name, String source) {
        if (!index.covers(family)) {
            return Optional.empty();
        }
        return find(family.address()).map(first -> allExempt(source, name, first.line()));
    }

    private static String allExempt(String source, String name, int line) {
        return "%s:%d: every %s client is exempt, so none is greylisted; remove the line unless it is meant"
                .formatted(source, line, name);
    }
}
