package org.greydaemon.replay;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What wrote a log. Its own decisions say most, so they come first: a mail server's log that the
/// daemon writes to as well has each attempt twice.
public enum LogForm {
    /// The daemon's decisions, as `logfmt` or JSON.
    DECISIONS {
        @Override
        boolean isOf(String line, int from) {
            return DecisionLines.begin(line, from) >= 0;
        }

        @Override
        LineReader reader(ReadLines counted) {
            return new DecisionLines();
        }
    },
    /// The daemon's decisions in the original's form.
    ORIGINAL {
        @Override
        boolean isOf(String line, int from) {
            return OriginalLogLines.isOne(line, from);
        }

        @Override
        LineReader reader(ReadLines counted) {
            return new OriginalLogLines();
        }
    },
    /// Postfix' mail log.
    POSTFIX {
        @Override
        boolean isOf(String line, int from) {
            return line.contains("/smtpd[")
                    || line.contains("/qmgr[")
                    || line.contains("/postscreen[");
        }

        @Override
        LineReader reader(ReadLines counted) {
            return new PostfixLines(counted);
        }
    },
    /// Exim's main log.
    EXIM {
        @Override
        boolean isOf(String line, int from) {
            return line.contains(" <= ") || line.contains(" H=") || line.contains(" => ");
        }

        @Override
        LineReader reader(ReadLines counted) {
            return new EximLines(counted);
        }
    };

    /// Whether only this writes such lines.
    ///
    /// @param from where the time ends
    abstract boolean isOf(String line, int from);

    /// Reads its lines.
    abstract LineReader reader(ReadLines counted);

    /// The forms that are in a log which begins with these lines; it is read for the first one.
    public static Set<LogForm> of(List<String> first) {
        Set<LogForm> found = EnumSet.noneOf(LogForm.class);
        for (String line : first) {
            String plain = LogText.of(line);
            int from = DatedLines.behindTime(plain, 0);
            for (LogForm form : values()) {
                if (!found.contains(form) && form.isOf(plain, from)) {
                    found.add(form);
                }
            }
        }
        return found;
    }

    /// The word for operators.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
