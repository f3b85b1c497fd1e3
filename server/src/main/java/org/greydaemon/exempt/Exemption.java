package org.greydaemon.exempt;

import org.greydaemon.decision.Cause;
import org.greydaemon.mail.Decimal;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/// What lets mail pass: a line of a white list or of an exemption file. Immutable but for the count
/// of its uses. Safe for use by several threads.
public final class Exemption implements Cause {
    /// The end of one that has none.
    public static final long FOREVER = Long.MAX_VALUE;

    /// The exemption of those who have none.
    public static final Exemption NONE = new Exemption("", 0, "", "", FOREVER);

    /// There may be half a million of them, so none has a counter object of its own.
    private static final AtomicLongFieldUpdater<Exemption> USES =
            AtomicLongFieldUpdater.newUpdater(Exemption.class, "uses");

    /// What {@link #write} shows of a file's name.
    private static final int NAME_MAX = 80;

    private final String source;
    private final int line;
    private final String text;
    private final String reason;
    private final long until;

    // Written by whoever lets mail pass, read by whoever wonders whether it is of use.
    private volatile long uses;

    /// @param source the file as the operator has named it, or a word for what stands in none
    /// @param line its line in the file, from 1; 0 if it stands in none
    /// @param text who or what is exempt, as the file has it
    /// @param reason the text behind `#` on the line; empty if there is none
    /// @param until its end in seconds since 1970; {@link #FOREVER} if it has none
    Exemption(String source, int line, String text, String reason, long until) {
        this.source = source;
        this.line = line;
        this.text = text;
        this.reason = reason;
        this.until = until;
    }

    /// The file as the operator has named it, or a word for what stands in none.
    public String source() {
        return source;
    }

    /// Its line in the file, from 1; 0 if it stands in none.
    public int line() {
        return line;
    }

    /// Who or what is exempt, as the file has it.
    public String text() {
        return text;
    }

    /// The text behind `#` on the line; empty if there is none.
    public String reason() {
        return reason;
    }

    /// Its end in seconds since 1970; {@link #FOREVER} if it has none.
    public long until() {
        return until;
    }

    /// Whether it has come to its end.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    public boolean isOver(long wall) {
        return until <= wall;
    }

    /// Counts that it has let mail pass.
    public void use() {
        USES.incrementAndGet(this);
    }

    /// How often it has let mail pass since the daemon started.
    public long uses() {
        return uses;
    }

    /// Goes on counting from where the same line was before a reload.
    void useAsOftenAs(Exemption before) {
        USES.addAndGet(this, before.uses);
    }

    /// Where it stands, for messages: `/etc/greydaemon/greywhite:12`.
    public String place() {
        return line == 0 ? source : source + ":" + line;
    }

    @Override
    public int write(byte[] to, int at) {
        int out = at;
        int from = source.lastIndexOf('/') + 1;
        for (int i = from; i < source.length() && i - from < NAME_MAX; i++) {
            char c = source.charAt(i);
            to[out++] = (byte) (c > ' ' && c < 0x7f && c != '"' && c != '\\' ? c : '?');
        }
        if (line == 0) {
            return out;
        }
        to[out++] = ':';
        return Decimal.write(line, to, out);
    }

    @Override
    public String toString() {
        return place() + ": " + text;
    }
}
