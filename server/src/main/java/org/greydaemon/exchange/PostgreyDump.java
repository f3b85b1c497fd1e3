package org.greydaemon.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.net.CidrBlock;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// postgrey's Berkeley DB files as `db_dump` prints them, with `-p` or without, one behind the
/// other: a header, then key and value on a line each, which begins with a blank.
///
/// ```
/// HEADER=END
///  192.0.2.0/a@example.org/b@example.net     postgrey.db
///  1700000000,1700000300                     first seen, last seen
///  192.0.2.7                                 postgrey_clients.db
///  5,1700000300                              messages that passed, last seen
/// DATA=END
/// ```
///
/// As in postgrey 1.37: the client of a triplet is its /24 or /64 unless options say otherwise, the
/// client of the other file always its address. A client counts one from its first retry in time
/// on, which is what proves it here. With `--privacy` keys are SHA-1.
final class PostgreyDump implements Reading {
    /// How long postgrey makes mail wait by default (`--delay`).
    private static final long DELAY_SECONDS = 300;

    private static final Pattern HEADER = Pattern.compile("[A-Za-z_]+=.*", Pattern.DOTALL);
    private static final Pattern VALUE = Pattern.compile("([^,]*),([^,]*)(?:,.*)?", Pattern.DOTALL);
    private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");

    private boolean hex;

    /// Whether the header is over. Lines that begin with a blank are in many files.
    private boolean inData;

    private Optional<String> key = Optional.empty();

    @Override
    public List<Found> line(String line) {
        if (line.isBlank()) {
            return List.of();
        }
        if (HEADER.matcher(line).matches()) {
            if (line.startsWith("format=")) {
                hex = line.equals("format=bytevalue");
            }
            inData = line.equals("HEADER=END");
            key = Optional.empty();
            return List.of(Found.Part.PART);
        }
        if (!inData || !line.startsWith(" ")) {
            return List.of(new Found.Malformed(FieldText.shown(line) + " is no line of db_dump"));
        }
        if (key.isEmpty()) {
            key = Optional.of(decoded(line));
            return List.of(Found.Part.PART);
        }
        Found found = entry(key.get(), decoded(line));
        key = Optional.empty();
        return List.of(found);
    }

    /// What a line stands for. A text that db_dump would not have written stays what it is.
    private String decoded(String line) {
        try {
            return hex
                    ? new String(HexFormat.of().parseHex(line.strip()), ISO_8859_1)
                    : unescaped(line.substring(1));
        } catch (IllegalArgumentException e) {
            return line;
        }
    }

    private static String unescaped(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder octets = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                octets.append(c);
            } else if (text.startsWith("\\", i + 1)) {
                octets.append(c);
                i++;
            } else {
                int end = Math.min(i + 3, text.length());
                octets.append((char) HexFormat.fromHexDigits(text, i + 1, end));
                i += 2;
            }
        }
        return octets.toString();
    }

    private static Found entry(String key, String value) {
        if (SHA1.matcher(key).matches()) {
            return new Found.Left(Found.Why.HASHED);
        }
        Matcher numbers = VALUE.matcher(value);
        if (!numbers.matches()) {
            return new Found.Malformed(FieldText.shown(value) + " are not two numbers");
        }
        OptionalLong first = FieldText.seconds(numbers.group(1));
        OptionalLong last = FieldText.seconds(numbers.group(2));
        if (first.isEmpty() || last.isEmpty()) {
            return Found.noTime(numbers.group(first.isEmpty() ? 1 : 2));
        }
        int slash = key.indexOf('/');
        return slash < 0
                ? client(key, first.getAsLong(), last.getAsLong())
                : triplet(key, slash, first.getAsLong(), last.getAsLong());
    }

    private static Found client(String key, long passed, long last) {
        Optional<CidrBlock> client = ClientText.single(key);
        if (client.isEmpty()) {
            return Found.noClient(key);
        }
        return passed > 0 ? Found.proven(client.get(), last) : new Found.Left(Found.Why.UNPROVEN);
    }

    private static Found triplet(String key, int slash, long first, long last) {
        String client = key.substring(0, slash);
        // Older versions wrote 192.0.2, and the octet that was cut off as a third value.
        Optional<CidrBlock> block =
                ClientText.zeroEnded(client).or(() -> ClientText.shortened(client));
        if (block.isEmpty()) {
            return Found.noClient(client);
        }
        if (last - first >= DELAY_SECONDS) {
            return Found.proven(block.get(), last);
        }
        int middle = recipientSlash(key, slash + 1);
        if (middle < 0) {
            return new Found.Malformed(FieldText.shown(key) + " lacks a recipient");
        }
        String sender = key.substring(slash + 1, middle);
        return sender.indexOf('#') >= 0 && ClientText.isSingle(block.get())
                ? new Found.Left(Found.Why.SHORTENED)
                : Found.waiting(block.get(), sender, key.substring(middle + 1), first);
    }

    /// The slash between sender and recipient: local parts may have some too, domains have none.
    private static int recipientSlash(String key, int sender) {
        if (key.startsWith("/", sender)) {
            return sender;
        }
        int at = key.indexOf('@', sender);
        int slash = key.indexOf('/', Math.max(at, sender));
        if (slash >= 0) {
            return slash;
        }
        slash = key.lastIndexOf('/', at);
        return slash < sender ? -1 : slash;
    }
}
