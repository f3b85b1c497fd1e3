package org.greydaemon.cli;

import org.greydaemon.json.JsonLine;

import picocli.CommandLine.Parameters;

/// Client, sender and recipient of an attempt.
final class EnvelopeParameters {
    @Parameters(index = "0", paramLabel = "client", description = "The client's IP address.")
    private String client = "";

    @Parameters(
            index = "1",
            paramLabel = "sender",
            description = "The reverse-path; '' or '<>' is the null sender.")
    private String sender = "";

    @Parameters(index = "2", paramLabel = "recipient", description = "The recipient.")
    private String recipient = "";

    /// Adds them to a request.
    JsonLine addTo(JsonLine request) {
        return request.put("client", client).put("sender", sender).put("recipient", recipient);
    }
}
