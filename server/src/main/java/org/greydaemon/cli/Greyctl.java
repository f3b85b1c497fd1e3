package org.greydaemon.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The operator's tool, one class per command. The manual page greyctl(1) is checked against them.
@Command(
        name = "greyctl",
        sortOptions = false,
        synopsisSubcommandLabel = "command",
        description = "Asks a running greydaemon. See greyctl(1).")
public final class Greyctl {
    /// The commands in the order in which `--help` shows them. Only the one that is called is
    /// looked at by picocli: looking at all of them takes longer than most of them do.
    static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("ask", AskCommand.class);
        COMMANDS.put("schedules", SchedulesCommand.class);
        COMMANDS.put("replay", ReplayCommand.class);
        COMMANDS.put("status", StatusCommand.class);
        COMMANDS.put("top", TopCommand.class);
        COMMANDS.put("report", ReportCommand.class);
        COMMANDS.put("check", CheckCommand.class);
        COMMANDS.put("explain", ExplainCommand.class);
        COMMANDS.put("list", ListCommand.class);
        COMMANDS.put("forget", ForgetCommand.class);
        COMMANDS.put("pools", PoolsCommand.class);
        COMMANDS.put("allow", AllowCommand.class);
        COMMANDS.put("expect", ExpectCommand.class);
        COMMANDS.put("disallow", DisallowCommand.class);
        COMMANDS.put("exemptions", ExemptionsCommand.class);
        COMMANDS.put("lint", LintCommand.class);
        COMMANDS.put("doctor", DoctorCommand.class);
        COMMANDS.put("save", SaveCommand.class);
        COMMANDS.put("reload", ReloadCommand.class);
        COMMANDS.put("tail", TailCommand.class);
        COMMANDS.put("export", ExportCommand.class);
        COMMANDS.put("import", ImportCommand.class);
        COMMANDS.put("completion", CompletionCommand.class);
    }

    /// Exit status: the command line is wrong.
    static final int USAGE = 2;

    @Option(names = "--help", usageHelp = true, description = "Show this and exit.")
    @SuppressWarnings("UnusedVariable") // picocli reads it.
    private boolean help;

    @Option(names = "--version", versionHelp = true, description = "Show the version and exit.")
    @SuppressWarnings("UnusedVariable") // picocli reads it.
    private boolean version;

    private Greyctl() {}

    /// Runs one command and exits with its status.
    public static void main(String[] args) {
        // UTF-8 and our digits whatever the locale: JSON and exports are for other programs.
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        Output out = Output.to(new FileOutputStream(FileDescriptor.out), UTF_8);
        Output err = Output.to(new FileOutputStream(FileDescriptor.err), System.err.charset());
        System.exit(run(out, err, args));
    }

    /// Runs one command.
    ///
    /// @return the exit status
    static int run(PrintWriter out, PrintWriter err, String... args) {
        return run(new Output(out), new Output(err), args);
    }

    private static int run(Output out, Output err, String... args) {
        int status = commandLine(args).setOut(out).setErr(err).execute(args);
        Optional<String> fault = out.fault();
        fault.ifPresent(why ->
                err.println("greyctl: standard output: " + why + "; what was printed is cut off"));
        return fault.isPresent() ? AskCommand.NO_ANSWER : status;
    }

    /// All commands with their options.
    public static CommandLine commandLine() {
        return commandLine(new String[0]);
    }

    private static CommandLine commandLine(String... args) {
        CommandLine line = new CommandLine(new Greyctl());
        line.getCommandSpec().version("greyctl " + Version.text());
        Class<?> called = args.length == 0 ? null : COMMANDS.get(args[0]);
        if (called == null || called == CompletionCommand.class) {
            COMMANDS.forEach(line::addSubcommand);
        } else {
            line.addSubcommand(args[0], called);
        }
        return line.setExpandAtFiles(false) // A sender may begin with @.
                .setExecutionStrategy(Greyctl::executed)
                .setParameterExceptionHandler((e, words) -> wrong(e.getCommandLine(), e, words))
                .setExecutionExceptionHandler((e, failed, parsed) -> failed(failed, e));
    }

    /// Runs the command whose values can all be meant.
    private static int executed(CommandLine.ParseResult parsed) {
        CommandLine.ParseResult its = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
        Optional<String> problem = GivenValues.problem(its);
        if (problem.isPresent()) {
            throw new CommandLine.ParameterException(
                    its.commandSpec().commandLine(), problem.get());
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private static int wrong(CommandLine line, Exception e, String... args) {
        boolean isWhole = line.getParent() == null;
        String advice =
                isWhole
                        ? inOrder(line, args)
                                .map(right -> "; write " + right)
                                .orElse("; greyctl --help shows the commands")
                        : "; greyctl " + line.getCommandName() + " --help shows the options";
        // picocli speaks of Java's types.
        String what =
                String.valueOf(e.getMessage())
                        .replaceFirst("is not an? (int|long)$", "is no whole number");
        line.getErr().println("greyctl: " + GivenValues.cut(what) + advice);
        return USAGE;
    }

    /// The command line with the options behind the command, where they belong, if they were before
    /// it.
    private static Optional<String> inOrder(CommandLine line, String... args) {
        for (int i = 1; i < args.length; i++) {
            CommandLine command = line.getSubcommands().get(args[i]);
            if (command != null && args[0].startsWith("--")) {
                String option = args[0].replaceFirst("=.*", "");
                List<String> words = new ArrayList<>(List.of("greyctl", args[i]));
                words.addAll(List.of(args).subList(i + 1, args.length));
                words.addAll(List.of(args).subList(0, i));
                return command.getCommandSpec().findOption(option) == null
                        ? Optional.empty()
                        : Optional.of(String.join(" ", words));
            }
        }
        return Optional.empty();
    }

    private static int failed(CommandLine line, Exception e) throws Exception {
        if (e instanceof NobodyReadsException) {
            return CommandLine.ExitCode.OK;
        }
        if (!(e instanceof NoAnswerException)) {
            throw e;
        }
        line.getErr().println("greyctl: " + GivenValues.cut(String.valueOf(e.getMessage())));
        return AskCommand.NO_ANSWER;
    }
}
