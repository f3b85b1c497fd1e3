package org.greydaemon.e2e.fuzz;

/// A protocol as somebody speaks it who means no good.
interface Talk {
    /// All that is said on one connection, or in one datagram; octets stand for characters.
    String says(Choices with);

    /// Whether the other end ends the connection by itself once nothing more is said.
    default boolean ends(String said) {
        return true;
    }

    /// Makes sure that what was heard is nothing but answers, as a peer expects them.
    void check(String heard);
}
