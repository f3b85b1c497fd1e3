package org.greydaemon.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.PrintWriter;

/// The operator's tool, one class per command. The manual page greyctl(1) is checked against them.
@Command(
        name = "greyctl",
        subcommands = {
            AskCommand.class,
            SchedulesCommand.class,
            ReplayCommand.class,
            StatusCommand.class,
            TopCommand.class,
            CheckCommand.class,
            ExplainCommand.class,
            ListCommand.class,
            ForgetCommand.class,
            AllowCommand.class,
            DisallowCommand.class,
            ExemptionsCommand.class,
            LintCommand.class,
            SaveCommand.class,
            ReloadCommand.class,
            TailCommand.class,
            ExportCommand.class,
            ImportCommand.class,
            CompletionCommand.class
        },
        sortOptions = false,
        synopsisSubcommandLabel = "command",
        description = "Asks a running greydaemon. See greyctl(1).")
public final class Greyctl {
    /// Exit status: the command line is wrong.
    static final int USAGE = 2;

    @Option(names = "--help", usageHelp = true, description = "Show this and exit.")
    @SuppressWarnings("UnusedVariable") // picocli reads it.
    private boolean help;

    private Greyctl() {}

    /// Runs one command and exits with its status.
    public static void main(String[] args) {
        // UTF-8 whatever the locale: JSON and exports are for other programs.
        PrintWriter out = new PrintWriter(System.out, true, UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
        System.exit(run(out, err, args));
    }

    /// Runs one command.
    ///
    /// @return the exit status
    static int run(PrintWriter out, PrintWriter err, String... args) {
        return commandLine().setOut(out).setErr(err).execute(args);
    }

    /// The commands with their options.
    static CommandLine commandLine() {
        return new CommandLine(new Greyctl())
                .setExpandAtFiles(false) // A sender may begin with @.
                .setParameterExceptionHandler((e, args) -> wrong(e.getCommandLine(), e))
                .setExecutionExceptionHandler((e, line, parsed) -> failed(line, e));
    }

    private static int wrong(CommandLine line, Exception e) {
        boolean known = line.getParent() != null;
        String command = known ? line.getCommandName() : "ask";
        line.getErr()
                .println(
                        "greyctl: "
                                + e.getMessage()
                                + "; greyctl "
                                + command
                                + " --help shows the options");
        return USAGE;
    }

    private static int failed(CommandLine line, Exception e) throws Exception {
        if (!(e instanceof NoAnswerException)) {
            throw e;
        }
        line.getErr().println("greyctl: " + e.getMessage());
        return AskCommand.NO_ANSWER;
    }
}
