package org.greydaemon.doctor;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An Exim that asks Rspamd at DATA (`spamd_address` with `variant=rspamd`), and defers itself what
/// that would have wait: `$spam_action` says so (the specification's chapter 45). Confined to one
/// thread.
final class EximRspamd {
    private static final Pattern ADDRESS =
            Pattern.compile("(?m)^\\s*spamd_address\\s*=\\s*(.*variant\\s*=\\s*rspamd.*)$");

    private final EximAcls acls;
    private final Rspamd rspamd;
    private final Optional<List<String>> hosts;

    /// @param text as {@link EximText} has read it
    EximRspamd(String text, EximAcls acls, Rspamd rspamd) {
        this.acls = acls;
        this.rspamd = rspamd;
        Matcher address = ADDRESS.matcher(text);
        hosts =
                address.find()
                        ? Optional.of(
                                EximHosts.items(address.group(1)).stream()
                                        .map(one -> one.split("\\s+", 2)[0])
                                        .toList())
                        : Optional.empty();
    }

    /// What is wrong beside the daemon.
    ///
    /// @param data the ACL of acl_smtp_data
    List<Finding> findings(String data) {
        if (hosts.isEmpty()) {
            return List.of();
        }
        return acls.statements().entrySet().stream()
                .filter(acl ->
                        acls.ways(acl.getKey()).stream().anyMatch(way -> way.root().equals(data)))
                .flatMap(acl ->
                        acl.getValue().stream()
                                .flatMap(one -> finding(acl.getKey(), one).stream())
                                .limit(1))
                .toList();
    }

    private Optional<Finding> finding(String acl, EximStatement statement) {
        if (!statement.isVerb("defer") || !statement.text().contains("spam_action")) {
            return Optional.empty();
        }
        return rspamd.scanner(
                acl + " defers what Rspamd says",
                hosts.get(),
                action -> statement.text().contains(action.startsWith("soft") ? "soft" : action));
    }
}
