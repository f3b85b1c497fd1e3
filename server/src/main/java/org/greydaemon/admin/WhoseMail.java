package org.greydaemon.admin;

import org.greydaemon.exempt.ClientList;
import org.greydaemon.mistake.MistakeException;

import java.util.Optional;

/// Which clients, senders and recipients the operator means. Immutable.
///
/// @param clients empty for all clients
/// @param sender empty for all senders
/// @param recipient empty for all recipients
record WhoseMail(
        Optional<MeantClients> clients,
        Optional<MeantAddress> sender,
        Optional<MeantAddress> recipient) {
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
                request.optionalText("sender").map(MeantAddress::of),
                request.optionalText("recipient").map(MeantAddress::of));
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

    /// Whether these are meant. A client's entry has neither sender nor recipient.
    boolean holds(EntryText names) {
        boolean isMail = !names.recipient().isEmpty();
        return (sender.isEmpty() || (isMail && sender.get().is(names.sender())))
                && (recipient.isEmpty() || (isMail && recipient.get().is(names.recipient())))
                && (clients.isEmpty() || clients.get().hold(names.client()));
    }
}
