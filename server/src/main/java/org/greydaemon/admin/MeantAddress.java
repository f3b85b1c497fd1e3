package org.greydaemon.admin;

import org.greydaemon.mail.Octets;
import org.greydaemon.mail.SmtpPath;

import java.util.HashSet;
import java.util.Set;

/// Which senders or recipients the operator means: those with a text in them, or, if it stands in
/// angle brackets, those that it is the whole of. Immutable.
///
/// @param part the text, in lower case; the empty one is the null sender
/// @param whole the forms of a whole address; none if a part is meant
record MeantAddress(String part, Set<String> whole) {
    MeantAddress {
        whole = Set.copyOf(whole);
    }

    /// Reads what the operator says.
    static MeantAddress of(String said) {
        String text = Octets.lower(said);
        Set<String> whole = new HashSet<>();
        if (text.length() > 1 && text.startsWith("<") && text.endsWith(">")) {
            whole.add(text.substring(1, text.length() - 1)); // As it is shown.
            if (text.startsWith("\"", 1)) {
                whole.add(SmtpPath.address(text).replace(" ", "")); // As a path has it.
            }
        }
        return new MeantAddress(text, whole);
    }

    /// Whether an address is meant, as it is shown.
    boolean is(String address) {
        if (part.isEmpty()) {
            return address.isEmpty();
        }
        return whole.isEmpty() ? address.contains(part) : whole.contains(address);
    }
}
