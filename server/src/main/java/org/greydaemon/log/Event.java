package org.greydaemon.log;

import java.util.Locale;

/// What the log tells beside decisions. docs/logging.md has a row for each, checked against this.
public enum Event {
    /// At the start.
    LISTENING(
            "listening for PROTOCOL on PLACE",
            Severity.NOTICE,
            "A place where it answers, for each protocol."),
    /// At the start.
    INHERITED(
            "inherited: PLACE: WHAT",
            Severity.WARNING,
            "systemd, or the daemon before, has passed a socket that the configuration does not"
                    + " name (nobody listens there), that nobody can connect to any more, or whose"
                    + " mode cannot be set, and what to do."),
    /// At the start.
    STARTED("started greydaemon on PLACE", Severity.NOTICE, "It answers from now on."),
    /// At the start.
    TRIAL(
            "trial: rules.observe is set",
            Severity.WARNING,
            "All mail passes; what would have been deferred is remembered, logged and counted."),
    /// At the end.
    STOPPED("stopped greydaemon on PLACE", Severity.NOTICE, "It has saved and ends."),
    /// At the start.
    USER("Now running as user NAME (UID, GID)", Severity.NOTICE, "-u has worked."),
    /// At any time.
    TAKE_OVER(
            "take-over: WHAT",
            Severity.NOTICE,
            "Another daemon takes over from this one (--take-over), or why it does not; this one"
                    + " answers until then."),
    /// In the background.
    SAVED("save status to FILE", Severity.INFO, "All entries are in the save file."),
    /// At any time.
    SHARE(
            "share: WHAT",
            Severity.WARNING,
            "What hinders this host from remembering together with others, and what to do; or that"
                    + " it is well again. Mail is answered all the same."),
    /// At the start.
    STRANGE(
            "? Strange save entry LINE (FILE:NUMBER)",
            Severity.WARNING,
            "A line of the save file or journal cannot be read, and is skipped."),
    /// At the start.
    MORE_STRANGE(
            "? COUNT more strange save entries, not shown",
            Severity.WARNING,
            "How many such lines there are beyond the first 20."),
    /// At the start.
    STRANGE_KEPT(
            "strange: FILE: lines that are no entries; as it was, it is kept as FILE.strange",
            Severity.WARNING,
            "The next save leaves such lines out. If it is a file of somebody else, move it back"
                    + " and name another one; it is not written to again."),
    /// At the start.
    REWRITTEN(
            "store: FILE: somebody else has written it since the journal",
            Severity.NOTICE,
            "The save file is not the one that the journal belongs to: the Perl daemon has run"
                    + " meanwhile, or a copy was put back. The journal's lines are added where they"
                    + " are later."),
    /// At the start.
    OUTDATED(
            "store: FILE: older than its journal",
            Severity.WARNING,
            "An old copy of the save file was put beside a newer journal, or the file is missing."
                    + " What was remembered before the journal begins, and is not in the file, is"
                    + " lost unless there is a newer copy."),
    /// At the start.
    EMPTY(
            "no save file FILE yet",
            Severity.NOTICE,
            "There is nothing to read: it starts with nothing remembered. Right at the first start;"
                    + " else look at the path."),
    /// At the start.
    RESCUED(
            "rescue: FILE: read",
            Severity.NOTICE,
            "What a daemon before this one has saved in the rescue folder was read; the next save"
                    + " removes it."),
    /// At the end.
    UNSAVED(
            "unsaved: COUNT changes, WHAT",
            Severity.ERROR,
            "It was told to stop and cannot save: it tries again (--stop-wait), has saved in the"
                    + " rescue folder (--rescue), or ends with status 74 and they are lost."),
    /// At the end.
    UNFINISHED(
            "stop: WHAT",
            Severity.ERROR,
            "Something that the stop waits for did not end, mostly as a disk does not answer; the"
                    + " daemon saves without it, or, if it is a save, ends without another one."),
    /// At any time.
    STORE_FAILED(
            "store: CAUSE; WHAT",
            Severity.ERROR,
            "A file cannot be written; saving is tried every ten seconds. Answers go on: the"
                    + " journal keeps them, or they are in memory only, which is said again if it"
                    + " comes later."),
    /// At any time.
    DISK_HANGS(
            "store: the disk WHAT",
            Severity.ERROR,
            "The system neither takes what the journal writes nor refuses it, and whoever asks"
                    + " waits with it; or it does not end forcing it to the disk, which only a"
                    + " power cut would show. Said once, and again when it has gone on."),
    /// At any time.
    STORE_FULL(
            "store: full with COUNT entries",
            Severity.WARNING,
            "There are as many entries as may be; what can no longer pass and the triplets of the"
                    + " greediest networks make room."),
    /// On a signal, and at the start.
    WHITE_LIST(
            "FILE:NUMBER: WHAT",
            Severity.WARNING,
            "A line of the white list, or of savefile.allowed, and what is odd with it."),
    /// On a signal.
    CONFIGURATION(
            "FILE:NUMBER:NUMBER: WHAT",
            Severity.WARNING,
            "A line of the configuration file and what is wrong or odd with it."),
    /// On a signal.
    RELOADED(
            "reload: RESULT",
            Severity.NOTICE,
            "What came of reading configuration, white list and exemption files again, and each"
                    + " difference."),
    /// At any time.
    CLOCK(
            "clock: set by SECONDS s",
            Severity.WARNING,
            "Somebody has set the clock. Waiting times go on as if it had not been set."),
    /// At the start.
    IMPOSSIBLE_CLOCK(
            "clock: before this program was written, so time goes on from TIME until it is set",
            Severity.WARNING,
            "The clock says a time that cannot be, 1970 for example. Ages go on from what the"
                    + " files know."),
    /// Once a minute at most.
    STRANGERS(
            "PROTOCOL: COUNT dropped, their senders may not ask",
            Severity.WARNING,
            "Requests were dropped because their senders may not ask; at most once a minute."),
    /// Once a minute at most.
    CROWDED(
            "PROTOCOL: COUNT connections closed to make room for others",
            Severity.WARNING,
            "There was no room for all connections, or for what they held; those that held most"
                    + " for longest went."),
    /// Once a minute at most.
    REFUSED(
            "http: COUNT questions refused",
            Severity.WARNING,
            "There was no room for the questions of a peer, or of all."),
    /// Once a minute at most.
    WRONG_TOKEN(
            "http: COUNT wrong tokens were shown",
            Severity.WARNING,
            "Somebody asks over HTTP and does not know the token; at most once a minute."),
    /// Once a minute at most.
    CUT_SHORT(
            "exemptions: COUNT searches cut short",
            Severity.WARNING,
            "A long address and many lines with `*` would have taken too much time, so the mail was"
                    + " judged as if no exemption held; at most once a minute."),
    /// Once a minute at most.
    POOLS_FULL(
            "pools: not learned COUNT times",
            Severity.WARNING,
            "Networks have finished each other's triplets and do not count as one, because 4096"
                    + " networks do so already; at most once a minute."),
    /// Folded.
    CLOSED(
            "PROTOCOL PEER: CAUSE; connection closed",
            Severity.WARNING,
            "What was said made no sense in its protocol: the connection was closed, or over HTTP"
                    + " the request answered with 400."),
    /// Folded.
    BOUND(
            "bound: WHAT",
            Severity.WARNING,
            "There is more of something than is kept, and what is done with the rest."),
    /// When the reader moves again.
    DROPPED(
            "log: COUNT lines dropped because nobody read them",
            Severity.WARNING,
            "Lines were dropped because nobody took them."),
    /// On a signal.
    STATS("stats FIGURES", Severity.INFO, "Figures since the start."),
    /// At the start.
    TOKEN(
            "token: FILE: WHAT",
            Severity.WARNING,
            "What has to be shown over HTTP cannot be read or made: nothing can be asked there"
                    + " that changes something until it is mended and the daemon started anew."),
    /// At any time.
    HISTORY(
            "history: FILE: WHAT",
            Severity.WARNING,
            "The file of the history is damaged, or cannot be read or written: what is known goes"
                    + " on in memory. Mail is not concerned."),
    /// When an operator uses greyctl.
    CONTROL(
            "control: WHAT",
            Severity.NOTICE,
            "What an operator has changed with greyctl, or why greyctl is not answered."),
    /// With `-d`.
    LOADED("load FILE", Severity.DEBUG, "The save file is being read (-d)."),
    /// With `-d`.
    LOADED_CLIENT("  ip TIME = CLIENT", Severity.DEBUG, "A proven client that was read (-d)."),
    /// With `-d`.
    LOADED_TRIPLET(
            "  grey TIME = CLIENT SENDER RECIPIENT",
            Severity.DEBUG,
            "A triplet that was read (-d)."),
    /// With `-d`.
    RANGE("addrange NETWORK", Severity.DEBUG, "A network of the white list (-d)."),
    /// With `-d`.
    MASKS("masks LENGTHS", Severity.DEBUG, "The sizes of the networks of the white list (-d).");

    private final String form;
    private final String begin;
    private final Severity severity;
    private final String help;

    /// @param form its lines, with words in capitals for what is not always the same
    Event(String form, Severity severity, String help) {
        this.form = form;
        begin = form.replaceFirst(" ?\\b[A-Z]{2,}\\b.*", "");
        this.severity = severity;
        this.help = help;
    }

    /// Its lines, with words in capitals for what is not always the same.
    public String form() {
        return form;
    }

    /// What its lines begin with; nothing if that is not always the same.
    public String begin() {
        return begin;
    }

    /// A line.
    ///
    /// @param text what follows the begin
    String line(String text) {
        return begin.isEmpty() ? text : begin + " " + text;
    }

    /// How much it matters.
    public Severity severity() {
        return severity;
    }

    /// What it means, for operators.
    public String help() {
        return help;
    }

    /// Whether lines that say the same are counted instead of being shown again: those that peers
    /// or disks can cause over and over, but none that answers an operator.
    boolean isFolded() {
        return this == CLOSED || this == STORE_FAILED || this == BOUND || this == SHARE;
    }

    /// The word for programs: `store_full`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
