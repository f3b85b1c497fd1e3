package org.greydaemon.exempt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.file.RegularFile;
import org.greydaemon.mail.EscapedText;
import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A white list or an exemption file while it is read: its lines, and all that is wrong with them.
/// Confined to one thread.
final class ListFile {
    /// The most bad lines that are reported one by one.
    static final int PROBLEMS_MAX = 20;

    private static final int BYTES_MAX = 64 << 20;

    /// With this some editors begin a UTF-8 file.
    private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final String source;
    private final List<Mistake> mistakes = new ArrayList<>();
    private int unnamed;

    /// @param source what to call it in messages, the name of the file
    ListFile(String source) {
        this.source = source;
    }

    /// Reads a file: lines in UTF-8, or else in ISO 8859-1, see {@link NormalForm}.
    ///
    /// @throws MistakeException if it cannot be read
    static List<String> lines(Path file) throws MistakeException {
        byte[] content;
        try {
            content = RegularFile.read(file, BYTES_MAX + 1);
        } catch (NoSuchFileException e) {
            throw unusable(file, "there is no such file", "make it, an empty one will do");
        } catch (AccessDeniedException e) {
            throw unusable(file, "this user may not read it", "change its mode or owner");
        } catch (IOException e) {
            throw unusable(file, "it cannot be read: " + e.getMessage(), "name a readable file");
        }
        if (content.length > BYTES_MAX) {
            throw unusable(file, "it is longer than 64 MiB", "write wider prefixes");
        }
        return lines(content).stream().map(NormalForm::decoded).toList();
    }

    /// The lines of a file, in whatever encoding each of them may be.
    static List<byte[]> lines(byte[] content) {
        boolean isMarked = content.length >= 3 && Arrays.equals(content, 0, 3, MARK, 0, 3);
        int from = isMarked ? MARK.length : 0;
        return new String(content, from, content.length - from, ISO_8859_1)
                .lines()
                .map(line -> line.getBytes(ISO_8859_1))
                .toList();
    }

    private static MistakeException unusable(Path file, String problem, String remedy) {
        return new MistakeException(file.toString(), problem, remedy);
    }

    /// Says what is wrong with a line.
    void problems(int line, MistakeException what) {
        for (Mistake each : what.mistakes()) {
            if (mistakes.size() < PROBLEMS_MAX) {
                mistakes.add(
                        new Mistake(
                                source + ":" + line,
                                EscapedText.shown(each.problem()),
                                EscapedText.shown(each.remedy())));
            } else {
                unnamed += 1;
            }
        }
    }

    /// @throws MistakeException if anything is wrong
    void throwProblems() throws MistakeException {
        if (unnamed > 0) {
            mistakes.add(new Mistake(source, "bad lines not named here: " + unnamed, ""));
        }
        if (!mistakes.isEmpty()) {
            throw new MistakeException(mistakes);
        }
    }
}
