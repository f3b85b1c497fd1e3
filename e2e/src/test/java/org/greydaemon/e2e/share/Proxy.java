package org.greydaemon.e2e.share;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A bad network before a server: it delays octets, and cuts connections in the middle of them,
/// also when the server has done what it was asked and its answer is on its way, so that it is
/// asked again.
final class Proxy implements AutoCloseable {
    private final ServerSocket listening;
    private final int target;
    private final Random random = new Random(7);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /// One of so many pieces cuts its connection; 0: none does.
    volatile int cutsOneOf;

    /// For how long a piece is held back at most, in milliseconds.
    volatile int delayMillis;

    Proxy(int target) {
        this.target = target;
        try {
            listening = new ServerSocket(0, 50, RedisServer.loopback());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    String place() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket near = listening.accept();
                Socket far = new Socket();
                open.add(near);
                open.add(far);
                far.connect(new InetSocketAddress(RedisServer.loopback(), target), 2_000);
                Thread.ofVirtual().start(() -> pass(near, far));
                Thread.ofVirtual().start(() -> pass(far, near));
            } catch (IOException e) {
                cut();
            }
        }
    }

    private void pass(Socket from, Socket to) {
        byte[] piece = new byte[1_400];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(piece); length > 0; length = in.read(piece)) {
                int draw = random.nextInt(Integer.MAX_VALUE);
                if (delayMillis > 0) {
                    Eventually.pause(draw % delayMillis);
                }
                if (cutsOneOf > 0 && draw % cutsOneOf == 0) {
                    out.write(piece, 0, length / 2);
                    return;
                }
                out.write(piece, 0, length);
            }
        } catch (IOException e) {
            // Cut from the other side.
        }
    }

    /// Cuts all connections now.
    void cut() {
        for (Socket socket : List.copyOf(open)) {
            open.remove(socket);
            try {
                socket.close();
            } catch (IOException e) {
                // It is gone.
            }
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        cut();
    }
}
