package org.greydaemon.replay;

import java.util.ArrayList;
import java.util.List;

/// Counts what the lines of logs were. Confined to one thread.
public final class ReadLines {
    /// How many lines that make no sense are named.
    static final int NAMED = 5;

    private final List<String> named = new ArrayList<>();
    private long lines;
    private long malformed;
    private long refused;
    private long local;
    private long backwards;
    private long unnamed;
    private long untold;

    /// Counts a line.
    public void line() {
        lines++;
    }

    /// Counts a line that makes no sense, and names the first of them.
    ///
    /// @param place the file and the number of the line
    /// @param why what is wrong with it
    public void malformed(String place, String why) {
        malformed++;
        if (named.size() < NAMED) {
            named.add(place + ": " + why);
        }
    }

    /// Counts an attempt that something else than greylisting refused.
    void countRefused() {
        refused++;
    }

    /// Counts mail that came from this host itself.
    void countLocal() {
        local++;
    }

    /// Counts an attempt that is earlier than the one before it.
    void countBackward() {
        backwards++;
    }

    /// Counts a deferral whose recipients are told nowhere.
    void countUnnamed() {
        unnamed++;
    }

    /// Counts a message that was taken, and of which nobody has told from whom or for whom it was.
    void countUntold() {
        untold++;
    }

    /// Lines.
    public long lines() {
        return lines;
    }

    /// Lines that make no sense.
    public long malformed() {
        return malformed;
    }

    /// The first lines that make no sense, and why.
    public List<String> named() {
        return named;
    }

    /// Attempts that something else than greylisting refused; they are not played.
    public long refused() {
        return refused;
    }

    /// Messages that came from this host itself; they are not played.
    public long locals() {
        return local;
    }

    /// Attempts that were earlier than the one before; they are taken to be at the same time.
    public long backward() {
        return backwards;
    }

    /// Deferrals behind the data of messages that never came again, so that nobody has told whom
    /// they were for; they are not played.
    public long unnamed() {
        return unnamed;
    }

    /// Messages that were taken, and of which nobody has told within an hour from whom or for whom
    /// they were; they are not played.
    public long untold() {
        return untold;
    }
}
