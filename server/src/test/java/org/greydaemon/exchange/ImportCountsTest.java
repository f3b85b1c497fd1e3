package org.greydaemon.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ImportCountsTest {
    @Test
    void everyKindIsCountedAndTheFirstProblemIsKept() {
        ImportCounts tally = new ImportCounts();
        tally.add(1, new FoundEntry.ProvenClient("192.0.2.7", 17));
        tally.add(1, new FoundEntry.Saved("O 17 pool.example -"));
        tally.add(2, Found.Part.PART);
        tally.add(3, new Found.Left(Found.Why.BLACK));
        tally.add(4, new Found.Malformed("'x' is wrong"));
        tally.add(5, new Found.Malformed("'y' is wrong"));
        assertThat(tally.entries()).isEqualTo(2);
        assertThat(tally.text())
                .containsExactly(
                        "read 1 proven clients, 0 proven networks, 0 triplets",
                        "and 1 entries of networks, hosts, domains and suspects",
                        "left out: 1 spam traps and blacklisted entries, greydaemon has none",
                        "malformed: 2 lines, the first is line 4: 'x' is wrong");
        assertThat(tally.json())
                .hasToString(
                        "{\"clients\":1,\"networks\":0,\"triplets\":0,\"others\":1,\"left_out\":{\"black\":1},\"malformed\":2,\"problem\":\"line"
                            + " 4: 'x' is wrong\"}");
    }
}
