package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.Seed;
import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Attempts;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.CidrBlock;
import org.junit.jupiter.api.Test;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Which line decides, and how often each did, whatever the lines are found by: compared with who
/// tries one line after the other.
final class LinesModelTest {
    private static final long NOW = 1_795_651_200; // 2026-11-26.

    private static final String[] CLIENTS = {
        "192.0.2.1",
        "192.0.2.2",
        "192.0.2.0/30",
        "192.0.2",
        "192.0.2.1-192.0.2.6",
        "192.0.0.0/16",
        "2001:db8::1",
        "2001:db8::2",
        "2001:db8::/64",
        "2001:db8::/32",
        "::/0"
    };
    private static final String[] ADDRESSES = {
        "192.0.2.1",
        "192.0.2.2",
        "192.0.2.6",
        "192.0.2.9",
        "192.0.3.1",
        "2001:db8::1",
        "2001:db8::2",
        "2001:db8::3",
        "2001:db8:1::1",
        "2a00::1"
    };
    private static final String[] MAILBOXES = {
        "a1@x.example", "a2@x.example", "a1@y.x.example", "@x.example", ".example", "a1@", "a*@x.*"
    };
    private static final String[] MAILERS = {
        "a1@x.example", "a2@x.example", "a3@x.example", "a1@y.x.example", "b@z.example", "c@d.test"
    };
    private static final String[] HOSTS = {"m1.x.example", "m2.x.example", ".x.example", "*1.*"};
    private static final String[] NAMES = {"m1.x.example", "m2.x.example", "m3.z.example", "m1.t"};
    private static final String[] SUBJECTS = {"client", "sender", "recipient", "host", "helo"};

    private final long seed = Seed.next();
    private final Random random = new Random(seed);

    private String any(String... texts) {
        return texts[random.nextInt(texts.length)];
    }

    private List<String> some(int most, Supplier<String> line) {
        List<String> lines = new ArrayList<>();
        for (int n = random.nextInt(most); n > 0; n--) {
            lines.add(line.get());
        }
        return lines;
    }

    private String line() {
        List<String> subjects = new ArrayList<>(List.of(SUBJECTS));
        Collections.shuffle(subjects, random);
        StringBuilder line = new StringBuilder(random.nextInt(5) == 0 ? "greylist delay 9s" : "");
        for (String subject : subjects.subList(0, 1 + random.nextInt(2))) {
            line.append(random.nextInt(8) == 0 ? " not " : " ").append(subject).append("  ");
            line.append(
                    switch (subject) {
                        case "client" -> any(CLIENTS);
                        case "host", "helo" -> any(HOSTS);
                        default -> any(MAILBOXES);
                    });
        }
        line.append(random.nextInt(9) == 0 ? " time " + any("00:00-06:00", "06:00-12:00") : "");
        line.append(random.nextInt(5) == 0 ? " until " + any("2026-11-20", "2027-01-31") : "");
        return line.append(random.nextInt(5) == 0 ? " # why" : "").toString();
    }

    /// What can be meant of some lines.
    private List<String> lines() {
        return some(30, this::line).stream().filter(LinesModelTest::canBeMeant).toList();
    }

    private static boolean canBeMeant(String line) {
        try {
            return ExemptionFile.parse("f", line).isPresent();
        } catch (MistakeException e) {
            return false;
        }
    }

    private static ExemptionLists lists(List<String> white, List<List<String>> files)
            throws MistakeException {
        List<ExemptionFile> read = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            read.add(ExemptionFile.parse("f" + i, files.get(i)));
        }
        return new ExemptionLists(
                ClientList.parse("w", white), read, false, List.of(), false, ZoneOffset.UTC);
    }

    private Attempt attempt() {
        Attempt attempt = Attempts.attempt(any(ADDRESSES), any(MAILERS), any(MAILERS));
        attempt.evidence().hosts(some(3, () -> any(NAMES)));
        attempt.evidence().helo(any(NAMES));
        return attempt;
    }

    /// Where the line stands that decides, by trying all of them.
    private static String tried(List<String> white, List<Placed> inForce, Attempt attempt) {
        Optional<Integer> narrowest =
                indices(white).stream()
                        .filter(i -> length(white.get(i), attempt) >= 0)
                        .max(
                                Comparator.comparingInt(
                                                (Integer i) -> length(white.get(i), attempt))
                                        .thenComparing(Comparator.reverseOrder()));
        if (narrowest.isPresent()) {
            return "w:" + (narrowest.get() + 1);
        }
        // What lets the message pass is named, unless a line before it could have a recipient wait,
        // whichever that is.
        for (Placed placed : inForce) {
            ExemptionLine line = placed.line();
            if (line.concernsRecipients() ? !line.exemption().passes() : fits(line, attempt)) {
                if (!line.concernsRecipients() && line.exemption().passes()) {
                    return placed.place();
                }
                break;
            }
        }
        return inForce.stream()
                .filter(placed -> fits(placed.line(), attempt))
                .findFirst()
                .map(Placed::place)
                .orElse("");
    }

    /// A line that was read alone, and where it stands.
    private record Placed(String place, ExemptionLine line) {
        static List<Placed> of(List<List<String>> files) throws MistakeException {
            List<Placed> inForce = new ArrayList<>();
            for (int file = 0; file < files.size(); file++) {
                for (int i = 0; i < files.get(file).size(); i++) {
                    ExemptionLine line =
                            ExemptionFile.parse("", files.get(file).get(i)).orElseThrow();
                    if (isInForce(line)) {
                        inForce.add(new Placed("f" + file + ":" + (i + 1), line));
                    }
                }
            }
            return inForce;
        }
    }

    private static boolean isInForce(ExemptionLine line) {
        return line.exemption().until() > NOW
                && line.conditions().stream()
                        .filter(each -> each.subject() == Subject.TIME)
                        .allMatch(each -> isTrue(each, Attempts.attempt("::1", "", "a@b")));
    }

    private static boolean fits(ExemptionLine line, Attempt attempt) {
        return line.conditions().stream().allMatch(each -> isTrue(each, attempt));
    }

    private static List<Integer> indices(List<String> lines) {
        return IntStream.range(0, lines.size()).boxed().toList();
    }

    /// How narrow the narrowest block of a line is that has the client; -1 if none has.
    private static int length(String client, Attempt attempt) {
        try {
            return ClientPattern.parse(client).stream()
                    .filter(block -> block.contains(attempt.addressHigh(), attempt.addressLow()))
                    .mapToInt(CidrBlock::prefixLength)
                    .max()
                    .orElse(-1);
        } catch (MistakeException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isTrue(Condition condition, Attempt attempt) {
        return switch (condition) {
            case Condition.Not(Condition inner) -> !isTrue(inner, attempt);
            case Condition.Client(List<CidrBlock> blocks) ->
                    blocks.stream()
                            .anyMatch(its ->
                                    its.contains(attempt.addressHigh(), attempt.addressLow()));
            case Condition.Text(Subject subject, TextPattern pattern) ->
                    texts(subject, attempt).stream().anyMatch(pattern::matches);
            case Condition.Time(TimeOfDay time) -> time.holds(NOW, ZoneOffset.UTC);
            default -> throw new AssertionError(condition);
        };
    }

    private static List<String> texts(Subject subject, Attempt attempt) {
        return switch (subject) {
            case SENDER -> List.of(attempt.senderText());
            case RECIPIENT -> List.of(attempt.recipientText(0));
            case HELO -> List.of(attempt.evidence().helo());
            default -> attempt.evidence().hosts().orElseThrow();
        };
    }

    @Test
    void theLineThatIsFoundIsTheFirstThatFits() throws MistakeException {
        for (int round = 0; round < 100; round++) {
            List<String> white = some(4, () -> any(CLIENTS));
            List<List<String>> files = new ArrayList<>();
            for (int n = random.nextInt(4); n > 0; n--) {
                files.add(lines());
            }
            Exemptions exemptions = Exemptions.of(lists(white, files), AllowedLines.NONE, NOW);
            List<Placed> inForce = Placed.of(files);
            Map<String, Long> uses = new HashMap<>();
            for (int i = 0; i < 50; i++) {
                Attempt attempt = attempt();
                String wanted = tried(white, inForce, attempt);
                Exemption found = Asked.ofRecipient(exemptions, attempt, 0);
                assertThat(found.place())
                        .as("seed %d: %s in %s, %s", seed, attempt, white, files)
                        .isEqualTo(wanted);
                found.use();
                uses.merge(wanted, 1L, Long::sum);
            }
            assertUses(exemptions, uses);
            Exemptions again = Exemptions.of(lists(white, files), AllowedLines.NONE, NOW);
            again.countOnFrom(exemptions);
            // Of lines that say the same the last one that was used is counted on for all.
            Map<String, Long> byText = new HashMap<>();
            exemptions
                    .all()
                    .filter(its -> its.uses() > 0)
                    .forEach(its -> byText.put(text(its), its.uses()));
            Map<String, Long> kept = new HashMap<>();
            again.all().forEach(its -> kept.put(its.place(), byText.getOrDefault(text(its), 0L)));
            assertUses(again, kept);
        }
    }

    private static String text(Exemption its) {
        return its.source() + " " + its.text();
    }

    private void assertUses(Exemptions exemptions, Map<String, Long> uses) {
        exemptions
                .all()
                .forEach(its ->
                        assertThat(its.uses())
                                .as("seed %d: %s", seed, its)
                                .isEqualTo(uses.getOrDefault(its.place(), 0L)));
    }
}
