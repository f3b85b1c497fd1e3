package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Attempts;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/// Which mail passes by the operator's lines, and by what happens to mail that no line decides.
final class GateExemptionTest extends GateAsked {
    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void anExemptSenderPassesAndLeavesNoEntry(String rules) {
        TestGate gate = TestGate.by(rules).exempt("sender example.org client 192.0.2.0/24");
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.EXEMPT);
        assertThat(decision.recipients()).isZero();
        assertThat(gate.store().entries()).isZero();
        assertThat(gate.gate().terms().exemptions().all().toList().getLast().uses()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void anExemptRecipientPassesAlone(String rules) {
        TestGate gate = TestGate.by(rules).exempt("recipient support@example.net");
        assertThat(decide(gate, "support@example.net")).isEqualTo(Reason.EXEMPT);
        assertThat(decision.recipients()).isEqualTo(1);
        assertThat(gate.store().entries()).isZero();
    }

    /// Else whoever adds the postmaster to the recipients would pass for all of them.
    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void amongOthersAnExemptRecipientDecidesNothing(String rules) {
        TestGate gate = TestGate.by(rules).exempt("recipient support@example.net");
        assertThat(decide(gate, "support@example.net", "bob@example.net")).isEqualTo(Reason.NEW);
        assertThat(decision.recipientReason(0)).isEqualTo(Reason.EXEMPT);
        assertThat(decision.recipientReason(1)).isEqualTo(Reason.NEW);
        assertThat(gate.store().entries()).isEqualTo(1);
        gate.pass(300);
        assertThat(decide(gate, "bob@example.net", "support@example.net")).isEqualTo(Reason.PASSED);
    }

    /// What greyctl has allowed and the white list come first.
    @Test
    void theWhiteListComesFirst() {
        TestGate gate = TestGate.modern().exempt("greylist client 198.51.100.0/24");
        Attempt attempt = attempt("bob@example.net");
        byte[] client = "198.51.100.9".getBytes(UTF_8);
        attempt.client(client, 0, client.length);
        attempt.sender("a@b".getBytes(UTF_8), 0, 3);
        assertThat(decide(gate, attempt)).isEqualTo(Reason.EXEMPT);
    }

    @Test
    void onlyTheSuspicious() {
        TestGate gate =
                TestGate.modern()
                        .otherwisePasses("greylist not confirmed")
                        .host("192.0.2.9", "a.b");
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.NEW);
        assertThat(by()).isEqualTo("exemptions:1");
        Attempt named = attempt("bob@example.net");
        named.evidence().hosts(List.of("mail.example.org"));
        assertThat(decide(gate, named)).isEqualTo(Reason.EXEMPT);
        assertThat(by()).isEqualTo("otherwise");
        assertThat(decision.recipients()).isZero();
        // Nobody is suspect because DNS does not answer.
        assertThat(decide(gate.withoutDns(), "dave@example.net")).isEqualTo(Reason.EXEMPT);
    }

    @Test
    void whatIsCutNeverPassesByWhatNoLineDecides() {
        TestGate gate = TestGate.modern().otherwisePasses("greylist sender example.com");
        Attempt cut = attempt("bob@example.net");
        cut.cut();
        assertThat(decide(gate, cut)).isEqualTo(Reason.NEW);
        TestGate passing =
                TestGate.modern().exempt("greylist sender example.com", "client 192.0.2.7");
        assertThat(decide(passing, cut)).isEqualTo(Reason.NEW);
    }

    @Test
    void whoHasNotOptedInIsNotGreylisted() {
        TestGate gate = TestGate.modern().exempt("opt-in example.net");
        assertThat(decide(gate, "bob@example.com")).isEqualTo(Reason.EXEMPT);
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.NEW);
    }

    @Test
    void whoHasOptedInWaitsWhateverHappensOtherwise() {
        TestGate gate = TestGate.modern().otherwisePasses("opt-in example.net");
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.NEW);
        assertThat(decide(gate, "bob@example.com")).isEqualTo(Reason.EXEMPT);
        assertThat(by()).isEqualTo("not-opted-in");
    }

    /// One file has bob wait a minute and carol pass, the other carol two minutes and bob pass: by
    /// a mixture of both a message to them would pass, or wait another time.
    @Test
    @Timeout(60)
    void nobodyIsJudgedByAMixtureOfTwoFilesWhileTheyAreReloaded() throws Exception {
        TestGate gate = TestGate.modern();
        String[] one = {
            "greylist delay 60s recipient bob@example.net", "recipient carol@example.net"
        };
        String[] other = {
            "recipient bob@example.net", "greylist delay 2m recipient carol@example.net"
        };
        gate.exempt(one);
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        AtomicBoolean ends = new AtomicBoolean();
        List<Thread> askers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            askers.add(Thread.ofPlatform().start(() -> ask(gate, ends, wrong)));
        }
        for (int i = 0; i < 500; i++) {
            gate.exempt(i % 2 == 0 ? other : one);
        }
        ends.set(true);
        for (Thread asker : askers) {
            asker.join();
        }
        assertThat(wrong).isEmpty();
        assertThat(gate.tally().count(Reason.NEW)).isGreaterThanOrEqualTo(300);
    }

    /// Asks on and on, a hundred times at least.
    private static void ask(TestGate gate, AtomicBoolean ends, Queue<String> wrong) {
        Decision own = new Decision(10);
        for (int i = 0; i < 100 || !ends.get(); i++) {
            Attempt attempt =
                    Attempts.attempt(
                            "192.0.2.7",
                            Thread.currentThread().threadId() + "-" + i + "@a.example.org",
                            "bob@example.net",
                            "carol@example.net");
            gate.gate().decide(attempt, gate.clock().getAsLong(), own);
            boolean isOne = own.recipientReason(1) == Reason.EXEMPT;
            if (own.accepts()
                    || own.recipientReason(isOne ? 0 : 1) == Reason.EXEMPT
                    || own.retryInSeconds() != (isOne ? 60 : 120)) {
                wrong.add(own.reason() + " in " + own.retryInSeconds());
            }
        }
    }
}
