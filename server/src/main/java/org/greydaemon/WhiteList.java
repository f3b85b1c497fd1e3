package org.greydaemon;

import org.greydaemon.exempt.ClientList;
import org.greydaemon.exempt.ClientListException;
import org.greydaemon.gate.Gate;
import org.greydaemon.log.LineLog;
import org.greydaemon.net.CidrBlock;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// The file of clients that always pass, and its reload. Reloads come from the thread of the
/// signal.
final class WhiteList {
    private final Optional<Path> file;
    private final boolean debug;
    private final LineLog log;
    private final ClientList first;

    /// Reads the file for the first time.
    ///
    /// @throws ClientListException if it cannot be used
    WhiteList(Optional<Path> file, boolean debug, LineLog log) throws ClientListException {
        this.file = file;
        this.debug = debug;
        this.log = log;
        first = read();
    }

    private ClientList read() throws ClientListException {
        ClientList clients = file.isPresent() ? ClientList.read(file.get()) : ClientList.EMPTY;
        clients.warnings().forEach(log::line);
        if (debug) {
            show(clients);
        }
        return clients;
    }

    /// The clients that were read at start.
    ClientList clients() {
        return first;
    }

    /// Reads the file again; if it cannot be used, the clients from before go on.
    void reload(Gate gate) {
        if (file.isEmpty()) {
            log.line("reload: there is no white list; name one with -w and start anew");
            return;
        }
        try {
            ClientList clients = read();
            gate.exemptClients(clients);
            log.line("reload: " + clients.exemptions().size() + " entries from " + file.get());
        } catch (ClientListException e) {
            e.problems().forEach(log::line);
            log.line(
                    "reload: the white list from before goes on; mend "
                            + file.get()
                            + " and reload");
        }
    }

    /// The original's debug lines: each range in hexadecimal, and all prefix lengths.
    private void show(ClientList clients) {
        TreeSet<Integer> lengths = new TreeSet<>();
        for (CidrBlock block : clients.blocks()) {
            String bits =
                    block.address().isIpv4()
                            ? "%08x".formatted((int) block.address().low())
                            : "%016x%016x".formatted(block.address().high(), block.address().low());
            log.line("addrange " + block + "  = " + bits + " / " + block.prefixLength());
            lengths.add(block.prefixLength());
        }
        List<String> longestFirst = lengths.descendingSet().stream().map(String::valueOf).toList();
        log.line("masks " + String.join(" ", longestFirst));
    }
}
