package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.json.Json;
import org.greydaemon.json.JsonLine;
import org.greydaemon.json.JsonReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/// What `greyctl report` makes of a daemon's answer, a hostile one's too.
final class ReportTest {
    private static final long NOON = 1_796_040_000;
    private static final String HOSTILE = "<script>\u001b[2Jalert('x')&\u202e</script>";

    private static ControlClient.Line answer(String sender) {
        JsonLine totals =
                new JsonLine()
                        .put("accepted", 12_345)
                        .put("known", 12_000)
                        .put("passed", 345)
                        .put("deferred", 4_000)
                        .put("new", 3_500)
                        .put("suspects", 3_000)
                        .put("messages_never_came_back", 3_100)
                        .put("messages_never_came_back_suspects", 2_900)
                        .put("never_came_back", 3_300);
        JsonLine provider =
                new JsonLine().put("domain", "example.com").put("median", 301).put("count", 12);
        JsonLine line =
                new JsonLine()
                        .put("span", "week")
                        .put("step", 3_600)
                        .put("from", NOON)
                        .put("until", NOON + 604_800)
                        .put("since", NOON + 86_400)
                        .put("totals", totals)
                        .put(
                                "waits",
                                new JsonLine()
                                        .putNumbers("counts", List.of(300, 40, 0))
                                        .put("median", 360)
                                        .put("p95", 2_040)
                                        .put("p99", 7_200)
                                        .putLines("by_provider", List.of(provider)))
                        .put(
                                "series",
                                new JsonLine()
                                        .putNumbers("accepted", List.of(5, 7))
                                        .putNumbers("deferred", List.of(1, 2))
                                        .putNumbers("messages_never_came_back", List.of(0, 3)))
                        .putLines(
                                "longest",
                                List.of(
                                        new JsonLine()
                                                .put("client", "192.0.2.1")
                                                .put("sender", sender)
                                                .put("waited", 15_120)))
                        .putLines(
                                "marks",
                                List.of(
                                        new JsonLine()
                                                .put("time", NOON + 7)
                                                .put("kind", "reload")
                                                .put("text", "retry.delay 240s -> 300s")))
                        .putLines(
                                "exemptions",
                                List.of(
                                        new JsonLine()
                                                .put("place", "exemptions:4")
                                                .put("exempt", "sender .example.org")
                                                .put("uses", 213)))
                        .put("ok", true);
        return parsed(line.toString());
    }

    private static ControlClient.Line parsed(String text) {
        return JsonReader.read(text.getBytes(UTF_8))
                        instanceof Json.Read.Value(Json.Members(var members))
                ? new ControlClient.Line(text, members)
                : new ControlClient.Line(text, Map.of());
    }

    private static ReportPage page(String sender) {
        return ReportPage.of(answer(sender), "mx1.example.net");
    }

    @Test
    void theTextSaysAllOfIt() {
        assertThat(page("alice@example.org").text())
                .startsWith("greydaemon on mx1.example.net: the last week, until 2026-12-07 ")
                .contains("The history begins at 2026-12-01 ")
                .contains("  attempts accepted           12,345\n")
                .contains("    of suspects                3,000\n")
                .contains("  mails that never came back   3,100\n")
                .contains("    passed after a wait          345\n")
                .contains("  all               6 min       34 min      2 h           340\n")
                .contains("  since the start:\n")
                .contains("  example.com       5 min 1 s   0 s         0 s            12\n")
                .contains("  waited      client     sender\n")
                .contains("  4 h 12 min  192.0.2.1  <alice@example.org>\n")
                .contains(" UTC  configuration read again  retry.delay 240s -> 300s\n")
                .contains("  uses  line                 place\n")
                .contains("   213  sender .example.org  exemptions:4\n");
    }

    /// The waits from before are known to nobody any more.
    @Test
    void whoWaitedLongestIsSaidToBeSinceAStartWithinThePeriod() {
        String start = ",\"marks\":[{\"time\":" + NOON + ",\"kind\":\"start\",\"text\":\"1.0\"}]}";
        assertThat(ReportPage.of(parsed("{\"ok\":true" + start), "mx").text())
                .contains("\nWho waited longest since the daemon was started\n  nobody\n");
        assertThat(page("alice@example.org").text()).contains("\nWho waited longest\n");
    }

    @Test
    void whereNothingIsKnownThatIsSaid() {
        ReportPage page = ReportPage.of(parsed("{\"ok\":true}"), "mx");
        assertThat(page.text())
                .contains("Nothing is known of this time.", "no mail had to wait", "nobody");
        assertThat(ReportHtml.of(page)).contains("<svg").endsWith("</html>\n");
    }

    @Test
    void noTextIsMarkupOrSteersATerminal() {
        ReportPage page = page(HOSTILE);
        String html = ReportHtml.of(page);
        assertThat(html)
                .doesNotContain("<script", "\u001b", "\u202e")
                .contains("&lt;script&gt;", "&#39;x&#39;)&amp;")
                .doesNotContain("http://", "https://", "src=", "href=");
        assertThat(html).contains("class=\"in\"", "7 accepted, 2 deferred, 3 never came back");
        assertThat(page.text()).doesNotContain("\u001b", "\u202e");
    }

    @Test
    void aMailIsAWholeMessageOfAsciiInShortLines() {
        ReportPage page = page("jürgen@example.org".repeat(20));
        String mail = ReportMail.of(page, "postmaster", "mx1.example.net", Instant.EPOCH);
        assertThat(mail.lines()).allMatch(line -> line.length() <= 120);
        assertThat(US_ASCII.newEncoder().canEncode(mail)).isTrue();
        String[] parts = mail.split("\n\n", 2);
        assertThat(parts[0].lines())
                .contains(
                        "From: greydaemon <postmaster@mx1.example.net>",
                        "To: postmaster",
                        "Date: Thu, 1 Jan 1970 00:00:00 +0000",
                        "Auto-Submitted: auto-generated",
                        "Content-Transfer-Encoding: quoted-printable")
                .anyMatch(line ->
                        line.startsWith("Subject: ") && line.endsWith("3 mails never came back"));
        assertThat(parts[1].lines()).allMatch(line -> line.length() <= 76);
        assertThat(parts[1].replace("=\n", "")).contains("j=C3=BCrgen@example.org");
    }

    @ParameterizedTest
    @CsvSource({
        "'a b', 'a b'",
        "'a ', 'a=20'",
        "'.', '=2E'",
        "'a=b', 'a=3Db'",
        "'ü', '=C3=BC'",
        "'', ''"
    })
    void quotedPrintableIsAsRfc2045Says(String text, String quoted) {
        assertThat(ReportMail.quoted(text)).isEqualTo(quoted);
    }

    @Test
    void aLongLineIsBrokenSoftly() {
        assertThat(ReportMail.quoted("x".repeat(76)).lines())
                .containsExactly("x".repeat(75) + "=", "x");
        assertThat(ReportMail.quoted("x".repeat(75) + ".").lines())
                .containsExactly("x".repeat(75) + "=", "=2E");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postmaster@example.net\nBcc: x@example.org", "a b", "", "<a@b>", "a@"})
    void whatIsNoAddressIsRefused(String text) {
        assertThat(ReportMail.isAddress(text)).isFalse();
    }

    @Test
    void aLocalNameIsAnAddress() {
        assertThat(ReportMail.isAddress("root")).isTrue();
        assertThat(ReportMail.isAddress("post.master+grey@mx1.example.net")).isTrue();
    }
}
