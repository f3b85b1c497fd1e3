package org.greydaemon.wire.milter;

import org.greydaemon.net.ClientAddress;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// Reads the command in one frame. Stateless; never throws, whatever comes.
final class CommandParser {
    /// How Sendmail begins the text of an IPv6 address (RFC 5321 4.1.3).
    private static final String IPV6_TAG = "ipv6:";

    private CommandParser() {}

    /// @param from where the command's letter is
    /// @param to where the frame ends, behind `from`
    static Command parse(byte[] octets, int from, int to) {
        Fields fields = new Fields(octets, from, to);
        char letter = fields.letter();
        Command command = parse(letter, fields);
        return fields.isBroken()
                ? new Command.Malformed("a command " + name(letter) + " ends within a field")
                : command;
    }

    private static Command parse(char letter, Fields fields) {
        return switch (letter) {
            case 'O' -> new Command.Negotiate(fields.int32(), fields.int32(), fields.int32());
            case 'D' -> macros(fields);
            case 'C' -> connect(fields);
            case 'M' -> mail(fields);
            case 'R' -> new Command.Recipient(fields.text());
            case 'T' -> new Command.Data();
            case 'E' -> new Command.EndOfMessage();
            case 'H' -> new Command.Helo(fields.text());
            case 'L' -> new Command.Passing(Negotiation.NR_HEADER);
            case 'N' -> new Command.Passing(Negotiation.NR_END_OF_HEADERS);
            case 'B' -> new Command.Passing(Negotiation.NR_BODY);
            case 'U' -> new Command.Passing(Negotiation.NR_UNKNOWN);
            case 'A' -> new Command.Abort();
            case 'K' -> new Command.NextClient();
            case 'Q' -> new Command.Quit();
            default -> new Command.Malformed("there is no command " + name(letter));
        };
    }

    private static Command macros(Fields fields) {
        char stage = fields.letter();
        Map<String, String> values = new HashMap<>();
        while (!fields.isEmpty()) {
            String name = fields.text();
            String value = fields.text();
            if (Negotiation.MACROS.contains(name)) { // A frame holds thousands, of any hash.
                values.put(name, value);
            }
        }
        return new Command.Macros(stage, Map.copyOf(values));
    }

    private static Command connect(Fields fields) {
        String host = fields.text();
        char family = fields.letter();
        if (family == 'U') {
            return new Command.Connect(host, "");
        }
        fields.int16(); // The port.
        String address = fields.text();
        return switch (family) {
            case '4' -> new Command.Connect(host, known(address));
            case '6' -> new Command.Connect(host, known(withoutTag(address)));
            case 'L' -> new Command.Connect(host, "");
            default -> new Command.Malformed("a client's address is of no family " + name(family));
        };
    }

    /// Postfix says `unknown` when it does not know the address of a client.
    private static String known(String address) {
        return ClientAddress.parse(address).isPresent() ? address : "";
    }

    private static String withoutTag(String address) {
        return address.toLowerCase(Locale.ROOT).startsWith(IPV6_TAG)
                ? address.substring(IPV6_TAG.length())
                : address;
    }

    private static String name(char letter) {
        return letter > ' ' && letter < 0x7f
                ? "'" + letter + "'"
                : "0x%02x".formatted((int) letter);
    }

    /// The path, and what the client has said behind it.
    private static Command mail(Fields fields) {
        String path = fields.text();
        boolean smtputf8 = false;
        while (!fields.isEmpty()) {
            smtputf8 |= fields.text().equalsIgnoreCase("SMTPUTF8");
        }
        return new Command.Mail(path, smtputf8);
    }
}
