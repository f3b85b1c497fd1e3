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

    // It did not take what is written to it now and then, though there may be nothing to send.
    private boolean isRefusing;

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

    /// It does not take what is written to it now and then.
    void refuses(EngineException fault) {
        isRefusing = true;
        trouble(fault.words());
    }

    /// It takes that.
    void takes() {
        isRefusing = false;
    }

    /// A round went well.
    ///
    /// @param isSending whether what waits could be sent: who only reads does not learn that the
    ///   engine is full or a replica
    void well(boolean isSending) {
        figures.isConnected = true;
        if (!isSending || isRefusing) {
            return;
        }
        figures.exchanges.incrementAndGet();
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
