package org.greydaemon;

import org.greydaemon.config.DaemonSettings;
import org.greydaemon.exempt.ClientList;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.log.Event;
import org.greydaemon.log.LineLog;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.CidrBlock;

import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Reads the white list and the exemption files, at the start and at a reload.
final class ExemptionReader {
    private ExemptionReader() {}

    /// Reads the files, if there are any.
    ///
    /// @param warn hears what is strange in them, for the operator
    /// @throws MistakeException if one of them cannot be used; it has the problems of all
    static ExemptionLists read(DaemonSettings settings, LineLog log, Consumer<String> warn)
            throws MistakeException {
        ExemptionLists lists = settings.exemptionLists();
        lists.whiteList().warnings().forEach(warn);
        if (settings.debug()) {
            show(lists.whiteList(), log);
        }
        return lists;
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
