package org.greydaemon.exchange;

/// The forms that can be written: those that the other program can be given by its own means.
/// greylistd knows entries only by a hash with a secret of the running process, and qmail-greyd
/// knows neither clients nor triplets, only whole messages with all their recipients.
public enum ExportForm {
    /// The save file, the original's too.
    GREYDAEMON("greydaemon"),
    /// postgrey.db, for db_load.
    POSTGREY("postgrey"),
    /// postgrey_clients.db, for db_load.
    POSTGREY_CLIENTS("postgrey-clients"),
    /// sqlgrey's SQLite database.
    SQLGREY("sqlgrey"),
    /// What OpenBSD's spamdb prints.
    SPAMDB("spamdb");

    private final String word;

    ExportForm(String word) {
        this.word = word;
    }

    /// Its name on the command line.
    public String word() {
        return word;
    }

    /// Begins to write.
    public Writing writing() {
        return switch (this) {
            case GREYDAEMON -> new SaveFileLines.SaveFileWriting();
            case POSTGREY -> new PostgreyLoad.Triplets();
            case POSTGREY_CLIENTS -> new PostgreyLoad.Clients();
            case SQLGREY -> new SqlgreyInserts();
            case SPAMDB -> new SpamdbLines.SpamdbWriting();
        };
    }
}
