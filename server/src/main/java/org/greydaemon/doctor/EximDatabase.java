package org.greydaemon.doctor;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An Exim that greylists itself, with a database that its ACLs write into: Fedora's exim-greylist
/// and what is like it. Stateless.
final class EximDatabase {
    /// It remembers who was deferred. Who only reads may look for whom the daemon is asked about.
    private static final Pattern REMEMBERS =
            Pattern.compile(
                    "(?is)lookup\\s+(sqlite|mysql|pgsql)\\b(?=.{0,400}gr[ea]y)"
                            + ".{0,200}?\\b(?:insert|replace)\\b");

    private static final List<String> ROOTS =
            List.of("acl_smtp_mail", "acl_smtp_rcpt", "acl_smtp_predata", "acl_smtp_data");

    private EximDatabase() {}

    /// The ACLs that do so and are gone through.
    static List<Finding> findings(EximAcls acls) {
        List<String> roots = ROOTS.stream().map(acls::named).toList();
        return acls.statements().entrySet().stream()
                .filter(acl ->
                        acls.ways(acl.getKey()).stream()
                                .anyMatch(way -> roots.contains(way.root())))
                .flatMap(acl -> finding(acl).stream())
                .toList();
    }

    private static List<Finding> finding(Map.Entry<String, List<EximStatement>> acl) {
        boolean defers =
                acl.getValue().stream()
                        .anyMatch(one -> one.isVerb("defer") && !one.text().contains("readsocket"));
        for (EximStatement one : acl.getValue()) {
            Matcher remembers = REMEMBERS.matcher(one.text());
            if (defers && remembers.find()) {
                return List.of(
                        new Finding(
                                acl.getKey()
                                        + " greylists too, with a database of its own (lookup "
                                        + remembers.group(1)
                                        + ")",
                                "take it out: each would have the other's mail wait"));
            }
        }
        return List.of();
    }
}
