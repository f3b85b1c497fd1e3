package org.greydaemon;

import org.greydaemon.server.Predecessor;
import org.greydaemon.server.Signals;

import java.io.IOException;

/// How a successor becomes the one who answers, when all that it can make by itself is made ([ADR
/// 25](docs/adr/0025-sockets-outlive-the-process.md)): what is done here between the other daemon's
/// last answer and this one's first is all that questions wait for.
///
/// @param basis with the other daemon, if there is one
/// @param judging what was read of its files, and nothing is done with yet
record TakingOver(Basis basis, Judging judging) {
    /// Lets the other daemon leave, and reads what it has added.
    ///
    /// @param signals may say that this one is to stop instead
    void takeOver(Signals signals) throws StartException {
        if (basis.predecessor().isEmpty()) {
            return;
        }
        try {
            judging.store().catchUp(now());
            requireToGoOn(signals);
            leaves(basis.predecessor().get());
            judging.store().takeOver(now());
        } catch (IOException e) {
            throw Start.refused(basis.settings().saveFile(), e);
        }
        readExemptionsAnew();
        requireToGoOn(signals);
    }

    private void leaves(Predecessor predecessor) throws StartException {
        try {
            predecessor.leaves();
        } catch (IOException e) {
            throw StartException.notNow(basis.settings().control() + ": " + e.getMessage());
        }
    }

    private void readExemptionsAnew() throws StartException {
        try {
            judging.exemptions().readAnew();
        } catch (IOException e) {
            throw Start.refused(basis.settings().exempt().allowed(), e);
        }
    }

    /// Until this one answers the other daemon can go on, or does so once more with what it has
    /// left: a stop is meant for this one alone.
    private void requireToGoOn(Signals signals) throws StartException {
        if (signals.isToStop()) {
            throw StartException.stopped(
                    basis.settings().control()
                            + ": told to stop before it answered; the daemon that runs goes on");
        }
    }

    private long now() {
        return basis.clock().getAsLong();
    }
}
