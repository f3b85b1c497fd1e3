package org.greydaemon.wire.http;

import org.greydaemon.json.Json;
import org.greydaemon.json.JsonReader;
import org.greydaemon.mail.SmtpPath;
import org.greydaemon.mistake.Mistake;
import org.greydaemon.net.ClientAddress;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a mail server asks.
///
/// @param client the client's address
/// @param host the confirmed name of the client's host, `unknown` if it has none; empty if the mail
///   server says nothing of it
/// @param helo what the client calls itself; empty if the mail server says nothing of it
/// @param sender the sender; empty for the null sender
/// @param recipients one or more
/// @param isList whether the recipients came as a list, and so want results one by one
/// @param authenticated whether the client has shown who it is
/// @param tls whether it speaks TLS; empty if the mail server says nothing of it
/// @param smtputf8 whether the session may have more than ASCII in it
record CheckRequest(
        String client,
        Optional<String> host,
        String helo,
        String sender,
        List<String> recipients,
        boolean isList,
        boolean authenticated,
        Optional<Boolean> tls,
        boolean smtputf8) {
    /// The most recipients; RFC 5321 4.5.3.1.8 asks servers to take 100.
    static final int RECIPIENTS_MAX = 1_000;

    private static final String EXAMPLE =
            "; send one such as {\"client_address\":\"192.0.2.1\",\"sender\":\"a@example.org\","
                    + "\"recipient\":\"b@example.net\"}";

    private static final String RECIPIENT = "recipient";
    private static final String RECIPIENTS = "recipients";

    /// What says that a client has shown who it is: in our words and in Postfix's.
    private static final List<String> AUTHENTICATION =
            List.of("auth", "sasl_username", "ccert_subject");

    /// What came of reading a request.
    sealed interface Understood {
        /// It can be judged.
        record Valid(CheckRequest request) implements Understood {}

        /// It cannot.
        ///
        /// @param why what is wrong, and what to do
        record Invalid(String why) implements Understood {}
    }

    /// A member is not what it has to be; never leaves this class.
    private static final class Wrong extends Exception {
        private static final long serialVersionUID = 1;

        Wrong(String why) {
            super(why, null, false, false);
        }
    }

    /// Reads a request. Members that are not known are ignored.
    static Understood read(byte[] body) {
        return switch (JsonReader.read(body)) {
            case Json.Read.Malformed(String why) ->
                    new Understood.Invalid("request: it is no JSON: " + why + EXAMPLE);
            case Json.Read.Value(Json.Members(Map<String, Json> members)) -> of(members);
            case Json.Read.Value _ ->
                    new Understood.Invalid("request: it is no JSON object" + EXAMPLE);
        };
    }

    private static Understood of(Map<String, Json> members) {
        try {
            boolean authenticated = false;
            for (String name : AUTHENTICATION) {
                authenticated |= members.containsKey(name) && !text(members, name).isEmpty();
            }
            return new Understood.Valid(
                    new CheckRequest(
                            client(members),
                            optionalText(members, "client_name"),
                            helo(members),
                            SmtpPath.wholeAddress(text(members, "sender")),
                            recipients(members),
                            members.containsKey(RECIPIENTS),
                            authenticated,
                            tls(members),
                            members.get("smtputf8") == Json.Word.TRUE));
        } catch (Wrong e) {
            return new Understood.Invalid(String.valueOf(e.getMessage()));
        }
    }

    private static String client(Map<String, Json> members) throws Wrong {
        String client = text(members, "client_address");
        if (ClientAddress.parse(client).isEmpty()) {
            throw new Wrong(
                    "client_address: "
                            + Mistake.quoted(client)
                            + " is no IP address; send the client's");
        }
        return client;
    }

    /// In Postfix's word and in ours.
    private static String helo(Map<String, Json> members) throws Wrong {
        Optional<String> helo = optionalText(members, "helo");
        return (helo.isPresent() ? helo : optionalText(members, "helo_name")).orElse("");
    }

    /// In our word and in Postfix's: the version, nothing without TLS.
    private static Optional<Boolean> tls(Map<String, Json> members) throws Wrong {
        Optional<String> version = optionalText(members, "tls");
        return (version.isPresent() ? version : optionalText(members, "encryption_protocol"))
                .map(text -> !text.isEmpty());
    }

    private static Optional<String> optionalText(Map<String, Json> members, String name)
            throws Wrong {
        return members.containsKey(name) ? Optional.of(text(members, name)) : Optional.empty();
    }

    private static List<String> recipients(Map<String, Json> members) throws Wrong {
        if (members.containsKey(RECIPIENT) == members.containsKey(RECIPIENTS)) {
            throw new Wrong(
                    members.containsKey(RECIPIENT)
                            ? "recipients: it is there beside recipient; send either of them"
                            : "recipient: it is missing; send it as a string, or a list as"
                                    + " recipients");
        }
        if (members.containsKey(RECIPIENT)) {
            return List.of(recipient(text(members, RECIPIENT)));
        }
        if (!(members.get(RECIPIENTS) instanceof Json.Items(List<Json> items))) {
            throw new Wrong(
                    "recipients: "
                            + named(members, RECIPIENTS)
                            + " is no list; send one of 1 to "
                            + RECIPIENTS_MAX
                            + " addresses");
        }
        if (items.isEmpty() || items.size() > RECIPIENTS_MAX) {
            throw new Wrong(
                    "recipients: it has "
                            + items.size()
                            + " addresses; send 1 to "
                            + RECIPIENTS_MAX);
        }
        List<String> recipients = new ArrayList<>(items.size());
        for (Json item : items) {
            if (!(item instanceof Json.Text(String address))) {
                throw new Wrong(
                        "recipients: " + item.named() + " is no string; send addresses in quotes");
            }
            recipients.add(recipient(address));
        }
        return recipients;
    }

    private static String recipient(String path) throws Wrong {
        String address = SmtpPath.wholeAddress(path);
        if (address.isEmpty()) {
            throw new Wrong("recipient: " + Mistake.quoted(path) + " is empty; send its address");
        }
        return address;
    }

    private static String text(Map<String, Json> members, String name) throws Wrong {
        if (members.get(name) instanceof Json.Text(String text)) {
            return text;
        }
        throw new Wrong(
                members.containsKey(name)
                        ? name + ": " + named(members, name) + " is no string; send one, in quotes"
                        : name + ": it is missing; send it as a string");
    }

    private static String named(Map<String, Json> members, String name) {
        return Optional.ofNullable(members.get(name)).map(Json::named).orElse("nothing");
    }
}
