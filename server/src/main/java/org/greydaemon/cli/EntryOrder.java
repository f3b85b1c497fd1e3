package org.greydaemon.cli;

import org.greydaemon.net.IpAddress;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// How `greyctl list` sorts entries. The names in lower case are the words of the command line.
enum EntryOrder {
    /// The one seen longest ago first.
    AGE(Comparator.<ControlClient.Line>comparingLong(line -> line.number("age")).reversed()),
    /// By address; what is none, behind them by text.
    CLIENT(
            Comparator.<ControlClient.Line, Boolean>comparing(line -> address(line).isEmpty())
                    .thenComparing(line -> address(line).orElse(IpAddress.ipv4(0)))
                    .thenComparing(line -> line.text("client"))),
    /// By text.
    SENDER(Comparator.comparing(line -> line.text("sender"))),
    /// By text.
    RECIPIENT(Comparator.comparing(line -> line.text("recipient")));

    @SuppressWarnings("ImmutableEnumChecker") // Comparators have no type that says so.
    private final Comparator<ControlClient.Line> comparator;

    EntryOrder(Comparator<ControlClient.Line> comparator) {
        this.comparator = comparator;
    }

    /// The order with this word.
    static Optional<EntryOrder> named(String word) {
        return Arrays.stream(values())
                .filter(order -> order.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst();
    }

    /// Puts lines of an answer into the order.
    Comparator<ControlClient.Line> comparator() {
        return comparator;
    }

    /// The address of a client; of an IPv6 client the modern rules know the /64.
    private static Optional<IpAddress> address(ControlClient.Line line) {
        String client = line.text("client");
        int slash = client.indexOf('/');
        return IpAddress.parse(slash < 0 ? client : client.substring(0, slash));
    }
}
