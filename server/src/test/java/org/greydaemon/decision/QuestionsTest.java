package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What has to be found out first.
final class QuestionsTest {
    private static Questions asking(String what) {
        Questions questions = new Questions();
        switch (what) {
            case "hosts" -> questions.askForHosts();
            case "spf" -> questions.askForSpf();
            default -> questions.askForListing(what);
        }
        return questions;
    }

    @ParameterizedTest
    @ValueSource(strings = {"hosts", "spf", "list.example"})
    void oneQuestionIsAskedUntilAllAreCleared(String what) {
        Questions all = new Questions();
        assertThat(all.isEmpty()).isTrue();
        all.askAll(asking(what));
        for (Questions each : new Questions[] {all, asking(what)}) {
            assertThat(each.isEmpty()).isFalse();
            assertThat(each.hosts()).isEqualTo(what.equals("hosts"));
            assertThat(each.spf()).isEqualTo(what.equals("spf"));
            assertThat(each.zones().contains(what)).isEqualTo(what.contains("."));
            each.clear();
            assertThat(each.isEmpty()).isTrue();
            assertThat(each.zones()).isEmpty();
        }
    }

    /// What nobody may be able to find out is no question, but a page about a deferral tells of it.
    @Test
    void whatIsLeftOpenIsNotAsked() {
        Questions open = new Questions();
        open.leaveOpen();
        assertThat(open.isEmpty()).isTrue();
        assertThat(open.isLeftOpen()).isTrue();
        Questions ours = asking("hosts");
        assertThat(ours.isLeftOpen()).isFalse();
        ours.askAll(asking("spf"));
        assertThat(ours.isLeftOpen()).isFalse();
        ours.askAll(open);
        assertThat(ours.isLeftOpen()).isTrue();
        ours.askAll(new Questions());
        assertThat(ours.isLeftOpen()).isTrue();
        ours.clear();
        assertThat(ours.isLeftOpen()).isFalse();
    }

    @Test
    void theQuestionsOfOthersAreAskedBesideOurs() {
        Questions ours = asking("hosts");
        ours.askForListing("one.example");
        ours.askAll(asking("spf"));
        ours.askAll(asking("two.example"));
        assertThat(ours.hosts()).isTrue();
        assertThat(ours.spf()).isTrue();
        assertThat(ours.zones()).containsExactly("one.example", "two.example");
    }
}
