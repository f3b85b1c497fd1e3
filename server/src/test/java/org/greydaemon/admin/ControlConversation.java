package org.greydaemon.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.gate.TestGate;
import org.greydaemon.history.Histories;
import org.greydaemon.json.JsonLine;
import org.greydaemon.log.FaultLog;
import org.greydaemon.wire.Dialogue;
import org.greydaemon.wire.words.Operator;
import org.greydaemon.wire.words.WordsHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Asks a handler of its own as greyctl does. 198.51.100.0/24 is exempt; a retry counts after 300
/// seconds.
@Timeout(60)
abstract class ControlConversation {
    static final String ENVELOPE =
            "\"client\":\"192.0.2.7\",\"sender\":\"a@example.org\",\"recipient\":\"b@example.net\"";

    final TestGate gate = TestGate.original();
    final List<String> log = new ArrayList<>();
    final ExemptionSources exemptions;
    boolean mayAsk = true;
    boolean saves = true;
    Reloaded reloaded = new Reloaded(Optional.empty(), List.of(), List.of());

    final Dialogue control = new Dialogue(connection -> handler().serve(connection, mayAsk));

    final Dialogue words =
            new Dialogue(
                    new WordsHandler(
                                    gate.gate(),
                                    gate.clock(),
                                    new Operator(
                                            gate.ledger(),
                                            gate.tally()::count,
                                            () -> {},
                                            () -> true),
                                    "mx.example.net",
                                    new FaultLog((octets, length) -> {}))
                            ::inLoop);

    ControlConversation(Path folder) throws IOException {
        ExemptionLists lists = new ExemptionLists(TestGate.whiteList(), List.of(), false);
        exemptions =
                new ExemptionSources(
                        lists,
                        folder.resolve("savefile.allowed"),
                        folder.resolve("savefile.expected"),
                        gate.clock(),
                        log::add);
        exemptions.tell(gate.gate()::exempt);
    }

    private ControlHandler handler() {
        Operations operations =
                new Operations(
                        () -> new JsonLine().put("ok", true).put("version", "1"),
                        () -> saves,
                        () -> reloaded,
                        Histories.none(gate.clock()),
                        exemptions,
                        (octets, length) -> log.add(new String(octets, 0, length, ISO_8859_1)));
        return new ControlHandler(
                gate.ledger(),
                gate.clock(),
                operations,
                new Watchers(gate.clock()::wallOffsetSeconds),
                TakeOvers.refused());
    }

    @AfterEach
    void close() {
        control.close();
        words.close();
        exemptions.stop(); // Nobody writes while the folder is deleted.
    }

    String ask(String members) {
        return control.ask("{" + members + "}\n").strip();
    }

    void prove(String client) {
        long now = gate.clock().getAsLong();
        control.ask(
                "{\"command\":\"import\"}\n{\"client\":\"%s\",\"last_seen\":%d}\n"
                        .formatted(client, now));
    }

    void deliver() {
        words.ask("192.0.2.7 a@example.org b@example.net\n");
    }
}
