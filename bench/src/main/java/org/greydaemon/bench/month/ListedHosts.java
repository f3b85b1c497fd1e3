package org.greydaemon.bench.month;

import org.greydaemon.exempt.AllowedLines;
import org.greydaemon.exempt.ClientList;
import org.greydaemon.exempt.ExemptionFile;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.exempt.Listings;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.IpAddress;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A list in DNS of hosts that send good mail, such as dnswl.org. A host is on it or not, whoever
/// sends from it.
final class ListedHosts implements Listings {
    private static final String LINE = "pass listed list.dnswl.org";
    private static final IpAddress ON_IT = IpAddress.ipv4(0x7f00_0001);

    private final Set<IpAddress> hosts = new HashSet<>();

    /// @param share per cent of the hosts that send good mail are on the list
    ListedHosts(List<Delivery> month, double share) {
        for (Delivery delivery : month) {
            for (int i = 0; delivery.isGood() && i < delivery.attempts(); i++) {
                String client = delivery.envelope(i).client();
                if (new Dice(Correspondent.number(client)).percent(share)) {
                    hosts.add(IpAddress.parse(client).orElseThrow());
                }
            }
        }
    }

    /// The line that lets them pass.
    ///
    /// @param now in seconds
    static Exemptions pass(long now) {
        try {
            ExemptionFile file = ExemptionFile.parse("month", List.of(LINE));
            return Exemptions.of(
                    new ExemptionLists(ClientList.EMPTY, List.of(file), false),
                    AllowedLines.NONE,
                    now);
        } catch (MistakeException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Optional<List<IpAddress>> of(IpAddress client, String zone) {
        return Optional.of(hosts.contains(client) ? List.of(ON_IT) : List.of());
    }
}
