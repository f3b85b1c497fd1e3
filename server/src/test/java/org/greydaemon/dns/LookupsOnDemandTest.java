package org.greydaemon.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Type;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// Which servers are asked while the file that names the system's changes.
@Timeout(60)
final class LookupsOnDemandTest {
    private final AtomicLong nanos = new AtomicLong(7);

    @TempDir Path folder;

    private SystemServers servers(int port, String... lines) throws IOException {
        name(lines);
        return new SystemServers(folder.resolve("resolv.conf"), port, nanos::get);
    }

    private void name(String... lines) throws IOException {
        Files.writeString(folder.resolve("resolv.conf"), String.join("\n", lines));
    }

    @Test
    void aServerThatTheFileNamesLaterIsAskedWithoutARestart() throws IOException {
        try (DnsServer dns = new DnsServer()) {
            dns.knows("7.2.0.192.in-addr.arpa.", Type.PTR, "mx.example.org.")
                    .knows("mx.example.org.", Type.A, "192.0.2.7");
            SystemServers system = servers(dns.endpoint().port(), "nameserver 127.0.0.2");
            LookupsOnDemand lookups = new LookupsOnDemand(Optional.empty(), system, () -> {});
            Lookups before = lookups.get();
            name("nameserver 127.0.0.1");
            nanos.addAndGet(SystemServers.LOOK_NANOS - 1);
            assertThat(lookups.get()).as("not read for every name").isSameAs(before);
            nanos.incrementAndGet();
            assertThat(lookups.get().confirmed(IpAddress.parse("192.0.2.7").orElseThrow()).join())
                    .containsExactly("mx.example.org");
        }
    }

    @Test
    void whoIsAskedAndWhatTheySaidStaysWhileTheFileNamesNobodyElse() throws IOException {
        SystemServers system = servers(53, "nameserver 192.0.2.53");
        LookupsOnDemand lookups = new LookupsOnDemand(Optional.empty(), system, () -> {});
        Lookups before = lookups.get();
        for (String lines : new String[] {"nameserver 192.0.2.53\noptions edns0", "", "nameserv"}) {
            name(lines);
            nanos.addAndGet(SystemServers.LOOK_NANOS);
            assertThat(lookups.get()).isSameAs(before);
        }
        Files.delete(folder.resolve("resolv.conf"));
        nanos.addAndGet(SystemServers.LOOK_NANOS);
        assertThat(lookups.get()).isSameAs(before);
    }

    @Test
    void serversAreNamedAsInResolvConf() throws IOException {
        SystemServers system =
                servers(
                        53,
                        "# nameserver 192.0.2.1",
                        "search nameserver 192.0.2.2",
                        "nameserver\t192.0.2.3 # the first one",
                        "nameserver mx.example.org",
                        "nameserver",
                        "nameserver 2001:db8::53",
                        "nameserver 192.0.2.3");
        assertThat(system.read())
                .containsExactly(
                        new InetSocketAddress("192.0.2.3", 53),
                        new InetSocketAddress("2001:db8::53", 53));
        assertThat(system.local().getAddress().isLoopbackAddress()).isTrue();
    }
}
