package org.greydaemon.cli;

import org.greydaemon.mail.EscapedText;
import org.jspecify.annotations.Nullable;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.util.Optional;

/// Where greyctl prints. The daemon's text, and what it has from the network, comes to root's
/// terminal here and nowhere else: a line that is printed cannot steer it, turn text around or
/// forge another line, whoever wrote it.
///
/// Only what is drawn, and picocli's help, is printed in other ways than by {@link
/// #println(String)}.
final class Output extends PrintWriter {
    private final Optional<Stream> stream;

    private Output(Stream stream, Charset charset) {
        super(new OutputStreamWriter(stream, charset), true);
        this.stream = Optional.of(stream);
    }

    /// Prints somewhere.
    Output(Writer to) {
        super(to, true);
        stream = Optional.empty();
    }

    /// Prints to a standard stream.
    static Output to(OutputStream stream, Charset charset) {
        return new Output(new Stream(stream), charset);
    }

    @Override
    public void println(@Nullable String line) {
        super.println(EscapedText.shown(String.valueOf(line)));
    }

    /// Why nothing more can be printed; empty if it can, or if only nobody reads any more: who does
    /// not want the rest, as head(1), is no error.
    Optional<String> fault() {
        return checkError() ? stream.flatMap(Stream::fault) : Optional.empty();
    }

    /// Keeps the reason, which a `PrintWriter` forgets.
    private static final class Stream extends FilterOutputStream {
        private Optional<String> fault = Optional.empty();

        Stream(OutputStream to) {
            super(to);
        }

        @Override
        public void write(byte[] octets, int from, int length) throws IOException {
            try {
                out.write(octets, from, length);
            } catch (IOException e) {
                String message = String.valueOf(e.getMessage());
                fault = message.contains("Broken pipe") ? Optional.empty() : Optional.of(message);
                throw e;
            }
        }

        Optional<String> fault() {
            return fault;
        }
    }
}
