package org.greydaemon.exempt;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A white list or an exemption file while it is read: its lines, and all that is wrong with them.
/// Confined to one thread.
final class ListFile {
    /// The most bad lines that are reported one by one.
    static final int PROBLEMS_MAX = 20;

    private static final int BYTES_MAX = 64 << 20;

    private final String source;
    private final List<String> problems = new ArrayList<>();
    private int problemsUnnamed;

    /// @param source what to call it in messages, the name of the file
    ListFile(String source) {
        this.source = source;
    }

    /// Reads a file, in UTF-8 as far as the comments go.
    ///
    /// @throws UnusableListException if it cannot be read
    static List<String> lines(Path file) throws UnusableListException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(BYTES_MAX + 1);
        } catch (NoSuchFileException e) {
            throw unusable(file, "there is no such file; make it, an empty one will do");
        } catch (AccessDeniedException e) {
            throw unusable(file, "this user may not read it; change its mode or owner");
        } catch (IOException e) {
            throw unusable(file, "it cannot be read: " + e.getMessage() + "; name a readable file");
        }
        if (content.length > BYTES_MAX) {
            throw unusable(file, "it is longer than 64 MiB; write wider prefixes");
        }
        String text = new String(content, StandardCharsets.UTF_8);
        // Some editors begin a UTF-8 file with this mark.
        return (text.startsWith("\ufeff") ? text.substring(1) : text).lines().toList();
    }

    private static UnusableListException unusable(Path file, String problem) {
        return new UnusableListException(List.of(file + ": " + problem));
    }

    /// Says what is wrong with a line.
    void problem(int line, String what) {
        if (problems.size() < PROBLEMS_MAX) {
            problems.add(source + ":" + line + ": " + what);
        } else {
            problemsUnnamed += 1;
        }
    }

    /// @throws UnusableListException if anything is wrong
    void throwProblems() throws UnusableListException {
        if (problemsUnnamed > 0) {
            problems.add(source + ": bad lines not named here: " + problemsUnnamed);
        }
        if (!problems.isEmpty()) {
            throw new UnusableListException(problems);
        }
    }
}
