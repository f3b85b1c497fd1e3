package org.greydaemon.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.concurrent.Callable;

/// `greyctl completion`: what bash needs to complete greyctl's commands and options.
@Command(
        name = "completion",
        sortOptions = false,
        description = "Prints a script that lets bash complete commands and options.")
final class CompletionCommand implements Callable<Integer> {
    @Option(names = "--help", usageHelp = true, description = "Show this and exit.")
    @SuppressWarnings("UnusedVariable") // picocli reads it.
    private boolean help;

    @Spec private CommandSpec spec = CommandSpec.create(); // picocli puts the real one in.

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        AutoComplete.bash("greyctl", spec.root().commandLine()).lines().forEach(out::println);
        return 0;
    }
}
