package org.greydaemon.replay;

/// A line of a log, in the form that its readers know.
///
/// @param time in seconds since 1970
/// @param from where the text goes on behind the time
/// @param file where it stands, for a message
/// @param number its number there
public record DatedLine(long time, String text, int from, String file, long number) {
    /// Where it stands, for a message.
    String place() {
        return file + ":" + number;
    }
}
