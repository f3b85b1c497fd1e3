package org.greydaemon.cli;

import org.greydaemon.json.JsonLine;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

/// The options that choose entries.
final class SelectionOptions {
    @Option(
            names = "--client",
            paramLabel = "net",
            description = "Of these clients, written as in the white list: 192.0.2.0/24.")
    private @Nullable String client;

    @Option(
            names = "--sender",
            paramLabel = "text",
            description = "With this in the sender; <a@example.org> is the whole of it.")
    private @Nullable String sender;

    @Option(
            names = "--recipient",
            paramLabel = "text",
            description = "With this in the recipient; <b@example.net> is the whole of it.")
    private @Nullable String recipient;

    @Option(
            names = "--older",
            paramLabel = "time",
            converter = AgeConverter.class,
            description = "First seen (a proven client: last seen) this long ago or more: 2h.")
    private @Nullable Long older;

    @Option(
            names = "--younger",
            paramLabel = "time",
            converter = AgeConverter.class,
            description = "Less than this long ago.")
    private @Nullable Long younger;

    @Option(
            names = "--state",
            paramLabel = "state",
            description =
                    "proven or suspect clients, or triplets that are waiting, ready, late or"
                            + " by-lines.")
    private @Nullable String state;

    /// Adds what was chosen to a request.
    JsonLine addTo(JsonLine request) {
        add(request, "client", client);
        add(request, "sender", sender);
        add(request, "recipient", recipient);
        add(request, "state", state);
        if (older != null) {
            request.put("older", older);
        }
        return younger == null ? request : request.put("younger", younger);
    }

    private static void add(JsonLine request, String name, @Nullable String value) {
        if (value != null) {
            request.put(name, value);
        }
    }
}
