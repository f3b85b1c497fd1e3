package org.greydaemon.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.admin.Amount;
import org.greydaemon.exchange.BinaryDatabase;
import org.greydaemon.exchange.Found;
import org.greydaemon.exchange.FoundEntry;
import org.greydaemon.exchange.ImportCounts;
import org.greydaemon.exchange.ImportForm;
import org.greydaemon.exchange.Reading;
import org.greydaemon.exempt.ForeignList;
import org.greydaemon.json.JsonLine;
import org.greydaemon.mistake.MistakeException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `greyctl import`: brings in what `export` printed, a save file, the original's too, or another
/// greylister's database; of a white list it prints the lines that mean the same.
@Command(
        name = "import",
        sortOptions = false,
        description =
                "Brings in a save file, an export, or another greylister's database or white list.")
final class ImportCommand implements Callable<Integer> {
    /// Exit status: the file cannot be read, or lines of it.
    private static final int UNREADABLE = 1;

    private static final String STANDARD_INPUT = "-";

    private static final int CHUNK = 64 << 10;

    /// How many lines may show what form a file has, before anything is sent.
    private static final int FIRST_LINES = 1000;

    private static final int FIRST_OCTETS = 1 << 20;

    @Option(
            names = "--from",
            paramLabel = "form",
            converter = FormConverters.Import.class,
            completionCandidates = FormConverters.ImportWords.class,
            description =
                    "Whose database, or white list, of which it prints lines for an exemption file:"
                            + " ${COMPLETION-CANDIDATES} (greydaemon).")
    private ImportSource from = new ImportSource.Database(ImportForm.GREYDAEMON);

    @Option(names = "--dry-run", description = "Only say what would come in.")
    private boolean dryRun;

    @Mixin private ControlOptions control = new ControlOptions();

    @Parameters(index = "0", paramLabel = "file", description = "The file; - is standard input.")
    private String file = "";

    private final ImportCounts tally = new ImportCounts();

    @Override
    public Integer call() throws NoAnswerException {
        try (InputLines lines = open()) {
            return read(lines);
        } catch (MistakeException e) {
            control.err().println("greyctl: " + e.inOneLine());
            return UNREADABLE;
        } catch (NoSuchFileException e) {
            return unreadable("there is no such file; name the save file, export or dump");
        } catch (AccessDeniedException e) {
            return unreadable("this user may not read it; be root or the user that owns it");
        } catch (InvalidPathException e) {
            return unreadable("this is no path; name a file");
        } catch (IOException e) {
            return unreadable("it cannot be read: " + e.getMessage() + "; name another file");
        }
    }

    private int read(InputLines lines) throws IOException, MistakeException, NoAnswerException {
        Optional<PackedFile> packed = PackedFile.of(lines.start(PackedFile.START));
        if (packed.isPresent()) {
            throw packed.get().refusal(file, "import --from " + from.word());
        }
        Optional<String> advice = BinaryDatabase.advice(lines.start(BinaryDatabase.START), file);
        if (advice.isPresent()) {
            return unreadable(advice.get());
        }
        return switch (from) {
            case ImportSource.Database(ImportForm form) -> bringIn(form, lines);
            case ImportSource.WhiteList(ForeignList.Author list) -> print(list, lines);
        };
    }

    private int bringIn(ImportForm form, InputLines lines) throws IOException, NoAnswerException {
        List<InputLines.InputLine> first = first(lines);
        Optional<ImportForm> meant =
                form.meant(first.stream().flatMap(line -> line.text().stream()).toList());
        if (meant.isPresent()) {
            return unreadable(
                    "no line is of the form "
                            + form.word()
                            + "; did you mean --from "
                            + meant.get().word()
                            + "?");
        }
        long refused = bringIn(form, first, lines);
        if (tally.isRubbish()) {
            return unreadable(
                    "none of its lines is of the form "
                            + form.word()
                            + ", nothing came in; say what it is with --from");
        }
        return tally.malformed() + refused > 0 ? UNREADABLE : 0;
    }

    private InputLines open() throws IOException {
        return new InputLines(
                file.equals(STANDARD_INPUT) ? System.in : Files.newInputStream(Path.of(file)));
    }

    private int unreadable(String why) {
        control.err().println("greyctl: " + file + ": " + why);
        return UNREADABLE;
    }

    private static List<InputLines.InputLine> first(InputLines lines) throws IOException {
        List<InputLines.InputLine> first = new ArrayList<>();
        while (first.size() < FIRST_LINES && lines.octetsRead() < FIRST_OCTETS) {
            Optional<InputLines.InputLine> line = lines.line();
            if (line.isEmpty()) {
                break;
            }
            first.add(line.get());
        }
        return first;
    }

    /// Prints lines for the operator to put into a file of exempt.files; what none says is named,
    /// and the exit status tells a script that there was some.
    private int print(ForeignList.Author list, InputLines lines) throws IOException {
        boolean isWhole = true;
        for (Optional<InputLines.InputLine> line = lines.line();
                line.isPresent();
                line = lines.line()) {
            String text = line.get().text().orElse("\0");
            switch (ForeignList.line(list, text)) {
                case ForeignList.Said.Lines(List<String> said) ->
                        said.forEach(control.out()::println);
                case ForeignList.Said.Unsaid(String why) -> {
                    isWhole = false;
                    control.err()
                            .println("greyctl: " + file + ":" + line.get().number() + ": " + why);
                }
            }
        }
        return isWhole ? 0 : UNREADABLE;
    }

    /// @return how many entries the daemon did not understand
    private long bringIn(ImportForm form, List<InputLines.InputLine> first, InputLines rest)
            throws IOException, NoAnswerException {
        try (ControlClient client = control.connect()) {
            client.send(ControlOptions.request("import").put("dry_run", dryRun).toString());
            send(form, first, rest, client);
            client.end();
            if (control.json()) {
                control.out().println(new JsonLine().put("file", tally.json()));
            }
            ControlClient.Line answer = control.answer(client, _ -> {});
            if (!control.json()) {
                tell(answer);
            }
            return answer.number("malformed");
        }
    }

    private void send(
            ImportForm form,
            List<InputLines.InputLine> first,
            InputLines rest,
            ControlClient client)
            throws IOException, NoAnswerException {
        Reading reading = form.reading();
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        String size = size();
        try (Progress progress = control.progress(false)) {
            for (InputLines.InputLine line : first) {
                add(line, reading, chunk);
            }
            for (Optional<InputLines.InputLine> line = rest.line();
                    line.isPresent();
                    line = rest.line()) {
                add(line.get(), reading, chunk);
                if (chunk.size() >= CHUNK) {
                    client.send(chunk.toByteArray());
                    chunk.reset();
                }
                progress.at(() ->
                        (rest.octetsRead() >> 10)
                                + size
                                + " KiB read, "
                                + tally.entries()
                                + " entries");
            }
        }
        reading.end().forEach(found -> tally.add(0, found));
        if (tally.malformed() > 0) { // The daemon's log says so.
            JsonLine left = new JsonLine().put("malformed_lines", tally.malformed());
            chunk.writeBytes((left + "\n").getBytes(UTF_8));
        }
        client.send(chunk.toByteArray());
    }

    private String size() throws IOException {
        return file.equals(STANDARD_INPUT) || !Files.isRegularFile(Path.of(file))
                ? ""
                : " of " + (Files.size(Path.of(file)) >> 10);
    }

    private void add(InputLines.InputLine line, Reading reading, ByteArrayOutputStream chunk) {
        List<Found> found =
                line.text()
                        .map(reading::line)
                        .orElse(
                                List.of(
                                        new Found.Malformed(
                                                "it has more than "
                                                        + InputLines.LINE_MAX
                                                        + " octets")));
        for (Found one : found) {
            tally.add(line.number(), one);
            if (one instanceof FoundEntry entry) {
                chunk.writeBytes((entry.json() + "\n").getBytes(UTF_8));
            }
        }
    }

    private void tell(ControlClient.Line answer) {
        long read = answer.number("read");
        long remembered = answer.number("remembered");
        long malformed = answer.number("malformed");
        long leftOut = answer.number("left_out");
        tally.text().forEach(control.out()::println);
        control.out()
                .println(
                        (dryRun ? "would remember " : "remembered ")
                                + remembered
                                + " of "
                                + read
                                + " entries; "
                                + (read - remembered - malformed - leftOut)
                                + " are too old or known already");
        if (leftOut > 0) {
            control.out()
                    .println(
                            "left out: "
                                    + leftOut
                                    + " entries of networks, hosts, domains and suspects, by which"
                                    + " the daemon's rules know nobody");
        }
        long networks = answer.number("networks");
        if (networks > 0) {
            control.out()
                    .println(
                            Amount.of(networks, "network", "networks")
                                    + (dryRun ? " would be allowed" : " allowed")
                                    + " until what was proven there would be forgotten, see greyctl"
                                    + " exemptions");
        }
        if (malformed > 0) {
            control.out().println(malformed + " cannot be used, " + answer.text("problem"));
        }
    }
}
