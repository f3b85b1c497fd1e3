package org.greydaemon.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.json.JsonLine;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `greyctl import`: brings in what `export` printed, or a save file, the original's too.
@Command(
        name = "import",
        sortOptions = false,
        description = "Brings in the entries of a save file or of an export.")
final class ImportCommand implements Callable<Integer> {
    /// Exit status: the file cannot be read.
    private static final int UNREADABLE = 1;

    private static final int CHUNK = 64 << 10;

    @Option(names = "--dry-run", description = "Only say what would come in.")
    private boolean dryRun;

    @Mixin private ControlOptions control = new ControlOptions();

    @Parameters(index = "0", paramLabel = "file", description = "The file.")
    private String file = "";

    private long strange;

    @Override
    public Integer call() throws NoAnswerException {
        try (BufferedReader lines = Files.newBufferedReader(Path.of(file), ISO_8859_1);
                ControlClient client = control.connect()) {
            client.send(ControlOptions.request("import").put("dry_run", dryRun).toString());
            send(lines, client);
            client.end();
            ControlClient.Line answer = control.answer(client, _ -> {});
            if (!control.json()) {
                tell(answer);
            }
            return 0;
        } catch (NoSuchFileException e) {
            return unreadable("there is no such file; name the save file or export");
        } catch (InvalidPathException e) {
            return unreadable("this is no path; name a file");
        } catch (IOException e) {
            return unreadable("it cannot be read: " + e.getMessage() + "; name another file");
        }
    }

    private int unreadable(String why) {
        control.err().println("greyctl: " + file + ": " + why);
        return UNREADABLE;
    }

    private void send(BufferedReader lines, ControlClient client)
            throws IOException, NoAnswerException {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Optional<JsonLine> entry = SaveLine.read(line);
            if (entry.isPresent()) {
                chunk.writeBytes((entry.get() + "\n").getBytes(UTF_8));
            } else if (!line.isBlank()) {
                strange++;
            }
            if (chunk.size() >= CHUNK) {
                client.send(chunk.toByteArray());
                chunk.reset();
            }
        }
        client.send(chunk.toByteArray());
    }

    private void tell(ControlClient.Line answer) {
        long read = answer.number("read");
        long remembered = answer.number("remembered");
        long malformed = answer.number("malformed");
        control.out()
                .println(
                        (dryRun ? "would remember " : "remembered ")
                                + remembered
                                + " of "
                                + read
                                + " entries; "
                                + (read - remembered - malformed)
                                + " are too old or known already");
        if (malformed > 0) {
            control.out().println(malformed + " cannot be used, " + answer.text("problem"));
        }
        if (strange > 0) {
            control.out().println(strange + " lines are no entries");
        }
    }
}
