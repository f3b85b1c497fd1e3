package org.greydaemon.share;

import org.greydaemon.log.Event;
import org.greydaemon.log.Lines;

/// Says how the engine does: once what is wrong, until it is something else, and once that it is
/// well again. Confined to `share`.
final class EngineHealth {
    private final String place;
    private final Lines log;
    private final Figures figures;
    private String said = "";

    /// @param place what the engine is called in lines
    EngineHealth(String place, Lines log, Figures figures) {
        this.place = place;
        this.log = log;
        this.figures = figures;
    }

    /// The connection has ended.
    void fail(EngineException fault) {
        if (figures.trouble.isEmpty()) {
            figures.reconnects.incrementAndGet();
        }
        trouble(fault.words());
    }

    /// Something is wrong that an operator should know.
    void trouble(String words) {
        figures.trouble = words;
        if (!words.equals(said)) {
            tell(words + "; mail is answered from what this host remembers", words);
            said = words;
        }
    }

    /// A round went well.
    void well() {
        figures.isConnected = true;
        figures.trouble = "";
        if (!said.isEmpty()) {
            log.tell(Event.SHARE, place + ": well again");
            said = "";
        }
    }

    /// Something about the engine is worth a line.
    void tell(String words) {
        log.tell(Event.SHARE, place + ": " + words);
    }

    private void tell(String words, String cause) {
        log.tell(Event.SHARE, place + ": " + words, cause);
    }
}
