package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.json.Json;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// How `greyctl list --sort` sorts.
final class EntryOrderTest {
    private static List<String> byClient(String... clients) {
        return Stream.of(clients)
                .map(client -> new ControlClient.Line("", Map.of("client", new Json.Text(client))))
                .sorted(EntryOrder.CLIENT.comparator())
                .map(line -> line.text("client"))
                .toList();
    }

    @Test
    void networksOfIpv6AreSortedAsAddresses() {
        assertThat(byClient("2001:db8:9::/64", "192.0.2.10", "2001:db8:1::/64", "192.0.2.9"))
                .containsExactly("192.0.2.9", "192.0.2.10", "2001:db8:1::/64", "2001:db8:9::/64");
    }

    @Test
    void whatIsNoAddressIsBehindThemByText() {
        assertThat(byClient("mx.example", "192.0.2.9", "a.example", "2001:db8::/64"))
                .containsExactly("192.0.2.9", "2001:db8::/64", "a.example", "mx.example");
    }
}
