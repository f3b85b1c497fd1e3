package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.decision.Attempts.attempt;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Cause;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Rule;
import org.greydaemon.decision.Source;
import org.greydaemon.exempt.AllowedLines;
import org.greydaemon.exempt.ClientList;
import org.greydaemon.exempt.ExemptionFile;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.exempt.Expected;
import org.greydaemon.exempt.ExpectedRecipient;
import org.greydaemon.exempt.HostNames;
import org.greydaemon.exempt.RecipientDelimiter;
import org.greydaemon.store.Store;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;

/// Mail that is expected passes at the first attempt, proves nobody, and helps nobody else.
final class GateExpectedTest {
    private static final String CODES = "codes@example.org";

    @TempDir Path folder;

    private final Decision decision = new Decision(10);
    private TestGate gate = TestGate.modern();
    private Expected expected = Expected.none();

    @BeforeEach
    void read() throws Exception {
        expected =
                Expected.read(folder.resolve("expected"), problem -> assertThat(problem).isNull());
        gate.expect(expected);
    }

    private long wall() {
        return gate.clock().getAsLong() + gate.clock().wallOffsetSeconds();
    }

    private void expect(String recipient, boolean once) throws Exception {
        assertThat(
                        expected.expect(
                                ExpectedRecipient.parse(recipient),
                                once,
                                600,
                                "root",
                                this::wall,
                                RecipientDelimiter.USUAL))
                .isEmpty();
    }

    private Reason decide(String client, String sender, String... recipients) {
        gate.gate().decide(attempt(client, sender, recipients), gate.clock().getAsLong(), decision);
        return decision.reason();
    }

    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void whateverComesPassesAndProvesNobody(String rules) throws Exception {
        gate = TestGate.by(rules).expect(expected);
        expect("Carol@Example.net", false);
        assertThat(decide("192.0.2.7", CODES, "carol@example.net")).isEqualTo(Reason.EXEMPT);
        byte[] by = new byte[Cause.TEXT_MAX];
        assertThat(new String(by, 0, decision.cause().write(by, 0), UTF_8))
                .isEqualTo("expected:recipient:carol@example.net");
        assertThat(decide("192.0.2.8", "a@b.c", "carol+login@example.net."))
                .isEqualTo(Reason.EXEMPT);
        assertThat(decide("192.0.2.7", CODES, "bob@example.net")).isEqualTo(Reason.NEW);
        assertThat(expected.cancel("carol@example.net")).isTrue();
        gate.pass(301);
        assertThat(decide("192.0.2.7", CODES, "carol@example.net"))
                .as("its triplet and its client are not remembered")
                .isEqualTo(Reason.NEW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void otherRecipientsOfTheMessageStillWait(String rules) throws Exception {
        gate = TestGate.by(rules).expect(expected);
        expect("carol@example.net", true);
        assertThat(decide("192.0.2.7", CODES, "carol@example.net", "bob@example.net").accepts())
                .isFalse();
        assertThat(decide("192.0.2.7", CODES, "carol@example.net"))
                .as("the same sender, for it was not answered that carol's would pass")
                .isEqualTo(Reason.EXEMPT);
        gate.pass(300);
        assertThat(decide("192.0.2.7", CODES, "carol@example.net", "bob@example.net").accepts())
                .isTrue();
    }

    @Test
    void onceIsForTheFirstSenderAndItsRepetitions() throws Exception {
        expect("carol@example.net", true);
        assertThat(decide("192.0.2.7", CODES, "carol@example.net")).isEqualTo(Reason.EXEMPT);
        assertThat(decide("192.0.2.99", CODES, "carol@example.net"))
                .as("again from its network")
                .isEqualTo(Reason.EXEMPT);
        assertThat(decide("192.0.2.7", "spam@example.com", "carol@example.net"))
                .isEqualTo(Reason.NEW);
        assertThat(decide("203.0.113.9", CODES, "carol@example.net")).isEqualTo(Reason.NEW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void whoHasComeOnceIsKnownAfterARestart(String rules) throws Exception {
        gate = TestGate.by(rules).expect(expected);
        expect("carol@example.net", true);
        assertThat(decide("192.0.2.7", CODES, "carol@example.net")).isEqualTo(Reason.EXEMPT);
        assertThat(expected.isToWrite()).isTrue();
        expected.writeUses();
        assertThat(expected.isToWrite()).isFalse();
        for (int i = 0; i < 2; i++) {
            read();
            assertThat(expected.isToWrite()).isFalse();
            gate = TestGate.by(rules).expect(expected);
            assertThat(decide("203.0.113.9", "spam@example.com", "carol@example.net"))
                    .isEqualTo(Reason.NEW);
            assertThat(decide("192.0.2.99", CODES, "carol@example.net"))
                    .as("again from its network")
                    .isEqualTo(Reason.EXEMPT);
            expect("dora@example.net", false); // The file is written anew.
        }
    }

    @Test
    void whoIsOnlyForeseenTakesNothing() throws Exception {
        expect("carol@example.net", true);
        Attempt attempt = new Attempt(10 * Key.ADDRESS_MAX, 1);
        attempt.start(new Source(Source.Protocol.HTTP));
        attempt.client("192.0.2.9".getBytes(UTF_8), 0, 9);
        attempt.sender("x@y.z".getBytes(UTF_8), 0, 5);
        attempt.recipient("carol@example.net".getBytes(UTF_8), 0, 17);
        gate.ledger().foresee(attempt, gate.clock().getAsLong(), decision);
        assertThat(decision.reason()).isEqualTo(Reason.EXEMPT);
        assertThat(decide("192.0.2.7", CODES, "carol@example.net")).isEqualTo(Reason.EXEMPT);
    }

    @Test
    void aLineThatGreylistsDoesNotKeepItBack() throws Exception {
        gate.expect(
                expected,
                "greylist delay 1h client 192.0.2.0/24",
                "greylist recipient carol@example.net");
        expect("carol@example.net", false);
        assertThat(decide("192.0.2.7", CODES, "carol@example.net")).isEqualTo(Reason.EXEMPT);
        assertThat(decide("192.0.2.7", CODES, "bob@example.net")).isEqualTo(Reason.NEW);
        assertThat(decision.retryInSeconds()).isEqualTo(3600);
    }

    @Test
    void itEndsAndSurvivesARestartUntilThen() throws Exception {
        expect("carol@example.net", false);
        gate.pass(599);
        read();
        assertThat(decide("192.0.2.7", CODES, "carol@example.net")).isEqualTo(Reason.EXEMPT);
        gate.pass(1);
        expected.end(wall());
        assertThat(decide("192.0.2.7", CODES, "carol@example.net")).isEqualTo(Reason.NEW);
        assertThat(expected.size()).isZero();
    }

    @Test
    void anAttemptThatIsCutIsNotExpected() throws Exception {
        expect("carol@example.net", false);
        Attempt attempt = new Attempt(10 * Key.ADDRESS_MAX, 1);
        attempt.start(new Source(Source.Protocol.HTTP));
        attempt.client("192.0.2.7".getBytes(UTF_8), 0, 9);
        attempt.sender("x@y.z".getBytes(UTF_8), 0, 5);
        attempt.recipient("carol@example.net".getBytes(UTF_8), 0, 17);
        attempt.cut();
        gate.gate().decide(attempt, gate.clock().getAsLong(), decision);
        assertThat(decision.accepts()).isFalse();
    }

    /// Something happens the next time that somebody only looks.
    private static final class StoreWithAnEvent implements Store {
        private final MapStore store = new MapStore();
        private Runnable event = () -> {};

        @Override
        public long step(Key key, Rule rule, long now) {
            Runnable next = event;
            if (rule.equals(Rule.LOOK)) {
                event = () -> {};
                next.run();
            }
            return store.step(key, rule, now);
        }

        @Override
        public void commit() {
            store.commit();
        }

        @Override
        public void visit(Visitor visitor) {
            store.visit(visitor);
        }

        @Override
        public long entries() {
            return store.entries();
        }

        @Override
        public long entries(Key.Kind kind) {
            return store.entries(kind);
        }

        @Override
        public void close() {
            store.close();
        }
    }

    /// Two mails come at the same time, and one was expected.
    @Test
    void whatAnotherMailHasTakenMeanwhileLetsNobodyPass() throws Exception {
        expect("carol@example.net", true);
        StoreWithAnEvent store = new StoreWithAnEvent();
        ExemptionFile file = ExemptionFile.parse("e", List.of("listed white.example"));
        ExemptionLists lists = new ExemptionLists(ClientList.EMPTY, List.of(file), false);
        Gate both =
                new Gate(
                        new Gate.Terms(
                                Exemptions.of(lists, AllowedLines.NONE, expected, wall()),
                                gate.gate().terms().rules(),
                                (_, _, _) -> {}),
                        store,
                        gate.tally(),
                        HostNames.NONE,
                        SpfChecks.NONE);
        long now = gate.clock().getAsLong();
        new Ledger(both).startClock(attempt("192.0.2.7", CODES, "bob@example.net"), now - 300);
        Decision other = new Decision(1);
        store.event =
                () -> both.decide(attempt("203.0.113.9", "a@b.c", "carol@example.net"), now, other);
        Attempt attempt = attempt("192.0.2.7", CODES, "carol@example.net", "bob@example.net");
        assertThat(both.judge(attempt, now, decision)).isTrue();
        assertThat(other.reason()).isEqualTo(Reason.EXEMPT);
        assertThat(decision.reason()).as("bob's has waited").isEqualTo(Reason.PASSED);
        assertThat(decision.recipientReason(0)).isEqualTo(Reason.NEW);
    }
}
