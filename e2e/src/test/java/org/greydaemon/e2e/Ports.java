package org.greydaemon.e2e;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Ports of 127.0.0.1 that nobody else takes before somebody listens there, or while a server is
/// started again: none that the kernel gives to clients and to who asks for any (from 32768 on,
/// ip(7) at `ip_local_port_range`), none twice, and for each process of tests that runs beside
/// others its own.
public final class Ports {
    private static final int FROM = 12_000;

    /// Of each process; the port 10,000 above each is nobody's either.
    private static final int EACH = 2_500;

    private static final int PROCESSES = 4;

    private static final int ABOVE = 10_000;

    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(EACH));

    private Ports() {}

    /// One that is free for connections and for datagrams.
    public static int free() {
        while (true) {
            int port = FROM + process() * EACH + Math.floorMod(NEXT.getAndIncrement(), EACH);
            if (isFree(port)) {
                return port;
            }
        }
    }

    /// One that is free for connections, like the one 10,000 above it, where a Cluster has its bus.
    public static int freeWithBus() {
        while (true) {
            int port = free();
            if (isFree(port + ABOVE)) {
                return port;
            }
        }
    }

    /// Which of the processes this is: the pom tells, else it is the only one.
    private static int process() {
        return Integer.parseInt(System.getProperty("ports.process", "0")) % PROCESSES;
    }

    private static boolean isFree(int port) {
        InetSocketAddress place = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        try (ServerSocket connections = new ServerSocket();
                DatagramSocket datagrams = new DatagramSocket(place)) {
            connections.bind(place, 1);
            return datagrams.isBound();
        } catch (IOException e) {
            return false; // Somebody is there.
        }
    }
}
