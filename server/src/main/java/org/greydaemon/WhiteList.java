package org.greydaemon;

import org.greydaemon.config.DaemonSettings;
import org.greydaemon.exempt.ClientList;
import org.greydaemon.exempt.ClientListException;
import org.greydaemon.log.Event;
import org.greydaemon.log.LineLog;
import org.greydaemon.net.CidrBlock;

import java.util.List;
import java.util.TreeSet;

/// The file of clients that always pass, as it is read at a start and at a reload.
final class WhiteList {
    private WhiteList() {}

    /// Reads the file, if there is one, and tells the operator what is strange in it.
    ///
    /// @throws ClientListException if it cannot be used
    static ClientList read(DaemonSettings settings, LineLog log) throws ClientListException {
        ClientList clients =
                settings.whiteList().isPresent()
                        ? ClientList.read(settings.whiteList().get())
                        : ClientList.EMPTY;
        clients.warnings().forEach(warning -> log.tell(Event.WHITE_LIST, warning));
        if (settings.debug()) {
            show(clients, log);
        }
        return clients;
    }

    /// The original's debug lines: each range in hexadecimal, and all prefix lengths.
    private static void show(ClientList clients, LineLog log) {
        TreeSet<Integer> lengths = new TreeSet<>();
        for (CidrBlock block : clients.blocks()) {
            String bits =
                    block.address().isIpv4()
                            ? "%08x".formatted((int) block.address().low())
                            : "%016x%016x".formatted(block.address().high(), block.address().low());
            log.tell(Event.RANGE, block + "  = " + bits + " / " + block.prefixLength());
            lengths.add(block.prefixLength());
        }
        List<String> longestFirst = lengths.descendingSet().stream().map(String::valueOf).toList();
        log.tell(Event.MASKS, String.join(" ", longestFirst));
    }
}
