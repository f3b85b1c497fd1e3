package org.greydaemon.exempt;

import org.greydaemon.mistake.MistakeException;

import java.util.List;

/// Conditions of a line that exclude each other: it looks right, and decides about no mail.
final class Contradiction {
    private static final String REMEDY = "take one of them out";

    private Contradiction() {}

    /// Looks for one.
    ///
    /// @param conditions all of a line
    /// @throws MistakeException if there is one
    static void check(List<Condition> conditions) throws MistakeException {
        for (Condition condition : conditions) {
            if (condition instanceof Condition.Not(Condition excluded)) {
                check(excluded, conditions);
            }
        }
        if (isOf(Subject.SPF, conditions)
                && conditions.stream().anyMatch(Contradiction::isBounce)) {
            throw new MistakeException(
                    "SPF is not asked about the null sender, which has no domain, so the line could"
                            + " never fit",
                    REMEDY);
        }
    }

    private static void check(Condition excluded, List<Condition> conditions)
            throws MistakeException {
        for (Condition condition : conditions) {
            if (excluded.covers(condition)) {
                throw new MistakeException(
                        "not %s excludes all that %s means, so the line could never fit"
                                .formatted(excluded.subject().word(), condition.subject().word()),
                        REMEDY);
            }
        }
    }

    private static boolean isOf(Subject subject, List<Condition> conditions) {
        return conditions.stream().anyMatch(condition -> condition.subject() == subject);
    }

    private static boolean isBounce(Condition condition) {
        return condition instanceof Condition.Text(Subject subject, TextPattern pattern)
                && subject == Subject.SENDER
                && pattern.isNullSender();
    }
}
