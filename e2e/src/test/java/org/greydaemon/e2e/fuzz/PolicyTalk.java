package org.greydaemon.e2e.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/// Postfix's policy requests: all states of a message, several messages on one connection.
final class PolicyTalk implements Talk {
    private static final List<String> STATES =
            List.of("CONNECT", "EHLO", "MAIL", "RCPT", "RCPT", "RCPT", "DATA", "END-OF-MESSAGE");

    @Override
    public String says(Choices with) {
        StringBuilder all = new StringBuilder();
        String instance = with.value("a" + with.below(3) + ".5.0");
        for (int i = 1 + with.below(4); i > 0; i--) {
            List<String> lines = with.order(request(with, instance), () -> line(with));
            all.append(String.join("", lines));
        }
        return with.isWrong() ? with.octets(all.toString()) : all.toString();
    }

    private static List<String> request(Choices with, String instance) {
        List<String> lines = new ArrayList<>();
        lines.add("request=smtpd_access_policy\n");
        lines.add("protocol_state=" + with.value(with.any(STATES)) + "\n");
        lines.add("client_address=" + with.client() + "\n");
        lines.add("client_name=" + with.host() + "\n");
        lines.add("helo_name=" + with.host() + "\n");
        lines.add("sender=" + (with.oneIn(4) ? "" : with.address()) + "\n");
        lines.add("recipient=" + with.address() + "\n");
        lines.add("recipient_count=" + with.value("" + with.below(3)) + "\n");
        lines.add("instance=" + instance + "\n");
        if (with.oneIn(5)) {
            lines.add("sasl_username=" + with.value("") + "\n");
        }
        lines.add("\n");
        return lines;
    }

    private static String line(Choices with) {
        if (with.oneIn(9)) {
            return "x=\n".repeat(90 + with.below(20));
        }
        return with.value("attribute") + "=" + with.value("value") + "\n";
    }

    /// The first line decides, so what is changed may have become greylistd's words.
    @Override
    public void check(String heard) {
        Harmless.check(heard);
        assertThat(heard).matches("(action=[ -~]+\n\n)*|grey|white|error: .*");
    }
}
