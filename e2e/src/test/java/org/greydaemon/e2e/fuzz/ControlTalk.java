package org.greydaemon.e2e.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/// What operators say over the control socket.
final class ControlTalk implements Talk {
    private static final List<String> COMMANDS =
            List.of(
                    "status",
                    "top",
                    "check",
                    "explain",
                    "list",
                    "export",
                    "forget",
                    "allow",
                    "disallow",
                    "exemptions",
                    "lint",
                    "import",
                    "tail",
                    "check",
                    "explain",
                    "import",
                    "save",
                    "reload");

    private static final String TAIL = "\"tail\"";

    @Override
    public String says(Choices with) {
        String command = with.any(COMMANDS);
        if ((command.equals("save") || command.equals("reload")) && !with.oneIn(10)) {
            command = "status"; // They take long.
        }
        List<String> members = new ArrayList<>();
        members.add("\"command\":" + text(with, command));
        members.add("\"client\":" + text(with, with.client()));
        for (String name : List.of("sender", "recipient")) {
            if (with.oneIn(2)) {
                members.add("\"" + name + "\":" + text(with, with.address()));
            }
        }
        for (String name : List.of("older", "younger", "until")) {
            if (with.oneIn(5)) {
                members.add("\"" + name + "\":" + with.value("1"));
            }
        }
        for (String name : List.of("state", "reason", "host", "helo")) {
            if (with.oneIn(5)) {
                members.add("\"" + name + "\":" + text(with, with.any(List.of("waiting", "new"))));
            }
        }
        members.add("\"dry_run\":" + with.value("true"));
        String other = "\"" + with.value("wide") + "\":" + with.value("true");
        String line = "{" + String.join(",", with.order(members, () -> other)) + "}\n";
        String all =
                command.equals("import") ? line.replace("true", "false") + entries(with) : line;
        return with.isWrong() ? with.octets(all) : all;
    }

    private static String entries(Choices with) {
        StringBuilder all = new StringBuilder();
        for (int i = with.below(5); i > 0; i--) {
            String time = with.value("1" + "%09d".formatted(with.below(1_000_000_000)));
            List<String> members =
                    with.order(
                            List.of(
                                    "\"time\":" + time,
                                    "\"client\":" + text(with, with.client()),
                                    "\"sender\":" + text(with, with.address()),
                                    "\"recipient\":" + text(with, with.address())),
                            () -> "\"network\":" + text(with, "198.51.100.0/24"));
            all.append('{').append(String.join(",", members)).append("}\n");
        }
        return all.toString();
    }

    private static String text(Choices with, String value) {
        String changed = with.value(value);
        return "\""
                + (with.oneIn(4)
                        ? changed
                        : changed.replaceAll(
                                "[\"\\\\\0-\037]", with.oneIn(2) ? "\\\\u001b" : "\\\\n"))
                + "\"";
    }

    /// To follow what is decided goes on until the operator goes.
    @Override
    public boolean ends(String said) {
        return !said.contains(TAIL);
    }

    @Override
    public void check(String heard) {
        Harmless.check(heard);
        assertThat(heard).matches("(\\{.*}\n|\n)*");
        if (!heard.isBlank()) {
            assertThat(heard.strip().lines().reduce((a, b) -> b).orElse(""))
                    .matches(
                            "\\{\"ok\":(true|false).*|\\{\"at\".*|\\{\"dropped\".*|\\{.*\"reason\".*");
        }
    }
}
