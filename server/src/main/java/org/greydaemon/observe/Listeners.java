package org.greydaemon.observe;

import org.greydaemon.log.FaultLog;
import org.greydaemon.server.ConnectionServer;
import org.greydaemon.server.DatagramServer;
import org.greydaemon.wire.http.HttpFrontEnd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where mail servers ask, for who watches. Safe for use by several threads.
///
/// @param udp the original's protocol
/// @param policy policy requests and words
/// @param policyFaults the requests there that made no sense
/// @param milter the milter protocol
/// @param milterFaults the connections there that spoke nothing of it
/// @param http questions in JSON, health and metrics
public record Listeners(
        DatagramServer udp,
        ConnectionServer policy,
        FaultLog policyFaults,
        ConnectionServer milter,
        FaultLog milterFaults,
        Optional<HttpFrontEnd> http) {

    /// Those with connections.
    public List<ConnectionServer> servers() {
        List<ConnectionServer> servers = new ArrayList<>(List.of(policy, milter));
        http.map(HttpFrontEnd::server).ifPresent(servers::add);
        return servers;
    }

    /// Where they listen, UDP first, as `policy 127.0.0.1:10023`.
    public List<String> places() {
        List<String> places = new ArrayList<>();
        places.add("udp " + udp.localEndpoint());
        for (ConnectionServer server : servers()) {
            server.addresses().forEach(address -> places.add(server.name() + " " + address));
        }
        return places;
    }
}
