package org.greydaemon.e2e.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/// Datagrams of greydaemon's own protocol.
final class UdpTalk implements Talk {
    @Override
    public String says(Choices with) {
        List<String> fields = new ArrayList<>();
        fields.add("I" + with.client() + "\0");
        fields.add("F" + (with.oneIn(4) ? "" : with.address()) + "\0");
        int recipients = with.oneIn(20) ? 1_100 : 1 + with.below(4);
        for (int i = 0; i < recipients; i++) {
            fields.add("T" + (recipients > 5 ? "u" + i : with.address()) + "\0");
        }
        String said = String.join("", with.order(fields, () -> with.value("X") + "\0"));
        return with.isWrong() ? with.octets(said) : said;
    }

    @Override
    public void check(String heard) {
        assertThat(heard).matches("(?s)([\0\1][\0-\5])*");
    }
}
