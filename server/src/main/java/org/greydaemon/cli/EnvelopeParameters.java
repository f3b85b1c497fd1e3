package org.greydaemon.cli;

import org.greydaemon.json.JsonLine;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Client, sender and recipient of an attempt.
final class EnvelopeParameters {
    @Mixin private ClientAndSender from = new ClientAndSender();

    @Parameters(index = "2", paramLabel = "recipient", description = "The recipient.")
    private String recipient = "";

    @Option(
            names = "--helo",
            paramLabel = "name",
            description = "What the client calls itself, if an exemption asks for it.")
    private @Nullable String helo;

    @Option(
            names = "--host",
            paramLabel = "name",
            description =
                    "The confirmed name of the client's host, if an exemption asks for it (the"
                            + " daemon looks it up).")
    private @Nullable String host;

    /// Adds them to a request.
    JsonLine addTo(JsonLine request) {
        request.put("client", from.client());
        request.put("sender", from.sender()).put("recipient", recipient);
        if (helo != null) {
            request.put("helo", helo);
        }
        return host == null ? request : request.put("host", host);
    }
}
