package org.greydaemon.e2e.mta;

import org.greydaemon.e2e.Daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The project's documents, whose configuration the tests run: what people copy is what works.
final class Document {
    private Document() {}

    /// A block of a document by the name behind its opening fence.
    static String block(String document, String name) {
        try {
            String text = Files.readString(Daemon.root().resolve("docs").resolve(document));
            Matcher block =
                    Pattern.compile(
                                    "^```" + name + "\n(.*?)^```$",
                                    Pattern.DOTALL | Pattern.MULTILINE)
                            .matcher(text);
            if (!block.find()) {
                throw new AssertionError(document + " has no block " + name);
            }
            return block.group(1);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
