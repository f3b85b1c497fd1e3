package org.greydaemon.replay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Evidence.Spf;
import org.greydaemon.mail.EscapedText;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The daemon's decisions in the original's form, the Perl daemon's among them: a line for each
/// recipient, each with the whole request, which together are one attempt.
final class OriginalLogLines implements LineReader {
    private static final Map<String, Boolean> ACCEPTS =
            Map.of(
                    "new grey", false,
                    "retry too soon", false,
                    "stale grey", false,
                    "retry ok", true,
                    "ok ip", true,
                    "white", true,
                    "authenticated", true,
                    "bounce", true);

    private static final Pattern LINE =
            Pattern.compile(
                    "((?:[a-z]+/)?(?:unix|[0-9.]+:[0-9]+|\\[[0-9a-fA-F:.]+\\]:[0-9]+)) "
                            + "(new grey|retry too soon|stale grey|retry ok|ok ip|white"
                            + "|authenticated|bounce) (I\\S+ F.*)");

    /// It is in force that mail passes which would have waited: said behind its lines.
    private static final String OBSERVED = " passes all the same, ";

    private String request = "";
    private String verdict = "";
    private long began;
    private boolean accepted;
    private int lines;
    private List<String> recipients = List.of();

    /// Whether a line is one of them.
    ///
    /// @param from where the time ends
    static boolean isOne(String line, int from) {
        return parts(line, from).isPresent();
    }

    /// What one says: it stands where the program has begun to speak, see {@link ProgramText}.
    private static Optional<Matcher> parts(String line, int from) {
        Matcher parts = LINE.matcher(line);
        int begin = ProgramText.begin(line, from, at -> parts.region(at, line.length()).matches());
        return begin == ProgramText.NONE ? Optional.empty() : Optional.of(parts);
    }

    @Override
    public String line(long time, String line, int from, Consumer<Recorded> found) {
        if (isObserved(line, from)) {
            accepted = true;
            return "";
        }
        if (line.indexOf(" I", from) < 0) {
            return "";
        }
        Optional<Matcher> read = parts(line, from);
        if (read.isEmpty()) {
            return "";
        }
        Matcher parts = read.get();
        String asked = parts.group(1) + " " + parts.group(3);
        if (!asked.equals(request) || lines >= recipients.size() || isForAll(time)) {
            end(found);
            request = asked;
            began = time;
            accepted = true;
            recipients = fields(asked, " T");
        }
        verdict = parts.group(2);
        accepted &= ACCEPTS.getOrDefault(verdict, false);
        lines++;
        return "";
    }

    /// Whether the last line was about the client, not about one of the recipients. `white` may be
    /// either: what is said of the others is said at once.
    private boolean isForAll(long time) {
        return verdict.equals("ok ip")
                || (verdict.equals("white") && time - began > 1)
                || verdict.equals("authenticated");
    }

    /// Whether a line says so of the last request.
    private boolean isObserved(String line, int from) {
        int asker = line.indexOf(OBSERVED, from);
        if (asker < 0 || lines == 0) {
            return false;
        }
        String begin = request.substring(0, request.indexOf(" I")) + OBSERVED;
        return ProgramText.begin(line, from, at -> line.startsWith(begin, at)) != ProgramText.NONE;
    }

    /// The fields of a request that begin so, or the one.
    private static List<String> fields(String asked, String begin) {
        List<String> fields = new ArrayList<>();
        for (int at = asked.indexOf(begin); at >= 0; ) {
            int next = asked.indexOf(" T", at + 2);
            fields.add(plain(asked.substring(at + 2, next < 0 ? asked.length() : next)));
            at = begin.equals(" T") ? next : -1;
        }
        return fields;
    }

    private static String plain(String escaped) {
        byte[] octets = escaped.getBytes(ISO_8859_1);
        return new String(octets, 0, EscapedText.unescape(octets, 0, octets.length), ISO_8859_1);
    }

    @Override
    public void end(Consumer<Recorded> found) {
        List<String> sender = fields(request, " F");
        int client = request.indexOf(" I");
        if (lines > 0 && client >= 0 && !sender.isEmpty() && !recipients.isEmpty()) {
            found.accept(
                    new Recorded(
                            began,
                            new Envelope(
                                    request.substring(client + 2, request.indexOf(" F", client)),
                                    Optional.empty(),
                                    "",
                                    sender.getFirst(),
                                    List.copyOf(recipients),
                                    verdict.equals("authenticated"),
                                    Spf.UNKNOWN),
                            recipients.size(),
                            accepted));
        }
        lines = 0;
        request = "";
        verdict = "";
    }
}
