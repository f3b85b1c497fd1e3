package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.greydaemon.decision.Attempts.attempt;

import org.greydaemon.decision.AllIdentities;
import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Evidence;
import org.greydaemon.decision.Questions;
import org.greydaemon.decision.Rules;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Each condition and its negation: of an attempt of which it is true, of one of which it is not,
/// and of one of which nobody knows.
final class ConditionsTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static final Rules MODERN = AllIdentities.after(240);

    private static Exemptions of(String... lines) throws MistakeException {
        return at("2026-11-26T12:00:00Z", lines);
    }

    private static Exemptions at(String time, String... lines) throws MistakeException {
        ExemptionFile file = ExemptionFile.parse("f", List.of(lines));
        return Exemptions.of(
                new ExemptionLists(
                        ClientList.EMPTY, List.of(file), false, List.of(), false, BERLIN),
                AllowedLines.NONE,
                Instant.parse(time).getEpochSecond());
    }

    /// A mail server of which everything is known.
    private static Attempt server() {
        Attempt attempt = attempt("192.0.2.7", "alice@example.org", "bob@example.net");
        attempt.evidence().helo("mail.example.org");
        attempt.evidence().hosts(List.of("mail.example.org"));
        attempt.evidence().spf(Evidence.Spf.PASS);
        attempt.evidence().tls(true);
        attempt.evidence().listing("white.test", Optional.of(List.of(IpAddress.ipv4(0x7f000a02))));
        attempt.evidence().listing("black.test", Optional.of(List.of()));
        return attempt;
    }

    /// A bot of which everything is known.
    private static Attempt bot() {
        Attempt attempt = attempt("203.0.113.9", "", "carol@example.com");
        attempt.evidence().helo("mx.example.net");
        attempt.evidence().hosts(List.of());
        attempt.evidence().spf(Evidence.Spf.FAIL);
        attempt.evidence().tls(false);
        attempt.evidence().listing("white.test", Optional.of(List.of()));
        attempt.evidence()
                .listing(
                        "black.test",
                        Optional.of(
                                List.of(IpAddress.ipv4(0x7f000004), IpAddress.ipv4(0x7f00000a))));
        return attempt;
    }

    private static String fits(String line, Attempt attempt) throws MistakeException {
        Exemption found = Asked.ofRecipient(of(line), attempt, 0, MODERN);
        return found == Exemption.NONE ? "no" : "yes";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "client 192.0.2.0/24             | yes | no",
                "host .example.org               | yes | no",
                "helo mail.example.org           | yes | no",
                "sender example.org              | yes | no",
                "recipient bob@example.net       | yes | no",
                "confirmed                       | yes | no",
                "suspect                         | no  | yes",
                "spf pass                        | yes | no",
                "spf fail                        | no  | yes",
                "spf none                        | no  | no",
                "tls                             | yes | no",
                "null-sender                     | no  | yes",
                "sender <>                       | no  | yes",
                "listed white.test               | yes | no",
                "listed white.test.              | yes | no",
                "listed White.test 127.0.10.1-3  | yes | no",
                "listed white.test 127.0.*.2     | yes | no",
                "listed white.test 127.0.*.1     | no  | no",
                "listed white.test 127.0.10.0/24 | yes | no",
                "listed white.test 127.0.11.0/24 | no  | no",
                "listed black.test               | no  | yes",
                "listed black.test 127.0.0.10    | no  | yes",
                "listed black.test 127.0.0.2,127.0.0.4 | no | yes",
                "time 12:00-14:00                | yes | yes",
                "time 14:00-12:00                | no  | no",
                "listed white.test confirmed tls spf pass sender example.org | yes | no",
                "listed white.test confirmed tls spf fail sender example.org | no  | no",
            })
    void itAndItsNegation(String condition, String ofServer, String ofBot) throws MistakeException {
        assertThat(fits(condition, server())).isEqualTo(ofServer);
        assertThat(fits(condition, bot())).isEqualTo(ofBot);
        assertThat(fits("greylist " + condition, server())).isEqualTo(ofServer);
        assertThat(fits("pass " + condition, bot())).isEqualTo(ofBot);
        if (condition.split(" ").length <= 3) {
            String not = "not " + condition;
            assertThat(fits(not, server())).isEqualTo(ofServer.equals("yes") ? "no" : "yes");
            assertThat(fits(not, bot())).isEqualTo(ofBot.equals("yes") ? "no" : "yes");
            if (!condition.equals("sender example.org")) { // It would exclude itself.
                assertThat(fits("sender example.org " + not, server()))
                        .isEqualTo(fits(not, server()));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "host .example.org, hosts",
        "not host .example.org, hosts",
        "helo mail.example.org, ''",
        "not helo mail.example.org, ''",
        "confirmed, hosts",
        "not confirmed, hosts",
        "suspect, hosts",
        "not suspect, hosts",
        "spf pass, spf",
        "not spf pass, spf",
        "tls, ''",
        "not tls, ''",
        "listed white.test, white.test",
        "not listed white.test, white.test",
        "listed XN--bcher-kva.test., xn--bcher-kva.test",
        "client 192.0.2.0/24 not listed white.test not spf fail, spf white.test",
        "client 192.0.3.0/24 listed white.test, ''",
        "sender example.com spf pass, ''",
        "recipient bob@example.net listed white.test, white.test",
        "recipient bob@example.com listed white.test, ''",
    })
    void whatNobodyKnowsFitsNeitherWay(String line, String asks) throws MistakeException {
        Attempt unknown = attempt("192.0.2.7", "alice@example.org", "bob@example.net");
        assertThat(fits(line, unknown)).isEqualTo("no");
        Questions questions = new Questions();
        of(line).decide(unknown, MODERN, questions);
        String asked =
                (questions.hosts() ? "hosts " : "")
                        + (questions.spf() ? "spf " : "")
                        + String.join(" ", questions.zones());
        assertThat(asked.strip()).isEqualTo(asks);
        unknown.evidence().asked();
        questions.clear();
        of(line).decide(unknown, MODERN, questions);
        assertThat(questions.isEmpty()).isTrue();
        assertThat(fits(line, unknown)).isEqualTo("no");
    }

    @Test
    void whatDnsHasNotAnsweredFitsNeitherWay() throws MistakeException {
        Attempt unanswered = attempt("192.0.2.7", "alice@example.org", "bob@example.net");
        unanswered.evidence().listing("white.test", Optional.empty());
        unanswered.evidence().spf(Evidence.Spf.NO_ANSWER);
        unanswered.evidence().asked();
        for (String condition :
                List.of("listed white.test", "spf pass", "confirmed", "suspect", "host a.b")) {
            assertThat(fits(condition, unanswered)).isEqualTo("no");
            assertThat(fits("not " + condition, unanswered)).isEqualTo("no");
            assertThat(Asked.questions(of(condition), unanswered).isEmpty()).isTrue();
        }
    }

    @Test
    void onlyLinesAskThatCouldStillDecide() throws MistakeException {
        Attempt unknown = attempt("192.0.2.7", "alice@example.org", "bob@example.net");
        assertThat(
                        Asked.questions(
                                        of(
                                                "greylist listed a.test",
                                                "pass recipient bob@example.net",
                                                "pass listed b.test",
                                                "greylist suspect"),
                                        unknown)
                                .zones())
                .containsExactly("a.test");
        assertThat(
                        Asked.questions(of("pass client 192.0.2.7", "pass listed b.test"), unknown)
                                .isEmpty())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-26T20:59:59Z, 22:00-06:00, no",
        "2026-11-26T21:00:00Z, 22:00-06:00, yes",
        "2026-11-26T23:30:00Z, 22:00-06:00, yes",
        "2026-11-27T04:59:59Z, 22:00-06:00, yes",
        "2026-11-27T05:00:00Z, 22:00-06:00, no",
        "2026-06-27T04:00:00Z, 22:00-06:00, no",
        "2026-11-26T22:59:59Z, 12:00-24:00, yes",
        "2026-11-26T23:00:00Z, 12:00-24:00, no",
    })
    void theTimeIsTheLocalOneAndWrapsMidnight(String now, String time, String fits)
            throws MistakeException {
        Exemption found = Asked.ofMessage(at(now, "time " + time), server());
        assertThat(found != Exemption.NONE).isEqualTo(fits.equals("yes"));
        found = Asked.ofMessage(at(now, "not time " + time + " tls"), server());
        assertThat(found != Exemption.NONE).isEqualTo(fits.equals("no"));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-26T12:00:00Z, 2026-11-26T21:00:00Z",
        "2026-11-26T21:00:00Z, 2026-11-27T05:00:00Z",
        // The clocks are put back at 01:00Z.
        "2026-10-24T21:00:00Z, 2026-10-25T01:00:00Z",
    })
    void othersAreInForceWhenTheTimeComes(String now, String next) throws MistakeException {
        Exemptions exemptions = at(now, "time 22:00-06:00");
        assertThat(Instant.ofEpochSecond(exemptions.nextChange())).isEqualTo(Instant.parse(next));
    }

    /// When the clocks are put back it is 02:30 twice: what ends and begins then does so again.
    @ParameterizedTest
    @CsvSource({
        "22:00-02:30, 2026-10-25T00:00:00Z, 00:30Z 01:00Z 01:30Z 21:00Z",
        "02:30-06:00, 2026-10-24T23:00:00Z, 00:30Z 01:00Z 01:30Z 05:00Z",
        // They are put forward at 01:00Z, and it is never 02:30.
        "02:30-06:00, 2026-03-28T23:00:00Z, 01:00Z 01:30Z 04:00Z 00:30Z",
    })
    void inTheNightOfTheClocksEachChangeIsHeard(String time, String now, String changes)
            throws MistakeException {
        List<String> heard = new ArrayList<>();
        Exemptions exemptions = at(now, "time " + time);
        for (int i = 0; i < changes.split(" ").length; i++) {
            Instant next = Instant.ofEpochSecond(exemptions.nextChange());
            heard.add(next.toString().substring("2026-10-25T".length()).replace(":00Z", "Z"));
            exemptions = exemptions.at(next.getEpochSecond());
        }
        assertThat(String.join(" ", heard)).isEqualTo(changes);
    }

    @Test
    void theFirstLineThatFitsDecidesWhateverFindsIt() throws MistakeException {
        List<String> lines =
                List.of(
                        "greylist delay 1s client 192.0.2.0/24",
                        "sender alice@example.org",
                        "greylist delay 2s host .example.org",
                        "helo mail.example.org",
                        "greylist delay 3s recipient bob@example.net",
                        "tls",
                        "greylist delay 4s sender *@example.org",
                        "client 192.0.2.7 not suspect",
                        "greylist delay 5s not null-sender");
        for (int i = 0; i < lines.size(); i++) {
            Exemptions rest = of(lines.subList(i, lines.size()).toArray(String[]::new));
            Exemption found = Asked.ofRecipient(rest, server(), 0, MODERN);
            assertThat(found.line()).isEqualTo(1);
            assertThat(found.passes()).isEqualTo(i % 2 == 1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "pass                     | the line says what happens, but not to whom",
                "greylist                 | the line says what happens, but not to whom",
                "greylist delay           | 'delay' has nothing behind it; write delay and a time",
                "greylist delay 0s tls    | '0s' is no time; write one such as 60s",
                "greylist delay 60 tls    | '60' is no time; write one such as 60s",
                "greylist delay 1h delay 2h tls | there are two times for delay; keep one",
                "greylist delay 2d window 2d tls | the delay is not shorter than the window",
                "tls pass                 | 'pass' is none of client, host",
                "not                      | 'not' has nothing behind it",
                "not not tls              | 'not' is none of client, host",
                "not until 2027-01-01     | 'until' is none of client, host",
                "not opt-in a@b           | opt-in names recipients and nothing else",
                "pass opt-in a@b          | opt-in names recipients and nothing else",
                "spf                      | 'spf' has nothing behind it; write spf and pass, fail",
                "spf softfail             | 'softfail' is nothing that lines know of SPF",
                "spf pass spf fail        | there are two conditions on the spf",
                "listed                   | 'listed' has nothing behind it; write listed and the",
                "listed white             | 'white' is no domain of a list in DNS",
                "listed .white.test       | '.white.test' is no domain of a list in DNS",
                "listed a.test 192.0.2.1  | '192.0.2.1' is nothing that a list in DNS says",
                "listed a.test 127.0.0    | '127.0.0' is nothing that a list in DNS says",
                "listed a.test 127.0.0.3-1 | '127.0.0.3-1' is nothing that a list in DNS says",
                "listed a.test 127.0.0.0/7 | '127.0.0.0/7' is nothing that a list in DNS says",
                "time 22-06               | '22-06' is no part of a day; write one such as",
                "time 25:00-06:00         | '25:00-06:00' is no part of a day",
                "time 06:00-06:00         | '06:00-06:00' ends when it begins",
                "confirmed confirmed      | there are two conditions on the confirmed",
            })
    void whatCannotBeMeantSaysWhatToWrite(String line, String why) {
        assertThatThrownBy(() -> of(line))
                .isInstanceOf(MistakeException.class)
                .hasMessageStartingWith("f:1: " + why);
    }

    @Test
    void aLineIsShownAsItIsWritten() throws MistakeException {
        String line =
                "greylist delay 60s window 2d not client 192.0.2.0/24 sender \"a b\"@x.test"
                        + " listed w.test 127.0.*.1-3 null-sender";
        assertThat(
                        ExemptionFile.parse("f", List.of(line.replace(" null-sender", "")))
                                .lines()
                                .getFirst()
                                .exemption()
                                .text())
                .isEqualTo(line.replace(" null-sender", ""));
        assertThatThrownBy(() -> of(line)).hasMessageContaining("two conditions on the sender");
    }

    @Test
    void onlySoManyListsAreAsked() throws Exception {
        java.nio.file.Path file = java.nio.file.Files.createTempFile("terms", "");
        try {
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i <= ExemptionLists.ZONES_MAX; i++) {
                lines.append("not listed l").append(i).append(".test tls\n");
            }
            java.nio.file.Files.writeString(file, lines);
            assertThatThrownBy(() -> ExemptionLists.read(Optional.empty(), List.of(file), false))
                    .hasMessage(
                            file
                                    + ": with it 17 lists in DNS are asked, more than 16; keep"
                                    + " those that matter");
        } finally {
            java.nio.file.Files.delete(file);
        }
    }
}
