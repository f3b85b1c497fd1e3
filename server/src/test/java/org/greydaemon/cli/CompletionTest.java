package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;

final class CompletionTest {
    @Test
    void theScriptIsBashAndKnowsEveryCommandAndOption() throws Exception {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out, true);
        assertThat(Greyctl.run(writer, writer, "completion")).isZero();
        Greyctl.commandLine()
                .getSubcommands()
                .forEach((name, command) -> {
                    assertThat(out.toString()).contains("_" + name + "()");
                    command.getCommandSpec()
                            .options()
                            .forEach(option ->
                                    assertThat(out.toString()).contains(option.longestName()));
                });
        Process bash = new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
        bash.getOutputStream().write(out.toString().getBytes(UTF_8));
        bash.getOutputStream().close();
        assertThat(new String(bash.getInputStream().readAllBytes(), UTF_8)).isEmpty();
        assertThat(bash.waitFor()).isZero();
    }
}
