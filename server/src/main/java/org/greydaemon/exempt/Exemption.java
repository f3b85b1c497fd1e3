package org.greydaemon.exempt;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Cause;
import org.greydaemon.decision.Wait;
import org.greydaemon.mail.Decimal;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/// What decides about mail: a line of a white list or of an exemption file, which lets it pass or
/// has it wait. Immutable but for the count of its uses. Safe for use by several threads.
public final class Exemption implements Cause {
    /// The end of one that has none.
    public static final long FOREVER = Long.MAX_VALUE;

    /// The line of mail that none decides about.
    public static final Exemption NONE = new Exemption("", 0, "", "", FOREVER, Effect.USUAL);

    /// There may be half a million of them, so none has a counter object of its own.
    private static final AtomicLongFieldUpdater<Exemption> USES =
            AtomicLongFieldUpdater.newUpdater(Exemption.class, "uses");

    /// What {@link #write} shows of a file's name.
    private static final int NAME_MAX = 80;

    private static final String CLIENT = "client ";

    private final String source;
    private final int line;
    private final String text;
    private final String reason;
    private final long until;
    private final Effect effect;

    // Written by whoever judges mail by it, read by whoever wonders whether it is of use.
    private volatile long uses;

    /// One that lets mail pass.
    Exemption(String source, int line, String text, String reason, long until) {
        this(source, line, text, reason, until, Effect.Pass.ALWAYS);
    }

    /// @param source the file as the operator has named it, or a word for what stands in none
    /// @param line its line in the file, from 1; 0 if it stands in none
    /// @param text who or what is meant, and what happens, as the file has it
    /// @param reason the text behind `#` on the line; empty if there is none
    /// @param until its end in seconds since 1970; {@link #FOREVER} if it has none
    /// @param effect what happens to the mail
    Exemption(String source, int line, String text, String reason, long until, Effect effect) {
        this.effect = effect;
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

    /// Who or what is meant, and what happens, as the file has it.
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

    /// What happens to the mail.
    Effect effect() {
        return effect;
    }

    @Override
    public boolean isLine() {
        return this != NONE;
    }

    @Override
    public boolean passes() {
        return !(effect instanceof Effect.Greylist);
    }

    @Override
    public Wait waits() {
        return effect instanceof Effect.Greylist greylist ? greylist.waits() : Wait.USUAL;
    }

    @Override
    public boolean observes() {
        return effect instanceof Effect.Greylist greylist && greylist.observes();
    }

    @Override
    public Optional<String> reply() {
        return effect instanceof Effect.Greylist greylist ? greylist.reply() : Optional.empty();
    }

    @Override
    public boolean take(Attempt attempt) {
        return !(effect instanceof Once once) || once.take(attempt);
    }

    /// Whether an attempt may still be let pass.
    boolean isFor(Attempt attempt) {
        return !(effect instanceof Once once) || once.isFor(attempt);
    }

    /// For which sender it is, if it is for one.
    Optional<Once> once() {
        return effect instanceof Once once ? Optional.of(once) : Optional.empty();
    }

    @Override
    public void use() {
        if (this != NONE) {
            USES.incrementAndGet(this);
        }
    }

    /// How often it has decided about mail since the daemon started.
    public long uses() {
        return uses;
    }

    /// The same, its uses and who has come too, with another end.
    Exemption until(long other) {
        Exemption same = new Exemption(source, line, text, reason, other, effect);
        same.useAsOftenAs(this);
        return same;
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
            to[out++] = (byte) (isPlain(c) ? c : '?');
        }
        if (line == 0) {
            return source.equals(Allowed.SOURCE) || source.equals(Expected.SOURCE)
                    ? writeWords(to, out, at + TEXT_MAX)
                    : out;
        }
        to[out++] = ':';
        return Decimal.write(line, to, out);
    }

    /// Who is meant by what stands in no line of a file: `:192.0.2.0/24`, or the words of a line
    /// with colons for blanks. What is longer ends in dots.
    private int writeWords(byte[] to, int at, int end) {
        int out = at;
        to[out++] = ':';
        boolean isClient = text.startsWith(CLIENT);
        int from = isClient && text.indexOf(' ', CLIENT.length()) < 0 ? CLIENT.length() : 0;
        for (int i = from; i < text.length(); i++) {
            if (out == end) {
                to[end - 1] = '.';
                to[end - 2] = '.';
                to[end - 3] = '.';
                return end;
            }
            char c = text.charAt(i);
            to[out++] = (byte) (c == ' ' ? ':' : isPlain(c) ? c : '?');
        }
        return out;
    }

    private static boolean isPlain(char c) {
        return c > ' ' && c < 0x7f && c != '"' && c != '\\';
    }

    @Override
    public String toString() {
        return place() + ": " + text;
    }
}
