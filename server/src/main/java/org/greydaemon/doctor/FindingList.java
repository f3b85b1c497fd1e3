package org.greydaemon.doctor;

import java.util.ArrayList;
import java.util.List;

/// What was found so far, each once. Confined to one thread.
final class FindingList {
    private final List<Finding> findings = new ArrayList<>();

    /// Something that is wrong.
    void add(String what, String remedy) {
        add(new Finding(what, remedy));
    }

    void add(Finding finding) {
        if (!findings.contains(finding)) {
            findings.add(finding);
        }
    }

    List<Finding> all() {
        return List.copyOf(findings);
    }
}
