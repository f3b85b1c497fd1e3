package org.greydaemon.admin;

import org.greydaemon.exempt.ClientList;
import org.greydaemon.mail.Octets;
import org.greydaemon.mistake.MistakeException;

import java.util.Optional;

/// Which clients, senders and recipients the operator means. Immutable.
///
/// @param clients empty for all clients
/// @param sender the text in the sender, of which the empty one is the null sender; empty for all
/// @param recipient the text in the recipient; empty for all
record WhoseMail(
        Optional<MeantClients> clients, Optional<String> sender, Optional<String> recipient) {
    /// Reads the members `client`, `sender` and `recipient`, each of which may be missing.
    ///
    /// @throws RequestException if the client is written in no form that the white list knows
    static WhoseMail of(Request request) throws RequestException {
        if (request.optionalText("recipient").filter(String::isEmpty).isPresent()) {
            throw new RequestException(
                    "recipient: it is empty, and every mail has one; send its address, a part of"
                            + " it, or nothing");
        }
        check("sender", request);
        check("recipient", request);
        return new WhoseMail(
                clients(request.optionalText("client")),
                request.optionalText("sender").map(Octets::lower),
                request.optionalText("recipient").map(Octets::lower));
    }

    /// What no entry can have: it holds control characters as `\xNN`, and no blanks at its ends.
    private static void check(String name, Request request) throws RequestException {
        String text = request.optionalText(name).orElse("");
        if (!text.isEmpty() && text.isBlank()) {
            throw new RequestException(name + ": it is blank; send an address, or a part of it");
        }
        if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new RequestException(
                    name + ": it has a control character; send it as it is shown, as \\x0a");
        }
    }

    private static Optional<MeantClients> clients(Optional<String> text) throws RequestException {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            ClientList named = ClientList.asked(text.get());
            return Optional.of(new MeantClients(named.blocks()));
        } catch (MistakeException e) {
            throw new RequestException(e.at("client").inOneLine());
        }
    }

    /// Whether nothing was chosen.
    boolean isEverybody() {
        return clients.isEmpty() && sender.isEmpty() && recipient.isEmpty();
    }

    /// Whether these are meant.
    boolean holds(EntryText names) {
        return matches(sender, names.sender(), names.recipient())
                && matches(recipient, names.recipient(), names.recipient())
                && (clients.isEmpty() || clients.get().hold(names.client()));
    }

    /// A text in angle brackets is the whole address, else a part of it. A client's entry has
    /// neither sender nor recipient.
    private static boolean matches(Optional<String> wanted, String address, String recipient) {
        if (wanted.isEmpty()) {
            return true;
        }
        String text = wanted.get();
        if (recipient.isEmpty()) {
            return false;
        }
        boolean isWhole = text.startsWith("<") && text.endsWith(">") && text.length() > 1;
        if (text.isEmpty()) {
            return address.isEmpty();
        }
        return isWhole
                ? address.equals(text.substring(1, text.length() - 1))
                : address.contains(text);
    }
}
