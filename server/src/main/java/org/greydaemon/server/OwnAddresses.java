package org.greydaemon.server;

import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.IpAddress;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The addresses of this host, whose programs may always ask: what a host sends to one of its own
/// addresses comes from there. Looked up again when somebody is not allowed, at most every ten
/// seconds, as addresses come and go. Safe for use by several threads.
public final class OwnAddresses {
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(10);

    private volatile Seen seen = new Seen(CidrSet.EMPTY, System.nanoTime() - FRESH_NANOS);

    private record Seen(CidrSet addresses, long nanoTime) {}

    /// Whether an address is this host's.
    public boolean contains(long high, long low) {
        long now = System.nanoTime();
        Seen last = seen;
        if (now - last.nanoTime >= FRESH_NANOS) {
            last = new Seen(read(), now);
            seen = last;
        }
        return last.addresses.contains(high, low);
    }

    private static CidrSet read() {
        List<CidrBlock> blocks = new ArrayList<>();
        try (Stream<NetworkInterface> interfaces = NetworkInterface.networkInterfaces()) {
            interfaces
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(InetAddress::getAddress)
                    .map(IpAddress::ofBytes)
                    .forEach(a -> blocks.add(new CidrBlock(a, a.isIpv4() ? 32 : 128)));
        } catch (SocketException e) {
            return CidrSet.EMPTY; // Then only those that are allowed by name may ask.
        }
        return CidrSet.of(blocks);
    }
}
