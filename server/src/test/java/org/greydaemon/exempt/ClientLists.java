package org.greydaemon.exempt;

import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.IpAddress;

import java.util.List;

/// White lists, and who is exempt by them.
final class ClientLists {
    private ClientLists() {}

    static ClientList parsed(String... lines) throws MistakeException {
        return ClientList.parse("greywhite", List.of(lines));
    }

    static boolean isExempt(ClientList list, String client) {
        IpAddress address = address(client);
        return list.contains(address.high(), address.low());
    }

    static IpAddress address(String text) {
        return IpAddress.parse(text).orElseThrow();
    }
}
