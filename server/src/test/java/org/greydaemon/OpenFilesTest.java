package org.greydaemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/// What a daemon does with the open files that the system allows it.
final class OpenFilesTest {
    @Test
    void tooFewAreRefusedAtTheStart() {
        assertThatThrownBy(() -> Start.requireFiles(44))
                .hasMessage(
                        "open files: the system allows 44, of which few would be left for"
                                + " connections; allow at least 128, better 1024, with ulimit -n or"
                                + " LimitNOFILE= in the unit");
        assertThatThrownBy(() -> Start.requireFiles(63)).isInstanceOf(StartException.class);
        assertThatCode(() -> Start.requireFiles(128)).doesNotThrowAnyException();
    }

    @Test
    void connectionsTakeNoneThatTheDaemonNeedsItself() {
        assertThat(FrontEnds.limits(64).connectionsMax()).isEqualTo(4);
        assertThat(FrontEnds.limits(1024).connectionsMax()).isEqualTo(244);
        assertThat(FrontEnds.limits(Long.MAX_VALUE).connectionsMax()).isEqualTo(1000);
        assertThat(FrontEnds.limits(0).connectionsMax()).isOne();
    }
}
