package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Attempts;
import org.greydaemon.decision.Cause;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/// What lines do to mail that they have wait, and to mail that no line decides.
final class GateTermsTest {
    private final Decision decision = new Decision(10);

    private static Attempt attempt(String... recipients) {
        return Attempts.attempt("192.0.2.7", "alice@example.org", recipients);
    }

    private Reason decide(TestGate gate, String... recipients) {
        return decide(gate, attempt(recipients));
    }

    private Reason decide(TestGate gate, Attempt attempt) {
        gate.gate().decide(attempt, gate.clock().getAsLong(), decision);
        return decision.reason();
    }

    private String by() {
        byte[] text = new byte[Cause.TEXT_MAX];
        return new String(text, 0, decision.cause().write(text, 0), UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void aLineChangesTheWaitAndTheReplySaysSo(String rules) {
        TestGate gate = TestGate.by(rules).exempt("greylist delay 60s recipient bob@example.net");
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.NEW);
        assertThat(decision.retryInSeconds()).isEqualTo(60);
        assertThat(by()).isEqualTo("exemptions:1");
        gate.pass(20);
        gate.ledger().foresee(attempt("bob@example.net"), gate.clock().getAsLong(), decision);
        assertThat(decision.reason()).isEqualTo(Reason.EARLY);
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.EARLY);
        assertThat(decision.retryInSeconds()).isEqualTo(40);
        assertThat(decide(gate, "carol@example.net")).isEqualTo(Reason.NEW);
        assertThat(decision.retryInSeconds()).isEqualTo(300);
        assertThat(by()).isEmpty();
        gate.pass(40);
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.PASSED);
        assertThat(gate.gate().terms().exemptions().all().getLast().uses()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "original, 50000, LATE",
        "modern, 50000, LATE",
        "original, 43199, PASSED",
        "modern, 43199, PASSED",
    })
    void otherMailHasTheUsualWindow(String rules, long wait, Reason reason) {
        TestGate gate = TestGate.by(rules).exempt("greylist window 2d recipient bob@example.net");
        decide(gate, "carol@example.net");
        gate.pass(wait);
        assertThat(decide(gate, "carol@example.net")).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void aLineChangesTheWindow(String rules) {
        TestGate gate = TestGate.by(rules).exempt("greylist window 2d recipient bob@example.net");
        decide(gate, "bob@example.net");
        gate.pass(2 * 86_400 - 1);
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.PASSED);
        TestGate shorter =
                TestGate.by(rules).exempt("greylist delay 10s window 60s sender example.org");
        decide(shorter, "bob@example.net");
        shorter.pass(60);
        assertThat(decide(shorter, "bob@example.net")).isEqualTo(Reason.LATE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void recipientsOfOneMessageHaveEachTheirOwnLine(String rules) {
        TestGate gate =
                TestGate.by(rules)
                        .exempt(
                                "greylist delay 60s recipient bob@example.net",
                                "pass client 192.0.2.0/24 sender example.org");
        Attempt attempt = attempt("carol@example.net", "bob@example.net");
        assertThat(decide(gate, attempt)).isEqualTo(Reason.NEW);
        assertThat(decision.retryInSeconds()).isEqualTo(60);
        assertThat(decision.recipientReason(0)).isEqualTo(Reason.EXEMPT);
        assertThat(by()).isEqualTo("exemptions:1");
        assertThat(decide(gate, "carol@example.net")).isEqualTo(Reason.EXEMPT);
        assertThat(decision.recipients()).isEqualTo(1); // Another recipient may wait.
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
        named.hosts(List.of("mail.example.org"));
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
    void whoHasOptedInWaitsWhateverHappensOtherwise() {
        TestGate gate = TestGate.modern().otherwisePasses("opt-in example.net");
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.NEW);
        assertThat(decide(gate, "bob@example.com")).isEqualTo(Reason.EXEMPT);
        assertThat(by()).isEqualTo("not-opted-in");
    }

    /// No mail waits for DNS whose fate does not depend on it.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pass confirmed                          | greylist | NONE  | true",
                "pass confirmed                          | pass     | NONE  | false",
                "greylist confirmed                      | greylist | NONE  | true",
                "greylist confirmed                      | pass     | NONE  | true",
                "greylist confirmed                      | pass     | KNOWN | false",
                "pass confirmed                          | greylist | KNOWN | false",
                "pass confirmed recipient bob@example.net   | greylist | NONE | true",
                "pass confirmed recipient carol@example.net | greylist | NONE | false",
                "greylist confirmed recipient bob@example.net | pass | NONE | true",
            })
    void dnsIsAskedOnlyWhenItMatters(String line, String otherwise, String proven, boolean asks) {
        TestGate gate =
                otherwise.equals("pass")
                        ? TestGate.modern().otherwisePasses(line)
                        : TestGate.modern().exempt(line);
        if (proven.equals("KNOWN")) {
            gate.ledger().prove(attempt("bob@example.net"), gate.clock().getAsLong());
        }
        boolean judged =
                gate.gate().judge(attempt("bob@example.net"), gate.clock().getAsLong(), decision);
        assertThat(!judged).isEqualTo(asks);
    }

    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void aLineThatObservesLetsItsMailPassAndRemembersIt(String rules) {
        TestGate gate = TestGate.by(rules).exempt("observe delay 60s recipient bob@example.net");
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.NEW);
        assertThat(decision.accepts()).isTrue();
        assertThat(decision.isObserved()).isTrue();
        assertThat(by()).isEqualTo("exemptions:1");
        assertThat(decide(gate, "carol@example.net")).isEqualTo(Reason.NEW);
        assertThat(decision.accepts()).isFalse();
        gate.pass(60);
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.PASSED);
        assertThat(decision.isObserved()).isFalse();
        assertThat(gate.gate().terms().exemptions().observes()).isTrue();
        assertThat(gate.tally().countObserved()).isOne();
    }

    /// Others of the same message wait, and with them it.
    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void aLineThatObservesHelpsNobodyElse(String rules) {
        TestGate gate = TestGate.by(rules).exempt("observe recipient bob@example.net");
        decide(gate, "bob@example.net", "carol@example.net");
        assertThat(decision.accepts()).isFalse();
        decide(gate, "carol@example.net", "bob@example.net");
        assertThat(decision.accepts()).isFalse();
        TestGate both =
                TestGate.by(rules)
                        .exempt(
                                "observe recipient bob@example.net",
                                "pass recipient dora@example.net",
                                "observe recipient carol@example.net");
        decide(both, "bob@example.net", "dora@example.net", "carol@example.net");
        assertThat(decision.isObserved()).isTrue();
        Attempt cut = attempt("bob@example.net");
        cut.cut();
        decide(both, cut);
        assertThat(decision.accepts()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"original", "modern"})
    void aLineThatObservesAllClientsOfANetwork(String rules) {
        TestGate gate = TestGate.by(rules).exempt("observe client 192.0.2.0/24");
        decide(gate, "bob@example.net", "carol@example.net");
        assertThat(decision.isObserved()).isTrue();
    }

    @Test
    void aLineSaysWhatItsClientsAreTold() {
        TestGate gate =
                TestGate.modern()
                        .exempt(
                                "greylist reply \"Write to \\\"help #1\\\" %s\" recipient"
                                        + " bob@example.net # why");
        decide(gate, "bob@example.net");
        assertThat(Deferral.of(decision, 0).reply()).contains("Write to \"help #1\" %s");
        decide(gate, "carol@example.net");
        assertThat(Deferral.of(decision, 0).reply()).isEmpty();
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
