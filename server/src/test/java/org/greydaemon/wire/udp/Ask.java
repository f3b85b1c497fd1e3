package org.greydaemon.wire.udp;

import org.greydaemon.server.Datagram;
import org.greydaemon.server.Peer;

/// Asks a handler one question, as a round of its own.
final class Ask {
    private Ask() {}

    /// The round's answers are not sent yet: {@link UdpHandler#beforeReplies} is still to be
    /// called.
    static int answer(UdpHandler handler, byte[] octets, int length, Peer from, byte[] reply) {
        Datagram datagram = new Datagram(0);
        System.arraycopy(octets, 0, datagram.begin(length), 0, length);
        datagram.from().set(from.high(), from.low(), from.port());
        handler.read(datagram);
        handler.beforeAnswers();
        return handler.answer(datagram, reply);
    }
}
