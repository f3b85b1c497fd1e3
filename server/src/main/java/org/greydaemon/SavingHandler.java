package org.greydaemon;

import org.greydaemon.server.DatagramHandler;
import org.greydaemon.server.Peer;
import org.greydaemon.store.memory.Saver;

/// What `-d` adds: a save after each round of answers, as the original does, so that the save file
/// shows at once what a request has changed.
final class SavingHandler implements DatagramHandler {
    private final DatagramHandler handler;
    private final Saver saver;

    SavingHandler(DatagramHandler handler, Saver saver) {
        this.handler = handler;
        this.saver = saver;
    }

    @Override
    public int answer(byte[] datagram, int length, Peer from, byte[] reply) {
        return handler.answer(datagram, length, from, reply);
    }

    @Override
    public void beforeReplies() {
        handler.beforeReplies();
        saver.request();
    }
}
