package org.greydaemon.store.memory;

/// Whose change it is, and so who hears of it.
enum Origin {
    /// An attempt's or an operator's: other hosts are told.
    HERE,
    /// Another host's: all others know it already.
    OTHERS,
    /// Nobody's, there was no room left: another host may have some.
    ROOM
}
