package org.greydaemon.wire.udp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Key;
import org.greydaemon.net.IpAddress;
import org.greydaemon.net.TranslatedAddress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a request means, read a second time in the original's own way: split at NUL, then regular
/// expressions. Slow and obvious; the codec must agree with it on any octets.
///
/// @param fault where the request stops making sense
/// @param client the client as it is compared
/// @param sender the sender as it is compared
/// @param recipients the recipients as they are compared
record QueryModel(Attempt.Fault fault, String client, String sender, List<String> recipients) {
    private static final Pattern CLIENT = Pattern.compile("I([^\n]*)");
    private static final Pattern SENDER = Pattern.compile("F([^\n]*)");

    static QueryModel read(byte[] packet, int recipientsMax) {
        List<String> fields =
                new ArrayList<>(Arrays.asList(new String(packet, ISO_8859_1).split("\0", -1)));
        while (!fields.isEmpty() && fields.getLast().isEmpty()) {
            fields.removeLast();
        }
        Matcher client = CLIENT.matcher(fields.isEmpty() ? "" : fields.get(0));
        if (!client.find()) {
            return new QueryModel(Attempt.Fault.NO_CLIENT, "", "", List.of());
        }
        String clientText = client(client.group(1));
        Matcher sender = SENDER.matcher(fields.size() < 2 ? "" : fields.get(1));
        if (!sender.find()) {
            return new QueryModel(Attempt.Fault.NO_SENDER, clientText, "", List.of());
        }
        String senderText = address(sender.group(1));
        List<String> recipients = new ArrayList<>();
        Attempt.Fault fault = Attempt.Fault.NONE;
        for (String field : fields.subList(2, fields.size())) {
            if (recipients.size() == recipientsMax) {
                break;
            }
            if (!field.startsWith("T")) {
                fault = Attempt.Fault.NO_RECIPIENT;
                break;
            }
            recipients.add(address(field.substring(1)));
        }
        return new QueryModel(
                fault, clientText, senderText.isEmpty() ? "." : senderText, recipients);
    }

    /// What the codec has read.
    static QueryModel of(Attempt attempt) {
        String text = new String(attempt.text(), ISO_8859_1);
        List<String> recipients = new ArrayList<>();
        boolean hasSender =
                attempt.fault() != Attempt.Fault.NO_CLIENT
                        && attempt.fault() != Attempt.Fault.NO_SENDER;
        for (int i = 0; hasSender && i < attempt.recipients(); i++) {
            recipients.add(text.substring(attempt.recipientFrom(i), attempt.recipientFrom(i + 1)));
        }
        return new QueryModel(
                attempt.fault(),
                text.substring(0, attempt.clientTo()),
                hasSender ? text.substring(attempt.clientTo(), attempt.senderTo()) : "",
                recipients);
    }

    private static String client(String text) {
        return IpAddress.parse(text)
                .map(TranslatedAddress::client)
                .map(IpAddress::toString)
                .orElseGet(() -> lower(text.substring(0, Math.min(text.length(), Key.CLIENT_MAX))));
    }

    private static String address(String text) {
        String lower = lower(text.replace(" ", ""));
        return lower.substring(0, Math.min(lower.length(), Key.ADDRESS_MAX));
    }

    /// Of ASCII only.
    private static String lower(String text) {
        StringBuilder lower = new StringBuilder(text);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            lower.setCharAt(i, c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
        }
        return lower.toString();
    }
}
