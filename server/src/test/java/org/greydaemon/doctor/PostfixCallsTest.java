package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.doctor.WellPostfix.CALL;
import static org.greydaemon.doctor.WellPostfix.findings;
import static org.greydaemon.doctor.WellPostfix.well;

import static java.util.Locale.ROOT;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;

/// In which of its lists a Postfix asks, and behind what.
final class PostfixCallsTest {
    @Test
    void aClassOfRestrictionsMayAsk() {
        Map<String, String> main = well();
        main.put("smtpd_recipient_restrictions", "check_client_access cidr:/etc/postfix/some");
        main.put("smtpd_data_restrictions", "");
        main.put("smtpd_restriction_classes", "quick, greylist");
        main.put("quick", "permit");
        main.put("greylist", CALL);
        assertThat(findings(main))
                .singleElement()
                .asString()
                .startsWith("greylist asks the daemon, and is a class of restrictions");
    }

    @Test
    void whomAClassIsForIsNotJudgedByTheCallAtData() {
        Map<String, String> main = well();
        main.put("smtpd_recipient_restrictions", "check_client_access cidr:/etc/postfix/some");
        main.put("smtpd_restriction_classes", "greylist");
        main.put("greylist", CALL);
        assertThat(findings(main))
                .singleElement()
                .asString()
                .startsWith("greylist asks the daemon, and is a class of restrictions");
    }

    /// RESTRICTION_CLASS_README: a list may name a class as it names a restriction.
    @Test
    void aClassThatAListNamesIsJudgedWhereItStands() {
        Map<String, String> main = well();
        main.replaceAll((_, value) -> value.replace(CALL, "greylist"));
        main.put("smtpd_restriction_classes", "greylist, inner");
        main.put("greylist", "reject_unlisted_recipient, inner");
        main.put("inner", CALL + ", inner");
        assertThat(findings(main)).isEmpty();
        main.merge(
                "smtpd_recipient_restrictions",
                "",
                (value, _) -> value.replace("greylist", "permit, greylist"));
        assertThat(findings(main)).anyMatch(line -> line.contains("ends with permit"));
    }

    @Test
    void whoAsksTheDestinationKnowsItsRecipients() {
        Map<String, String> main = well();
        main.replaceAll((_, value) ->
                value.replace("reject_unlisted_recipient", "reject_unverified_recipient"));
        assertThat(findings(main)).isEmpty();
    }

    /// Seen with Postfix 3.7.
    @Test
    void restrictionsAreTheSameInAnyCase() {
        Map<String, String> main = well();
        main.replaceAll(
                (name, value) -> name.endsWith("restrictions") ? value.toUpperCase(ROOT) : value);
        main.replaceAll((_, value) ->
                value.replace("INET:", "inet:")
                        .replace("TIMEOUT=5S", "timeout=5s")
                        .replace("DEFAULT_ACTION", "default_action"));
        assertThat(findings(main)).isEmpty();
        main.merge(
                "smtpd_recipient_restrictions",
                "",
                (value, _) -> value.replace("PERMIT_MYNETWORKS", "PERMIT"));
        assertThat(findings(main)).anyMatch(line -> line.contains("ends with PERMIT before"));
    }

    @Test
    void relayingIsRefusedFirst() {
        Map<String, String> main = well();
        main.put("smtpd_relay_restrictions", "");
        main.merge(
                "smtpd_recipient_restrictions",
                "",
                (value, _) ->
                        value.replace("reject_unauth_destination, ", "")
                                + ", reject_unauth_destination");
        assertThat(findings(main))
                .anyMatch(line -> line.contains("before reject_unauth_destination"));
        main.put("smtpd_relay_restrictions", "permit_mynetworks, reject_unauth_destination");
        assertThat(findings(main)).isEmpty();
        main.put("smtpd_relay_before_recipient_restrictions", "no");
        assertThat(findings(main))
                .anyMatch(line -> line.contains("before reject_unauth_destination"));
    }

    /// smtpd goes through several lists, and whoever one of them refuses is in none behind it.
    @ParameterizedTest
    @CsvSource({
        "smtpd_relay_restrictions, yes, yes, true",
        "smtpd_relay_restrictions, yes, no, false",
        "smtpd_client_restrictions, yes, no, true",
        "smtpd_sender_restrictions, yes, yes, true",
        "smtpd_sender_restrictions, no, yes, false",
        "smtpd_data_restrictions, yes, yes, false",
    })
    void anEarlierListMayRefuseWhoIsNotThere(
            String earlier, String waits, String relayFirst, boolean isWell) {
        Map<String, String> main = well();
        main.put("smtpd_delay_reject", waits);
        main.put("smtpd_relay_before_recipient_restrictions", relayFirst);
        String both = "reject_unauth_destination, reject_unlisted_recipient, ";
        main.merge("smtpd_recipient_restrictions", "", (value, _) -> value.replace(both, ""));
        main.merge(earlier, both + "permit_mynetworks", (value, more) -> more + ", " + value);
        if (isWell) {
            assertThat(findings(main)).isEmpty();
        } else {
            assertThat(findings(main)).anyMatch(line -> line.contains("do not exist"));
        }
    }

    @Test
    void beforeRcptNobodyIsJudged() {
        Map<String, String> main = well();
        main.put("smtpd_delay_reject", "no");
        main.put("smtpd_client_restrictions", CALL);
        assertThat(findings(main)).anyMatch(line -> line.contains("never hears of a recipient"));
    }
}
