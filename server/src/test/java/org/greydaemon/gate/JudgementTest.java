package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.AllIdentities;
import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Attempts;
import org.greydaemon.decision.Evidence.Spf;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Rules;
import org.greydaemon.decision.Source;
import org.greydaemon.decision.Suspicion;
import org.greydaemon.exempt.AllowedLines;
import org.greydaemon.exempt.Exemption;
import org.greydaemon.exempt.ExemptionFile;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.exempt.HostNames;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Optional;

/// Who is judged at all, and what is asked before.
final class JudgementTest extends GateAsked {
    private static final long NOW = 1_700_000_000;

    /// Rules that want to know the names of hosts.
    private static final Rules BY_NAMES = AllIdentities.after(300);

    /// Names that were asked for a moment ago; nobody else may be asked.
    private static final class KnownNames implements HostNames {
        private final List<String> names;
        private int looks;

        KnownNames(String... names) {
            this.names = List.of(names);
        }

        @Override
        public Optional<List<String>> of(IpAddress client) {
            throw new AssertionError("asked for " + client);
        }

        @Override
        public Optional<List<String>> cached(IpAddress client) {
            looks++;
            return Optional.of(names);
        }
    }

    private static Gate gate(Rules rules, HostNames names, String... lines) throws Exception {
        ExemptionFile file = ExemptionFile.parse("exemptions", List.of(lines));
        ExemptionLists lists =
                new ExemptionLists(TestGate.whiteList(), List.of(file), false).otherwise(false);
        return new Gate(
                new Gate.Terms(
                        Exemptions.of(lists, AllowedLines.NONE, NOW), rules, (_, _, _) -> {}),
                new MapStore(),
                new Tally(new Metrics(), System::nanoTime),
                names,
                SpfChecks.NONE);
    }

    @Test
    void aLineTakesNamesThatAreKnownWithoutAsking() throws Exception {
        String line = "host .outlook.example";
        Rules rules = TestGate.modern().gate().terms().rules();
        Gate gate = gate(rules, new KnownNames("mx1.outlook.example"), line);
        assertThat(gate.judge(attempt("bob@example.net"), NOW, decision)).isTrue();
        assertThat(decision.reason()).isEqualTo(Reason.EXEMPT);
        Gate others = gate(rules, new KnownNames("mx1.other.example"), line);
        assertThat(others.judge(attempt("bob@example.net"), NOW, decision)).isTrue();
        assertThat(decision.reason()).isEqualTo(Reason.NEW);
        Gate asking = gate(rules, HostNames.NONE, line);
        assertThat(asking.judge(attempt("bob@example.net"), NOW, decision)).isFalse();
        assertThat(decision.questions().hosts()).isTrue();
    }

    @Test
    void theRulesTakeNamesThatAreKnownWithoutAsking() throws Exception {
        Gate gate = gate(BY_NAMES, new KnownNames("mx1.example.org"));
        Attempt attempt = attempt("bob@example.net");
        assertThat(gate.judge(attempt, NOW, decision)).isTrue();
        assertThat(decision.reason()).isEqualTo(Reason.NEW);
        assertThat(decision.suspicion()).isEqualTo(Suspicion.NONE);
        assertThat(attempt.evidence().hosts()).contains(List.of("mx1.example.org"));
        Gate nameless = gate(BY_NAMES, new KnownNames());
        assertThat(nameless.judge(attempt("bob@example.net"), NOW, decision)).isTrue();
        assertThat(decision.suspicion()).isEqualTo(Suspicion.NO_NAME);
    }

    /// Else mail would wait for DNS once for the lines and once more for the rules.
    @Test
    void whatLinesAndRulesAskIsAskedTogether() throws Exception {
        Gate gate = gate(BY_NAMES, HostNames.NONE, "greylist delay 1h listed black.example");
        assertThat(gate.judge(attempt("bob@example.net"), NOW, decision)).isFalse();
        assertThat(decision.questions().hosts()).isTrue();
        assertThat(decision.questions().zones()).containsExactly("black.example");
        assertThat(gate.store().entries()).isZero();
    }

    @Test
    void aMalformedRequestWaitsForNobody() throws Exception {
        Gate gate =
                gate(TestGate.modern().gate().terms().rules(), HostNames.NONE, "host .a.example");
        Attempt attempt = attempt("bob@example.net");
        attempt.fault(Attempt.Fault.NO_RECIPIENT);
        assertThat(gate.judge(attempt, NOW, decision)).isTrue();
        assertThat(decision.reason()).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void withoutRecipientsNobodyIsExemptByThem() {
        TestGate gate = TestGate.modern().exempt("observe recipient bob@example.net");
        assertThat(decide(gate)).isEqualTo(Reason.MALFORMED);
        assertThat(decision.accepts()).isFalse();
    }

    /// Names of one's own choice are the original's clients, and only its.
    @ParameterizedTest
    @CsvSource({
        "original, UDP,  NEW",
        "original, HTTP, UNIDENTIFIED",
        "modern,   UDP,  UNIDENTIFIED",
        "modern,   HTTP, UNIDENTIFIED",
    })
    void whoHasNoAddress(String rules, Source.Protocol protocol, Reason reason) {
        Attempt attempt = attempt("bob@example.net");
        Attempts.fill(
                attempt, new Source(protocol), "mailhost", "a@example.org", "bob@example.net");
        TestGate gate = TestGate.by(rules);
        assertThat(decide(gate, attempt)).isEqualTo(reason);
        assertThat(gate.gate().takesAnyClient()).isEqualTo(rules.equals("original"));
    }

    @Test
    void aLineForAllItsMailKeepsAClientWaiting() {
        TestGate gate = TestGate.modern().exempt("greylist delay 60s client 192.0.2.0/24");
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.NEW);
        assertThat(decision.accepts()).isFalse();
        assertThat(decision.isObserved()).isFalse();
    }

    /// One recipient may have the mail, and the other's line only looks on: nobody wants it to
    /// wait.
    @Test
    void whoPassesAnywayDoesNotKeepBackMailThatIsOnlyObserved() {
        for (String[] recipients :
                List.of(
                        new String[] {"carol@example.net", "bob@example.net"},
                        new String[] {"bob@example.net", "carol@example.net"})) {
            TestGate gate = TestGate.original().exempt("observe recipient bob@example.net");
            decide(gate, "carol@example.net");
            gate.pass(300);
            gate.gate().judge(attempt(recipients), gate.clock().getAsLong(), decision);
            assertThat(decision.accepts()).as(recipients[0]).isTrue();
        }
    }

    @Test
    void namesThatNobodyAsksForAreNotLookedFor() throws Exception {
        KnownNames names = new KnownNames("mx1.example.org");
        Gate gate = gate(TestGate.modern().gate().terms().rules(), names, "sender example.com");
        Attempt attempt = attempt("bob@example.net");
        assertThat(gate.judge(attempt, NOW, decision)).isTrue();
        assertThat(attempt.evidence().hosts()).isEmpty();
        assertThat(names.looks).isZero();
    }

    /// A list is asked though the names are known; else mail would pass that it has wait.
    @Test
    void namesThatAreKnownAnswerNothingElse() throws Exception {
        Rules rules = TestGate.modern().gate().terms().rules();
        KnownNames names = new KnownNames("mx1.example.org");
        Gate gate = gate(rules, names, "host .outlook.example", "listed black.example");
        assertThat(gate.judge(attempt("bob@example.net"), NOW, decision)).isFalse();
        assertThat(decision.questions().hosts()).isFalse();
        assertThat(decision.questions().zones()).containsExactly("black.example");
    }

    /// The rules ask for names first, and with these what SPF says of a domain that is proven.
    @Test
    void theRulesAskSpfThoughNamesAreKnown() throws Exception {
        Gate gate = gate(BY_NAMES, new KnownNames("mx1.example.com"));
        for (long at : new long[] {NOW, NOW + 300}) {
            Attempt before =
                    Attempts.attempt("203.0.113.9", "alice@example.org", "bob@example.net");
            before.evidence().hosts(List.of("mail.example.info"));
            before.evidence().spf(Spf.PASS);
            assertThat(gate.judge(before, at, decision)).isTrue();
        }
        assertThat(decision.reason()).isEqualTo(Reason.PASSED);
        assertThat(gate.judge(attempt("carol@example.net"), NOW + 301, decision)).isFalse();
        assertThat(decision.questions().spf()).isTrue();
        assertThat(decision.questions().hosts()).isFalse();
    }

    /// As many recipients as a request may have, each by a line of its own.
    @Test
    void thereIsNoRecipientBehindTheLast() {
        for (String effect : List.of("observe", "greylist delay 60s", "pass")) {
            TestGate gate =
                    TestGate.modern()
                            .exempt(
                                    effect + " recipient bob@example.net",
                                    effect + " recipient carol@example.net");
            Attempt full = new Attempt(8192, 2);
            Attempts.fill(
                    full,
                    new Source(Source.Protocol.HTTP),
                    "192.0.2.7",
                    "alice@example.org",
                    "bob@example.net",
                    "carol@example.net");
            decide(gate, full);
            assertThat(decision.accepts()).as(effect).isEqualTo(!effect.startsWith("greylist"));
            assertThat(gate.gate().terms().exemptions().all().map(Exemption::uses))
                    .as(effect)
                    .containsExactly(0L, 1L, 1L);
        }
    }

    @Test
    void noLineHasDecidedWhatMakesNoSense() {
        TestGate gate = TestGate.modern().exempt("greylist client 192.0.2.0/24");
        assertThat(decide(gate)).isEqualTo(Reason.MALFORMED);
        assertThat(by()).isEmpty();
    }

    @Test
    void aRequestWithoutAClientIsMalformedWhateverCameBefore() {
        TestGate gate = TestGate.modern().exempt("client 192.0.2.7");
        assertThat(decide(gate, "bob@example.net")).isEqualTo(Reason.EXEMPT);
        Attempt attempt = attempt("bob@example.net");
        attempt.fault(Attempt.Fault.NO_CLIENT);
        assertThat(decide(gate, attempt)).isEqualTo(Reason.MALFORMED);
        assertThat(by()).isEmpty();
    }

    /// Who is judged as if there were no lines is counted; who only looks is no mail.
    @Test
    void aSearchThatIsCutShortIsCountedForMailAlone() {
        String[] lines = new String[1000];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "sender *a*a*a*a*a*b" + i + "*@*";
        }
        TestGate gate = TestGate.modern().exempt(lines);
        Attempt hostile =
                Attempts.attempt("192.0.2.7", "a".repeat(1900) + "@example.org", "bob@example.net");
        gate.ledger().foresee(hostile, gate.clock().getAsLong(), decision);
        assertThat(gate.gate().terms().exemptions().cutShort()).isZero();
        decide(gate, hostile);
        assertThat(gate.gate().terms().exemptions().cutShort()).isOne();
    }
}
