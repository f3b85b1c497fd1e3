package org.greydaemon.replay;

import java.util.List;
import java.util.Optional;

/// Who came, as Exim logs it: `H=name (helo) [address]:port`; the name or the helo may be missing,
/// or both. Immutable.
///
/// @param names what DNS has confirmed
/// @param helo empty if it is not known
record EximHost(String address, Optional<List<String>> names, String helo) {
    /// Reads one; empty if there is no address.
    ///
    /// @param at where `H=` stands
    /// @param to where it has to end before
    static Optional<EximHost> of(String line, int at, int to, HostLists hosts) {
        int from = at + "H=".length();
        int bracket = line.startsWith("[", from) ? from - 1 : line.indexOf(" [", at);
        int end = bracket < 0 ? -1 : line.indexOf(']', bracket);
        if (end < 0 || end > to) {
            return Optional.empty();
        }
        String text = line.substring(from, Math.max(from, bracket));
        int helo = text.indexOf('(');
        String name = helo < 0 ? text : text.substring(0, helo).strip();
        String said = helo < 0 ? text : text.substring(helo + 1).replace(")", "").strip();
        return Optional.of(new EximHost(line.substring(bracket + 2, end), hosts.of(name), said));
    }

    boolean isThisHost() {
        return address.startsWith("127.") || address.equals("::1");
    }
}
