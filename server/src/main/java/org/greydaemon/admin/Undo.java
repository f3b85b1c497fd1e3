package org.greydaemon.admin;

/// Takes back what an operator has changed.
interface Undo {
    /// Does it.
    ///
    /// @throws RequestException if it does not work; nothing has changed
    void run() throws RequestException;
}
