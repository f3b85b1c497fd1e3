package org.greydaemon.e2e.mta;

import org.greydaemon.e2e.Daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The project's documents, whose configuration the tests run: what people copy is what works.
final class Document {
    private Document() {}

    /// How long mail servers wait in the documents. Other tests run meanwhile, and a machine may be
    /// slow: nothing that is said here is about five seconds.
    private static final Pattern PATIENCE = Pattern.compile("\\b5s\\b");

    /// A block of a document by the name behind its opening fence, with more patience.
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
            return PATIENCE.matcher(block.group(1)).replaceAll("25s");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
