package org.greydaemon;

import org.greydaemon.cli.ExitStatus;
import org.greydaemon.config.DaemonSettings;
import org.greydaemon.log.Event;
import org.greydaemon.log.LineLog;
import org.greydaemon.observe.Listeners;
import org.greydaemon.observe.Monitoring;
import org.greydaemon.server.DatagramServer;
import org.greydaemon.server.InheritedSockets;
import org.greydaemon.server.OpenFiles;
import org.greydaemon.server.Predecessor;
import org.greydaemon.server.StreamAddress;
import org.greydaemon.server.Supervisor;
import org.greydaemon.wire.udp.UdpHandler;
import org.greydaemon.wire.words.Operator;

import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

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
    ///
    /// @param supervisor may have kept sockets where nobody is to listen any more
    static Listening open(Basis basis, Supervisor supervisor) throws StartException {
        Start.requireFiles(OpenFiles.allowed());
        DaemonSettings settings = basis.settings();
        tellClosed(
                basis,
                basis.sockets()
                        .closeUnwanted(
                                settings.listen(), settings.connections(), supervisor::forget));
        DatagramServer udp = Start.listen(basis, FrontEnds.ON_BUG);
        try {
            return new Listening(basis, udp, FrontEnds.listen(basis));
        } catch (StartException | RuntimeException e) {
            udp.close();
            throw e;
        }
    }

    /// Listens where only the user that the daemon runs as should, as that user, and begins to tell
    /// over HTTP how things are, unless another daemon is there who answers more: of two who accept
    /// connections at one socket either gets them.
    void asUser(Supervisor supervisor) throws StartException {
        frontEnds.listenAsUser(basis);
        if (basis.predecessor().isEmpty()) {
            // Who asks from beyond loopback is to hear that the save file is loaded.
            frontEnds.readKnownTokens(basis.settings().saveFile());
            frontEnds.tellHealth(monitoring::health);
        }
        basis.sockets().oddities().forEach(odd -> basis.log().tell(Event.INHERITED, odd));
        tellDead(basis.sockets().closeOthers(supervisor::forget));
        if (supervisor.isThere()) {
            sockets().forEach(supervisor::keep);
            frontEnds.leaveSockets();
            basis.sockets().whenMadeAnew(place -> keep(place, supervisor));
        }
    }

    /// What nobody has taken though it is bound where somebody is to listen.
    private void tellDead(List<String> places) {
        for (String place : places) {
            basis.log()
                    .tell(
                            Event.INHERITED,
                            place
                                    + ": nobody can connect to this socket, as its file was removed"
                                    + " or replaced; another one listens there now");
        }
    }

    /// Gives the supervisor a socket that was made anew in place of the one that it has.
    private void keep(StreamAddress anew, Supervisor supervisor) {
        try {
            OptionalInt descriptor = InheritedSockets.descriptor(anew);
            frontEnds
                    .places()
                    .forEach((name, place) -> {
                        if (place.equals(anew)) {
                            descriptor.ifPresent(number -> supervisor.keep(name, number));
                        }
                    });
        } catch (UncheckedIOException e) {
            // No file can be opened. The next start sees that nobody can connect to the old one.
        }
    }

    private static void tellClosed(Basis basis, List<String> places) {
        String remedy =
                basis.predecessor().isPresent()
                        ? "; the daemon before did, so name it in the configuration if somebody"
                                + " still asks there"
                        : "; name it in the configuration, or remove it from the .socket unit";
        for (String place : places) {
            basis.log().tell(Event.INHERITED, place + ": nobody listens there" + remedy);
        }
    }

    /// The sockets that mail servers know, each by a name of its own, and by what number the system
    /// knows it. One that was removed and cannot be made anew is none.
    Map<String, Integer> sockets() {
        Map<String, Integer> sockets = new LinkedHashMap<>();
        sockets.put("udp", udp.descriptor());
        frontEnds
                .places()
                .forEach((name, place) ->
                        InheritedSockets.descriptor(place)
                                .ifPresent(number -> sockets.put(name, number)));
        return sockets;
    }

    /// Makes all that is needed to answer; nobody is answered yet.
    ///
    /// @param operator what can be had by words
    void prepare(Judging judging, Operator operator) {
        frontEnds.readToken(basis.settings().saveFile(), basis.log());
        monitoring.watch(judging.store(), basis.clock(), basis.settings().entriesMax());
        frontEnds.prepare(judging.gate(), basis.clock(), operator);
    }

    /// Begins to answer.
    void start(Judging judging) {
        udp.start(() -> new UdpHandler(judging.gate(), basis.clock(), udp.late()));
        frontEnds.start();
        if (basis.predecessor().isPresent()) {
            frontEnds.tellHealth(monitoring::health);
        }
        basis.predecessor().ifPresent(Predecessor::answering);
        frontEnds.tell(basis.log());
    }

    /// Where the original's clients ask.
    String place() {
        return udp.localEndpoint().toString();
    }

    /// Says that the daemon ends, if all is well.
    void tell(ExitStatus end) {
        if (end == ExitStatus.STOPPED) {
            basis.log().tell(Event.STOPPED, place());
        }
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

    /// Whether datagrams and connections are still taken.
    boolean moves() {
        return udp.moves() && frontEnds.move();
    }

    /// Somebody else goes on with the sockets.
    ///
    /// @return their duplicates, which stay when these are closed
    List<Integer> leave() {
        frontEnds.leaveSockets();
        return InheritedSockets.duplicates(sockets().values());
    }

    /// A successor has the sockets, and nobody else a way to them but their files.
    void keepIf(boolean isFollowed) {
        if (isFollowed) {
            frontEnds.leaveSockets();
        }
    }

    /// Answers what was asked, and no more.
    void stop() {
        int left = frontEnds.stop();
        if (left > 0) {
            basis.log()
                    .tell(
                            Event.UNFINISHED,
                            left + " requests over HTTP have not ended; the disk may not answer");
        }
        tellLeft(basis.log(), frontEnds.left());
        int unanswered = udp.stop();
        if (unanswered > 0) {
            basis.log()
                    .tell(
                            Event.UNFINISHED,
                            unanswered
                                    + " questions over UDP are not answered; the disk may not"
                                    + " answer");
        }
    }

    /// Says which sockets have ended without removing their files.
    static void tellLeft(LineLog log, List<StreamAddress> sockets) {
        for (StreamAddress socket : sockets) {
            log.tell(
                    Event.UNFINISHED,
                    socket
                            + " has ended, but its file and the lock beside it may stay: the disk"
                            + " does not answer; the next start removes them");
        }
    }

    @Override
    public void close() {
        frontEnds.close();
        udp.close();
    }
}
