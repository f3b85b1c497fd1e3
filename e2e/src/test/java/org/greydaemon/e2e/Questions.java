package org.greydaemon.e2e;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A mail server that asks one question after the other, in a thread of its own: each triplet
/// twice, so that an answer that is lost, or comes twice, or of a daemon that does not know what
/// the one before has answered, is another one than it should be.
final class Questions implements AutoCloseable {
    private final String listen;
    private final List<String> wrong = new CopyOnWriteArrayList<>();
    private final Thread thread;

    // Written by the test, read by the thread.
    private volatile boolean ends;

    private final AtomicInteger asked = new AtomicInteger();

    Questions(String listen) {
        this.listen = listen;
        thread = Thread.ofPlatform().name("questions").start(this::ask);
    }

    private void ask() {
        try (UdpPeer peer = new UdpPeer(listen)) {
            for (int number = 0; !ends && wrong.isEmpty(); number++) {
                String sender =
                        Character.toString('a' + number % 26) + letters(number) + "@b.example";
                one(peer, sender, Reply.NEW);
                one(peer, sender, Reply.EARLY);
                Daemon.pause(10); // Others need the machine, too.
            }
        } catch (AssertionError | IllegalStateException e) {
            wrong.add(e.toString());
        }
    }

    /// A number in letters: digits would be one sender.
    private static String letters(int number) {
        StringBuilder letters = new StringBuilder();
        for (int rest = number; rest > 0; rest /= 26) {
            letters.append((char) ('a' + rest % 26));
        }
        return letters.toString();
    }

    private void one(UdpPeer peer, String sender, Reply right) {
        Reply reply = peer.ask("192.0.2.77", sender, "c@d.example");
        if (!reply.equals(right)) {
            wrong.add(sender + ": " + reply + ", not " + right);
        }
        asked.incrementAndGet();
    }

    /// Waits until some more were answered, and fails if one was answered wrong.
    void goOn() {
        int enough = asked.get() + 20;
        while (asked.get() < enough && thread.isAlive()) {
            Daemon.pause(5);
        }
        if (!wrong.isEmpty()) {
            throw new AssertionError("after " + asked.get() + " questions: " + wrong);
        }
    }

    /// Asks no more. To be called before the daemon ends, else the last question waits for long.
    void end() {
        ends = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        end();
    }
}
