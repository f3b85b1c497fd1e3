package org.greydaemon.exchange;

import java.util.List;

/// Takes the lines of a database one after the other. Confined to one thread.
public interface Reading {
    /// What a line is.
    ///
    /// @param line the line without its end, an octet a character
    /// @return nothing if it says nothing, as a blank line; several entries if it holds them
    List<Found> line(String line);

    /// What is to be said when there are no more lines.
    default List<Found> end() {
        return List.of();
    }
}
