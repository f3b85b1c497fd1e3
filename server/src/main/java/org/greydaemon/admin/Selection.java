package org.greydaemon.admin;

import org.greydaemon.mistake.Mistake;

import java.util.Optional;

/// Which entries the operator means. Immutable.
///
/// @param whose their clients, senders and recipients
/// @param olderSeconds the least age
/// @param youngerSeconds the age that they do not reach
/// @param state their state; empty for any
record Selection(
        WhoseMail whose, long olderSeconds, long youngerSeconds, Optional<EntryState> state) {
    /// Reads the members `client`, `sender`, `recipient`, `older`, `younger` (in seconds) and
    /// `state`, each of which may be missing.
    ///
    /// @throws RequestException if one of them cannot be meant
    static Selection of(Request request) throws RequestException {
        Optional<String> word = request.optionalText("state");
        Optional<EntryState> state = word.flatMap(EntryState::named);
        if (word.isPresent() && state.isEmpty()) {
            throw new RequestException(
                    "state: "
                            + Mistake.quoted(word.get())
                            + " is not proven, waiting, ready, late, by-lines or suspect; send"
                            + " one");
        }
        return new Selection(
                WhoseMail.of(request),
                request.number("older", Long.MIN_VALUE),
                request.number("younger", Long.MAX_VALUE),
                state);
    }

    /// Whether nothing was chosen, so that all entries are meant.
    boolean isEverything() {
        return whose.isEverybody()
                && olderSeconds == Long.MIN_VALUE
                && youngerSeconds == Long.MAX_VALUE
                && state.isEmpty();
    }

    /// Whether an entry is meant.
    boolean holds(EntryText names, long age, EntryState its) {
        return age >= olderSeconds
                && age < youngerSeconds
                && (state.isEmpty() || state.get() == its)
                && whose.holds(names);
    }
}
