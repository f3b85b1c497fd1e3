package org.greydaemon.replay;

import java.util.function.Consumer;

/// Reads the lines of one log. Whatever a line says, reading it never throws. Confined to one
/// thread.
interface LineReader {
    /// Reads a line.
    ///
    /// @param time when it was written, in seconds
    /// @param line the line
    /// @param from where it goes on behind the time
    /// @param found receives attempts, not always in the order of their time
    /// @return what is wrong with it; no text if nothing is, or it is about something else
    String line(long time, String line, int from, Consumer<Recorded> found);

    /// Since when attempts may still be found, but those of lines that are just late: in seconds,
    /// the largest number if there are none.
    default long since() {
        return Long.MAX_VALUE;
    }

    /// Reads what is still open at the end.
    void end(Consumer<Recorded> found);
}
