package org.greydaemon.admin;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Source;
import org.greydaemon.json.Json;
import org.greydaemon.json.JsonReader;
import org.greydaemon.mail.EscapedText;
import org.greydaemon.mail.HostName;
import org.greydaemon.mail.SmtpPath;
import org.greydaemon.mistake.Mistake;
import org.greydaemon.net.IpAddress;
import org.greydaemon.net.TranslatedAddress;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/// One object that the operator sent: a request, or an entry to import. A member that nobody asks
/// for is ignored, so that an older daemon understands a newer greyctl as far as it can.
///
/// @param members the object
record Request(Map<String, Json> members) {
    private static final String EXAMPLE =
            "; send one such as {\"command\":\"expect\",\"to\":\"carol@example.net\"}";

    /// RFC 1035 2.3.4.
    private static final int HOST_MAX = 255;

    /// Reads a line.
    ///
    /// @throws RequestException if it is no JSON object
    static Request parse(byte[] line) throws RequestException {
        return switch (JsonReader.read(line)) {
            case Json.Read.Malformed(String why) ->
                    throw new RequestException("request: it is no JSON: " + why + EXAMPLE);
            case Json.Read.Value(Json.Members(Map<String, Json> members)) -> new Request(members);
            case Json.Read.Value _ ->
                    throw new RequestException("request: it is no JSON object" + EXAMPLE);
        };
    }

    /// A string.
    ///
    /// @throws RequestException if it is missing, or no string
    String text(String name) throws RequestException {
        return optionalText(name)
                .orElseThrow(
                        () -> new RequestException(name + ": it is missing; send it as a string"));
    }

    /// A string that may be missing.
    ///
    /// @throws RequestException if it is no string
    Optional<String> optionalText(String name) throws RequestException {
        Json value = members.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof Json.Text(String text)) {
            return Optional.of(text);
        }
        throw new RequestException(
                name + ": " + value.named() + " is no string; send one, in quotes");
    }

    /// A whole number from 0 on that may be missing.
    ///
    /// @throws RequestException if it is anything else
    long number(String name, long byDefault) throws RequestException {
        Json value = members.get(name);
        if (value == null) {
            return byDefault;
        }
        if (value instanceof Json.Digits(String digits) && digits.matches("[0-9]{1,15}")) {
            return Long.parseLong(digits);
        }
        throw new RequestException(
                name
                        + ": "
                        + value.named()
                        + " is no whole number; send one from 0 on, seconds if it is a time");
    }

    /// Whether there is a member of this name.
    boolean has(String name) {
        return members.containsKey(name);
    }

    /// Whether a member is `true`; it may be missing.
    ///
    /// @throws RequestException if it is neither true nor false
    boolean isTrue(String name) throws RequestException {
        Json value = members.get(name);
        if (value != null && value != Json.Word.TRUE && value != Json.Word.FALSE) {
            throw new RequestException(
                    name
                            + ": "
                            + value.named()
                            + " is neither true nor false; send one of them, without quotes");
        }
        return value == Json.Word.TRUE;
    }

    /// The client's address, of a client known by its /64 the first one.
    ///
    /// @throws RequestException if there is none
    IpAddress client() throws RequestException {
        String text = text("client");
        return ShownClient.address(text)
                .map(TranslatedAddress::client)
                .orElseThrow(() ->
                        new RequestException(
                                "client: "
                                        + Mistake.quoted(text)
                                        + " is no IP address; send the client's"));
    }

    /// The attempt that `client`, `sender` and `recipient` describe, each of the last two as a path
    /// has it or as the log shows it, and `helo` and `host` (the confirmed name of the client's
    /// host) if they are there.
    ///
    /// @throws RequestException if one of them is missing or cannot be meant
    Attempt attempt() throws RequestException {
        byte[] recipient = address("recipient");
        if (recipient.length == 0 || text("recipient").isBlank()) {
            throw new RequestException("recipient: it is empty; send its address");
        }
        Attempt attempt = clientAttempt();
        byte[] sender = address("sender");
        attempt.sender(sender, 0, sender.length);
        attempt.recipient(recipient, 0, recipient.length);
        attempt.evidence().helo(HostName.lower(optionalText("helo").orElse("")));
        Optional<String> host = optionalText("host");
        if (host.isPresent()) {
            if (!host.get().matches("[^\\s\\p{Cntrl}]{0," + HOST_MAX + "}")) {
                throw new RequestException(
                        "host: "
                                + Mistake.quoted(host.get())
                                + " is no name of a host; send one such as mx.example.org, or leave"
                                + " it out");
            }
            attempt.evidence().hosts(HostName.confirmed(host.get()));
        }
        return attempt;
    }

    /// The attempt of which only the client is known.
    ///
    /// @throws RequestException if it is missing or no address
    Attempt clientAttempt() throws RequestException {
        return clientAttempt(client());
    }

    /// The same of a client that is known.
    static Attempt clientAttempt(IpAddress address) {
        byte[] client = address.toString().getBytes(StandardCharsets.US_ASCII);
        Attempt attempt = new Attempt(Key.ADDRESS_MAX, 1);
        attempt.start(new Source(Source.Protocol.WORDS)); // Nothing here is counted or logged.
        attempt.client(client, 0, client.length);
        return attempt;
    }

    /// The same with the addresses as {@link EntryText} shows them, escaped.
    ///
    /// @throws RequestException if one of them is missing or cannot be meant
    Attempt savedAttempt() throws RequestException {
        Attempt attempt = clientAttempt();
        byte[] sender = text("sender").getBytes(StandardCharsets.UTF_8);
        attempt.sender(sender, 0, EscapedText.unescape(sender, 0, sender.length));
        byte[] recipient = text("recipient").getBytes(StandardCharsets.UTF_8);
        attempt.recipient(recipient, 0, EscapedText.unescape(recipient, 0, recipient.length));
        return attempt;
    }

    private byte[] address(String name) throws RequestException {
        byte[] address = SmtpPath.shownAddress(text(name));
        if (text(name).chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new RequestException(name + ": it has a control character; leave it out");
        }
        if (address.length > Key.ADDRESS_MAX) {
            throw new RequestException(
                    name
                            + ": it has "
                            + address.length
                            + " octets, more than the "
                            + Key.ADDRESS_MAX
                            + " that an address may have; send a shorter one");
        }
        return address;
    }
}
