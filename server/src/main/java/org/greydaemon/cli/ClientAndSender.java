package org.greydaemon.cli;

import picocli.CommandLine.Parameters;

/// From where an attempt comes, and by whom.
final class ClientAndSender {
    @Parameters(index = "0", paramLabel = "client", description = "The client's IP address.")
    private String client = "";

    @Parameters(
            index = "1",
            paramLabel = "sender",
            description = "The reverse-path; '' or '<>' is the null sender.")
    private String sender = "";

    /// As it was written.
    String client() {
        return client;
    }

    /// As it was written.
    String sender() {
        return sender;
    }
}
