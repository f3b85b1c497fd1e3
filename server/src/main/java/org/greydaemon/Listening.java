package org.greydaemon;

import org.greydaemon.config.DaemonSettings;
import org.greydaemon.log.Event;
import org.greydaemon.observe.Listeners;
import org.greydaemon.observe.Monitoring;
import org.greydaemon.server.DatagramServer;
import org.greydaemon.wire.udp.UdpHandler;
import org.greydaemon.wire.words.Operator;

/// Where mail servers ask. Created, started and stopped by `main`.
final class Listening implements AutoCloseable {
    private final Basis basis;
    private final DatagramServer udp;
    private final FrontEnds frontEnds;
    private final Listeners listeners;
    private final Monitoring monitoring;

    private Listening(Basis basis, DatagramServer udp, FrontEnds frontEnds) {
        this.basis = basis;
        this.udp = udp;
        this.frontEnds = frontEnds;
        listeners = frontEnds.with(udp);
        monitoring = new Monitoring(basis.metrics(), basis.log(), listeners);
    }

    /// Listens everywhere, as the user that starts the daemon, but does not answer yet.
    static Listening open(Basis basis) throws StartException {
        DatagramServer udp = Start.listen(basis.settings(), Main::bug);
        try {
            return new Listening(
                    basis, udp, FrontEnds.listen(basis.settings(), basis.log(), basis.metrics()));
        } catch (StartException | RuntimeException e) {
            udp.close();
            throw e;
        }
    }

    /// Listens where only the user that the daemon runs as should, as that user, and begins to tell
    /// over HTTP how things are.
    void asUser() throws StartException {
        frontEnds.listenAsUser(basis.settings());
        frontEnds.tellHealth(monitoring::health);
    }

    /// Begins to answer.
    ///
    /// @param operator what can be had by words
    void start(Judging judging, Operator operator) {
        frontEnds.readToken(basis.settings().saveFile(), basis.log());
        monitoring.watch(judging.store(), basis.clock(), basis.settings().entriesMax());
        udp.start(new UdpHandler(judging.gate(), basis.clock(), udp));
        frontEnds.start(judging.gate(), basis.clock(), operator);
        frontEnds.tell(basis.log());
    }

    /// Says that the daemon answers, in the original's words.
    void tell(Event event) {
        basis.log().tell(event, udp.localEndpoint().toString());
    }

    /// Changes what a reload can change.
    void change(DaemonSettings settings) {
        udp.allow(settings.allowed());
        frontEnds.change(settings);
    }

    /// The front ends that speak over connections.
    FrontEnds frontEnds() {
        return frontEnds;
    }

    /// All who listen.
    Listeners listeners() {
        return listeners;
    }

    /// Whether all is well.
    Monitoring monitoring() {
        return monitoring;
    }

    /// Whether datagrams are still taken.
    boolean moves() {
        return udp.moves();
    }

    /// Answers what was asked, and no more.
    void stop() {
        frontEnds.stop();
        udp.stop();
    }

    @Override
    public void close() {
        frontEnds.close();
        udp.close();
    }
}
