package org.greydaemon.e2e.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/// greylistd's words.
final class WordsTalk implements Talk {
    private static final List<String> COMMANDS =
            List.of(
                    "", "", "", "update ", "check ", "status ", "add ", "delete ", "stats", "mrtg",
                    "save", "reload", "list", "clear");

    @Override
    public String says(Choices with) {
        List<String> words = new ArrayList<>();
        words.add(with.value(with.any(COMMANDS)));
        if (with.oneIn(3)) {
            words.add("--" + with.value(with.any(List.of("white", "grey", "black"))) + " ");
        }
        words.add(with.client() + " ");
        words.add((with.oneIn(2) ? "<" + with.address() + ">" : with.address()) + " ");
        int recipients = with.oneIn(20) ? 1_100 : with.below(4);
        for (int i = 0; i < recipients; i++) {
            words.add(recipients > 4 ? "u" + i + "@d," : with.address() + with.value(","));
        }
        words.add(with.address());
        String line = String.join("", with.order(words, () -> with.value(" -x "))) + "\n";
        return with.isWrong() ? with.octets(line) : line;
    }

    /// The first line decides, so what is changed may have become a policy request.
    @Override
    public void check(String heard) {
        Harmless.check(heard);
        assertThat(heard)
                .matches(
                        "(action=[ -~]+\n\n"
                            + ")*|grey|white|true|false|unseen|error: .*|Added to .*|Removed from"
                            + " .*|(?s)Statistics since .*|(\\d+\n"
                            + "){2}.*\n"
                            + ".*\n");
    }
}
