package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Exim: one ACL may use another one (its specification, chapter 44), and what stands before the
/// call counts wherever it stands.
final class EximAclsTest {
    private static final String ASK =
            "${readsocket{inet:127.0.0.1:10023}{$sender_host_address}{5s}{ }{white}}";

    private static List<String> findings(String rcpt, String data, String others) {
        return findings("", rcpt, data, others);
    }

    private static List<String> findings(String lists, String rcpt, String data, String others) {
        String text =
                lists
                        + """
                        acl_smtp_rcpt = check_rcpt
                        acl_smtp_data = check_data
                        hostlist own = 127.0.0.1 : ::::1 : 192.168.0.0/16
                        hostlist partners = 198.51.100.0/24
                        begin acl
                        check_rcpt:
                          accept senders = :
                        %s
                          accept
                        check_data:
                          accept !senders = :
                        %s
                          accept
                        %s
                        begin routers
                        """
                                .formatted(rcpt, data, others);
        Daemon daemon = Daemon.of(List.of("policy 127.0.0.1:10023"));
        return EximFindings.of(text, daemon, new Machine()).stream()
                .map(Finding::toString)
                .toList();
    }

    private static final String SPARED =
            "  accept hosts = +own\n  accept authenticated = *\n  require verify = recipient\n";

    private static final String OTHERS_SPARED = SPARED.replaceFirst("  accept hosts.*\\n", "");

    private static final String DATA =
            "  accept hosts = +own\n  accept authenticated = *\n"
                    + "  defer condition = ${if eq{"
                    + ASK
                    + "}{grey}}\n";

    private static final String GREYLIST =
            "greylist:\n  defer\n    condition = ${if eq{" + ASK + "}{grey}}\n  accept\n";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "  require acl = greylist",
                "  deny !acl = greylist",
                "  defer condition = ${acl{greylist}{$domain}}",
                "  require acl = middle",
                "  require acl = greylist $domain",
            })
    void anAclThatTheUsedOneUsesIsUsed(String call) {
        String others = GREYLIST + "middle:\n  require acl = greylist\n  accept\n";
        assertThat(findings(SPARED + call, DATA, others)).isEmpty();
    }

    @Test
    void whatStandsBeforeItsUseCountsForIt() {
        String call = "  require acl = greylist\n";
        assertThat(findings(call, DATA, GREYLIST))
                .satisfiesExactlyInAnyOrder(
                        one -> assertThat(one).contains("greylist greylists authenticated users"),
                        one -> assertThat(one).contains("greylist greylists this host's programs"),
                        one -> assertThat(one).contains("recipients that do not exist"));
        String spares = "  require !hosts = +own\n    !authenticated = *\n    verify = recipient\n";
        assertThat(findings(spares + "    acl = greylist\n", DATA, GREYLIST)).isEmpty();
        assertThat(findings("  accept\n" + SPARED + call, DATA, GREYLIST))
                .anyMatch(one -> one.contains("accepts everything before it asks"));
    }

    /// Who has checks in ACLs of their own has made them all the same.
    @Test
    void whatAnAclHasCheckedBeforeCountsForTheCall() {
        String call = "  defer condition = ${if eq{" + ASK + "}{grey}}\n";
        String spares = "own:\n  accept hosts = +own\n  accept authenticated = *\n  deny\n";
        String checks =
                """
                checks:
                  require acl = inner
                  accept
                inner:
                  require verify = recipient
                  accept
                """;
        String others = spares + checks;
        assertThat(findings("  accept acl = own\n  require acl = checks\n" + call, DATA, others))
                .isEmpty();
        assertThat(findings("  accept acl = own\n  deny !acl = checks\n" + call, DATA, others))
                .isEmpty();
        // An ACL that only a require uses accepts nothing, and what a warn sees refuses nobody.
        assertThat(findings("  require acl = own\n  warn acl = checks\n" + call, DATA, others))
                .anyMatch(one -> one.contains("greylists authenticated users"))
                .anyMatch(one -> one.contains("greylists this host's programs"))
                .anyMatch(one -> one.contains("recipients that do not exist"));
    }

    @Test
    void anAclThatNobodyUsesAsksNobody() {
        String self = GREYLIST + "  require acl = greylist\n";
        assertThat(findings(SPARED, DATA, self))
                .anyMatch(one -> one.contains("the ACL that asks the daemon is"));
    }

    /// What the nested one accepts, the one that uses it may defer; and what it keeps, judge.
    @Test
    void theAnswerMayBeJudgedByWhoUsesIt() {
        String accepts = GREYLIST.replaceFirst("defer", "accept");
        assertThat(findings(SPARED + "  defer acl = greylist\n", DATA, accepts)).isEmpty();
        assertThat(findings(SPARED + "  deny acl = greylist\n", DATA, accepts))
                .anyMatch(one -> one.contains("does not begin with defer"));
        String keeps = "greylist:\n  warn set acl_m_grey = " + ASK + "\n  accept\n";
        String judges = "  warn acl = greylist\n  defer condition = ${if eq{$acl_m_grey}{grey}}\n";
        assertThat(findings(SPARED + judges, DATA, keeps)).isEmpty();
    }

    /// Seen with Exim 4.96: below `warn` a deferral is a condition that is false, and an expansion
    /// that fails for it is no condition.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "  warn acl = greylist | defers in vain",
                "  require condition = ${acl{greylist}{$domain}} | defers in vain",
                "  warn set acl_m_x = ${acl{greylist}} | defers in vain",
                "  warn acl = middle | defers in vain",
                "  deny condition = ${acl{greylist}} | refuses mail for good",
            })
    void nobodyHasAUseForItsDeferral(String call, String found) {
        String others = GREYLIST + "middle:\n  require acl = greylist\n  accept\n";
        assertThat(findings(SPARED + "  " + call, DATA, others))
                .singleElement()
                .asString()
                .startsWith("greylist ")
                .contains(found);
    }

    /// A `warn` may keep what has become of it.
    @Test
    void whatAWarnKeepsMayBeJudged() {
        String accepts = GREYLIST.replaceFirst("defer", "accept").replaceFirst("  accept\n$", "");
        String keeps = "  warn acl = greylist\n    set acl_m_grey = yes\n";
        String judges = "  defer condition = $acl_m_grey\n";
        assertThat(findings(SPARED + keeps + judges, DATA, accepts)).isEmpty();
        assertThat(findings(SPARED + keeps, DATA, accepts)).isNotEmpty();
    }

    /// As greylistd-setup-exim4 writes it.
    @Test
    void theStatementItselfMayVerifyTheRecipient() {
        String defer =
                "  defer\n    verify = recipient/callout=20s,defer_ok\n    condition = "
                        + ASK
                        + "\n";
        String before = SPARED.replace("  require verify = recipient\n", "");
        assertThat(findings(before + defer, DATA, "")).isEmpty();
        String late = defer.replace("    verify = recipient/callout=20s,defer_ok\n", "");
        assertThat(findings(before + late + "    verify = recipient\n", DATA, ""))
                .singleElement()
                .asString()
                .contains("recipients that do not exist");
    }

    @Test
    void whoseTheHostsAreTheirListSays() {
        String call = "  defer condition = ${if eq{" + ASK + "}{grey}}\n";
        assertThat(findings(SPARED + call, DATA, "")).isEmpty();
        assertThat(findings(SPARED.replace("+own", "@[] : 10.0.0.0/8") + call, DATA, "")).isEmpty();
        assertThat(findings(SPARED.replace("+own", "+partners") + call, DATA, ""))
                .singleElement()
                .asString()
                .contains("greylists this host's programs");
        assertThat(findings(SPARED.replace("+own", ":") + call, DATA, ""))
                .singleElement()
                .asString()
                .contains("greylists this host's programs that come over loopback");
    }

    /// The statement that asks may except hosts itself. `:` is an empty item, mail that comes over
    /// no network.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "!hosts = : | greylists this host's programs that come over loopback",
                "!hosts = | greylists this host's programs that come over loopback",
                "!hosts = +partners | greylists this host's programs and the hosts",
                "!hosts = : +partners | greylists this host's programs and the hosts",
                "hosts = !+partners | greylists this host's programs and the hosts",
                "!hosts = : +own |",
                "hosts = !+own |",
                "hosts = ! 192.168.0.0/16 : ! @[] : * |",
                "!hosts = <; ; ::1 |",
                "!hosts = +both |",
                "!hosts = +relay_from_hosts |",
                "!hosts = fd00::::/8 |",
                "!hosts = net-iplsearch;/etc/own | could not be judged",
                "!hosts = ${if exists{/etc/own}{/etc/own}{}} | could not be judged",
                "!hosts = /no/such/file | could not be judged",
            })
    void whomTheStatementExceptsItsListSays(String hosts, String found) {
        String call = "  defer " + hosts + "\n    condition = ${if eq{" + ASK + "}{grey}}\n";
        List<String> findings =
                findings("hostlist both = +partners : +own\n", OTHERS_SPARED + call, DATA, "");
        if (found == null) {
            assertThat(findings).isEmpty();
        } else {
            assertThat(findings).singleElement().asString().contains(found);
        }
    }

    @Test
    void aFilesHostsAreRead(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("own");
        String call =
                "  defer !hosts = %s\n    condition = ${if eq{%s}{grey}}\n".formatted(file, ASK);
        Files.writeString(file, "# ours\n198.51.100.7\n192.168.7.0/24\n");
        assertThat(findings(OTHERS_SPARED + call, DATA, "")).isEmpty();
        Files.writeString(file, "# ours: not 127.0.0.1\n198.51.100.7\n");
        assertThat(findings(OTHERS_SPARED + call, DATA, ""))
                .singleElement()
                .asString()
                .contains("greylists this host's programs and the hosts");
    }

    @Test
    void bouncesMayBeAskedAboutBeforeDataOrTooLate() {
        String call = "  defer condition = ${if eq{" + ASK + "}{grey}}\n";
        String text = "acl_smtp_predata = predata\n";
        Daemon daemon = Daemon.of(List.of("policy 127.0.0.1:10023"));
        assertThat(
                        EximFindings.of(
                                text
                                        + "acl_smtp_rcpt = rcpt\nhostlist own = 127.0.0.1\n"
                                        + "begin acl\nrcpt:\n  accept senders = :\n"
                                        + SPARED
                                        + call
                                        + "predata:\n  accept !senders = :\n"
                                        + DATA,
                                daemon,
                                new Machine()))
                .isEmpty();
        assertThat(findings(SPARED + call, "  accept\n" + DATA, ""))
                .singleElement()
                .asString()
                .startsWith("check_data accepts everything before it asks the daemon");
    }

    @Test
    void aStatementMayAskOthersBefore() {
        String first = "condition = ${readsocket{/run/none/p0f}{x}{2s}{}{}}\n    ";
        String call = "  defer " + first + "condition = ${if eq{" + ASK + "}{grey}}\n";
        assertThat(findings(SPARED + call, DATA, ""))
                .singleElement()
                .asString()
                .contains("'/run/none/p0f', where nobody listens");
    }

    /// A message that has a recipient who waits may wait as a whole.
    @Test
    void whatIsKeptAtRcptMayBeJudgedAtData() {
        String keeps = SPARED + "  warn condition = " + ASK + "\n    set acl_m_waits = 1\n";
        String judges = "  defer condition = $acl_m_waits\n";
        assertThat(findings(keeps, judges + DATA, "")).isEmpty();
        assertThat(findings(keeps, "  require acl = last\n" + DATA, "last:\n" + judges)).isEmpty();
        assertThat(findings(keeps, judges.replace("defer", "deny") + DATA, ""))
                .anyMatch(one -> one.contains("does not begin with defer"));
        assertThat(findings(keeps, DATA, "last:\n" + judges))
                .singleElement()
                .asString()
                .contains("does not look at the answer");
    }

    /// As Fedora's exim-greylist does, shortened.
    private static final String DATABASE =
            """
            greylist_mail:
              warn set acl_m_expiry = ${lookup sqlite {/var/spool/exim/db/greylist.db \\
                                         SELECT expire FROM greylist WHERE id='1';}{$value}}
              warn condition = ${if eq {$acl_m_expiry}{} {1}}
                   set acl_m_dontcare = ${lookup sqlite {/var/spool/exim/db/greylist.db \\
                                           INSERT INTO greylist VALUES ( '1', '2');}}
              defer condition = ${if > {$acl_m_expiry}{$tod_epoch}}
              accept
            """;

    private static final String DEFERS =
            SPARED + "  defer condition = ${if eq{" + ASK + "}{grey}}\n";

    @Test
    void anEximMayGreylistItself() {
        assertThat(findings(DEFERS, DATA + "  require acl = greylist_mail\n", DATABASE))
                .singleElement()
                .asString()
                .startsWith("greylist_mail greylists too, with a database of its own (lookup sqli");
        assertThat(findings(DEFERS, DATA, DATABASE)).isEmpty();
        String reads = DATABASE.replace("INSERT INTO", "SELECT * FROM");
        assertThat(findings(DEFERS, DATA + "  require acl = greylist_mail\n", reads)).isEmpty();
        String others = DATABASE.replace("grey", "rate");
        assertThat(findings(DEFERS, DATA + "  require acl = ratelist_mail\n", others)).isEmpty();
    }

    /// Whom the daemon is asked about may stand in a database.
    @Test
    void aDatabaseMaySayWhoIsAskedAbout() {
        String some =
                "  accept condition = ${lookup mysql{SELECT 1 FROM users WHERE greylist=0}}\n";
        assertThat(findings(some + DEFERS, DATA, "")).isEmpty();
    }
}
