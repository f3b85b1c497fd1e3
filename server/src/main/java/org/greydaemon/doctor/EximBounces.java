package org.greydaemon.doctor;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where an Exim asks about bounces. At RCPT it should not: what other sites ask with the null
/// sender to verify an address (the specification's chapter 44, callouts) ends there, and would
/// wait; at DATA it should, and only about them. Confined to one thread.
final class EximBounces {
    private static final String DOCUMENT = "see docs/exim.md";
    private static final String NO_BOUNCES = "add !senders = : to the statement in ";

    private final Set<String> atRcpt = new LinkedHashSet<>();
    private final Set<String> allAtData = new LinkedHashSet<>();
    private boolean atData;

    /// Whom the conditions about the sender leave.
    private enum Whom {
        ALL,
        BOUNCES,
        OTHERS,
        /// Nobody knows, but somebody has thought of it.
        UNKNOWN
    }

    /// An ACL asks at RCPT.
    ///
    /// @param asking the statement that asks, and those that use its ACL
    /// @param before the statements before it
    void rcpt(String acl, List<EximStatement> asking, List<EximStatement> before) {
        Whom whom = whom(asking, before);
        if (whom == Whom.ALL || whom == Whom.BOUNCES) {
            atRcpt.add(acl);
        }
    }

    /// The same at DATA, or before it.
    void data(String acl, List<EximStatement> asking, List<EximStatement> before) {
        Whom whom = whom(asking, before);
        atData |= whom != Whom.OTHERS;
        if (whom == Whom.ALL) {
            allAtData.add(acl);
        }
    }

    /// What is wrong where ordinary mail is asked about at RCPT.
    ///
    /// @param isDataKnown whether it is known which ACL is gone through at DATA
    List<Finding> findings(boolean isDataKnown) {
        List<Finding> findings = new ArrayList<>();
        boolean lacks = isDataKnown && !atData;
        String second = "the second block of the document to the ACL of acl_smtp_data, " + DOCUMENT;
        for (String acl : atRcpt) {
            findings.add(
                    new Finding(
                            acl
                                    + " asks about bounces at RCPT, where other sites' address"
                                    + " verification ends, which waits then",
                            NO_BOUNCES + acl + (lacks ? ", and " + second : ", " + DOCUMENT)));
        }
        if (lacks && atRcpt.isEmpty()) {
            findings.add(new Finding("bounces are not asked about at DATA", "add " + second));
        }
        for (String acl : allAtData) {
            findings.add(
                    new Finding(
                            acl
                                    + " asks at DATA about all mail, which was asked about at RCPT"
                                    + " already",
                            "add senders = : to the statement in " + acl + ", " + DOCUMENT));
        }
        return findings;
    }

    private static Whom whom(List<EximStatement> asking, List<EximStatement> before) {
        for (EximStatement one : asking) {
            Whom whom = whom(one);
            if (whom != Whom.ALL) {
                return whom;
            }
        }
        for (EximStatement one : before) {
            Whom accepted = one.isVerb("accept") ? whom(one) : Whom.ALL;
            if (accepted != Whom.ALL) {
                return accepted == Whom.BOUNCES
                        ? Whom.OTHERS
                        : accepted == Whom.OTHERS ? Whom.BOUNCES : Whom.UNKNOWN;
            }
        }
        return Whom.ALL;
    }

    private static Whom whom(EximStatement statement) {
        for (Map.Entry<String, Boolean> list : statement.lists("senders").entrySet()) {
            List<String> items = items(list.getKey());
            if (items.stream().allMatch(String::isEmpty)) {
                return list.getValue() ? Whom.OTHERS : Whom.BOUNCES;
            }
            if (items.contains("") && list.getValue()) {
                return Whom.OTHERS;
            }
            if (!items.contains("*")) {
                return Whom.UNKNOWN;
            }
        }
        boolean looks =
                statement.says(
                        "condition",
                        value -> value.contains("sender_address") && !value.contains("readsocket"));
        return looks ? Whom.UNKNOWN : Whom.ALL;
    }

    /// An empty item at the end is none (the specification's chapter 6, empty items in lists).
    private static List<String> items(String list) {
        List<String> items = new ArrayList<>(EximHosts.items(list));
        if (items.getLast().isEmpty()) {
            items.removeLast();
        }
        return items;
    }
}
