package org.greydaemon.bench.month;

import org.greydaemon.bench.month.Provider.Choice;
import org.greydaemon.decision.Evidence.Spf;
import org.greydaemon.replay.Envelope;

import java.util.List;
import java.util.Optional;

/// One message of a correspondent on its way: from which host each of its attempts comes.
///
/// @param sender who sends it
/// @param recipient to whom
/// @param dice of the message
record Journey(Correspondent sender, String recipient, Dice dice) {
    private static final int FAMILY = 1;
    private static final int HOST = 2;
    private static final int ADDRESS = 3;
    private static final int ATTEMPT = 1000;
    private static final int POOL = 1_000_000;

    /// What the n-th attempt looks like, from 0 on.
    Envelope attempt(int n) {
        Provider provider = sender.provider();
        Dice own = dice.of(ATTEMPT + n);
        boolean overIpv6 =
                provider.choice() == Choice.BOTH
                        ? n % 2 == 1
                        : dice.of(FAMILY).percent(provider.ipv6Share());
        String address = provider.isOwn() ? ownAddress(overIpv6, own) : address(overIpv6, own);
        int number = (int) (Correspondent.number(address) % 1000);
        List<String> hosts =
                sender.hostNames().equals(List.of(ODD))
                        ? Addresses.named(DEFAULT_NAME, address, number, "")
                        : sender.hostNames().isEmpty()
                                ? List.of()
                                : Addresses.named(
                                        sender.hostNames().getFirst(),
                                        address,
                                        number,
                                        sender.domain());
        return new Envelope(
                address,
                Optional.of(hosts),
                hosts.isEmpty() ? "mail." + sender.domain() : hosts.getFirst(),
                sender.address(recipient, dice.of(ADDRESS), own),
                List.of(recipient),
                false,
                sender.hasSpf() ? Spf.PASS : Spf.NONE);
    }

    /// Stands for a host whose name is the default one of its hoster.
    static final String ODD = "odd";

    private static final String DEFAULT_NAME = "static.%a.clients.hoster.example";

    private String address(boolean overIpv6, Dice own) {
        Provider provider = sender.provider();
        List<String> networks = overIpv6 ? provider.networks6() : provider.networks();
        Dice fixed = dice.of(HOST);
        int network = fixed.below(networks.size());
        int host = fixed.below(provider.hosts());
        switch (provider.choice()) {
            case NET -> host = any(own, provider.hosts());
            case ANY -> {
                int all = any(own, networks.size() * provider.hosts());
                network = all / provider.hosts();
                host = all % provider.hosts();
            }
            case HOST, BOTH, PRIVACY -> {}
        }
        String text = networks.get(network);
        // Hosts lie here and there in their network.
        int spread = 1 + host * 253 / provider.hosts();
        return overIpv6
                ? Addresses.in6(text.substring(0, text.indexOf("::")), 0x100 + spread)
                : Addresses.in(text.substring(0, text.lastIndexOf('.')), spread);
    }

    /// Any of so many hosts, of which one message sees some only.
    private int any(Dice own, int hosts) {
        int of = sender.provider().of();
        return of >= hosts ? own.below(hosts) : dice.of(POOL + own.below(of)).below(hosts);
    }

    /// An address of the sender's own server or servers.
    private String ownAddress(boolean overIpv6, Dice attempt) {
        Provider provider = sender.provider();
        Dice home = new Dice(Correspondent.number(sender.domain()));
        if (overIpv6) {
            long host = provider.choice() == Choice.PRIVACY ? attempt.bits() : 0x25;
            return Addresses.in6(Addresses.network6(home), host);
        }
        int first = home.below(200);
        int host = provider.hosts() == 1 ? 0 : attempt.below(provider.hosts());
        return Addresses.in(Addresses.network(home), first + host);
    }
}
