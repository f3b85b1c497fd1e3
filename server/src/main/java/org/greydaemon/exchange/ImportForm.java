package org.greydaemon.exchange;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The forms that can be read.
public enum ImportForm {
    /// The save file, the original's too.
    GREYDAEMON("greydaemon"),
    /// postgrey's Berkeley DB files, dumped.
    POSTGREY("postgrey"),
    /// sqlgrey's SQLite database, dumped.
    SQLGREY("sqlgrey"),
    /// greylistd's two files.
    GREYLISTD("greylistd"),
    /// What OpenBSD's spamdb prints.
    SPAMDB("spamdb"),
    /// IndiMail's qmail-greyd.
    QMAIL_GREYD("qmail-greyd");

    private final String word;

    ImportForm(String word) {
        this.word = word;
    }

    /// Its name on the command line.
    public String word() {
        return word;
    }

    /// Begins to read a file.
    public Reading reading() {
        return switch (this) {
            case GREYDAEMON -> new SaveFileLines();
            case POSTGREY -> new PostgreyDump();
            case SQLGREY -> new SqlgreyDump();
            case GREYLISTD -> new GreylistdFiles();
            case SPAMDB -> new SpamdbLines();
            case QMAIL_GREYD -> new QmailGreydContext();
        };
    }

    /// How many of these lines are of this form.
    private long recognised(List<String> lines) {
        Reading fresh = reading();
        return lines.stream()
                .map(fresh::line)
                .filter(all -> !all.isEmpty())
                .filter(all -> all.stream().noneMatch(Found.Malformed.class::isInstance))
                .count();
    }

    /// The form that was probably meant when a file does not begin with a single line of this one.
    ///
    /// @param lines how the file begins
    /// @return empty if this one is right, or none
    public Optional<ImportForm> meant(List<String> lines) {
        if (recognised(lines) > 0) {
            return Optional.empty();
        }
        return Arrays.stream(values())
                .filter(form -> form.recognised(lines) > 0)
                .max(Comparator.comparingLong(form -> form.recognised(lines)));
    }
}
