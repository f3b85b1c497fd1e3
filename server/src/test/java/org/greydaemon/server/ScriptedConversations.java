package org.greydaemon.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// Sends back what comes, and does what it says: `late` is answered late, `last` with nothing after
/// it, `end` and then the connection ends, `100` when it may hold so many octets, `bug` not at all,
/// `slow` after a latch.
final class ScriptedConversations implements Conversations {
    /// The octets that are taken at a time.
    int turn = 100;

    /// Counted down by who answers late, or slowly.
    final CountDownLatch begun = new CountDownLatch(1);

    /// What a late or slow answer waits for.
    final CountDownLatch mayAnswer = new CountDownLatch(1);

    /// What the end of a round does.
    volatile Runnable ending = () -> {};

    /// Whether nothing is sent back.
    boolean isMute;

    /// Whether no conversation can begin.
    volatile boolean isBroken;

    /// How many could not.
    private final AtomicInteger begins = new AtomicInteger();

    final AtomicInteger receives = new AtomicInteger();

    /// What was done to conversations that had said something, in order, with the thread that did.
    final Queue<Step> steps = new ConcurrentLinkedQueue<>();

    /// @param said by the peer
    record Step(Thread thread, boolean isAnswer, String said) {}

    @Override
    public Conversation begin(Connection connection) {
        if (isBroken) {
            if (begins.incrementAndGet() == 1) {
                ((LoopConnection) connection).close(); // As by a server that ends meanwhile.
            }
            throw new IllegalStateException("beginning");
        }
        return new Scripted(connection);
    }

    @Override
    public void beforeReplies() {
        ending.run();
    }

    private final class Scripted implements Conversation {
        private final Connection connection;
        private String heard = "";

        Scripted(Connection connection) {
            this.connection = connection;
        }

        @Override
        public boolean receive() throws IOException {
            receives.incrementAndGet();
            byte[] octets = new byte[turn];
            int count = connection.read(octets, 0, turn);
            heard = count > 0 ? new String(octets, 0, count, US_ASCII) : "";
            note(false);
            return count >= 0;
        }

        private void note(boolean isAnswer) {
            if (!heard.isEmpty()) {
                steps.add(new Step(Thread.currentThread(), isAnswer, heard));
            }
        }

        @Override
        public Next answer(boolean mayWait) throws IOException {
            note(true);
            if (heard.isEmpty() || isMute) {
                return Next.MORE;
            }
            connection.asked();
            if (heard.startsWith("bug") || (heard.startsWith("late bug") && mayWait)) {
                throw new IllegalStateException(heard);
            }
            if (heard.startsWith("late") && !mayWait) {
                return Next.LATE_ANSWER;
            }
            if (heard.startsWith("late") || heard.startsWith("slow")) {
                begun.countDown();
                ConnectionServing.await(mayAnswer);
            }
            if (heard.matches("[0-9]+") && !connection.hold(Long.parseLong(heard))) {
                return Next.END;
            }
            byte[] octets = heard.getBytes(US_ASCII);
            connection.write(octets, 0, octets.length);
            if (heard.endsWith("much")) {
                byte[] much = new byte[16 << 20];
                connection.write(much, 0, much.length);
            }
            return switch (heard) {
                case "last" -> Next.FINISH;
                case "end" -> Next.END;
                default -> Next.MORE;
            };
        }
    }
}
