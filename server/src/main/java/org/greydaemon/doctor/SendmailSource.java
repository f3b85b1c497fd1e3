package org.greydaemon.doctor;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A sendmail.mc, of which m4 makes the sendmail.cf that Sendmail reads. Stateless.
final class SendmailSource {
    private static final Pattern MACRO =
            Pattern.compile("(?m)^[ \\t]*(?:MAILER|FEATURE|OSTYPE|INPUT_MAIL_FILTER)\\(");
    private static final Pattern OPTION = Pattern.compile("(?m)^O[ \\t]+[A-Za-z]");

    /// One that `dnl` does not stand before.
    private static final Pattern FILTER =
            Pattern.compile(
                    "(?m)^[ \\t]*INPUT_MAIL_FILTER\\(\\s*`([^']*)'\\s*,\\s*`([^']*)'\\s*\\)");

    private SendmailSource() {}

    /// Whether a text is one, and no sendmail.cf.
    static boolean isOne(String text) {
        return MACRO.matcher(text).find() && !OPTION.matcher(text).find();
    }

    /// What is wrong where the sendmail.cf does not ask the daemon, and this would.
    static Optional<Finding> unmade(String source, Daemon daemon) {
        Matcher filter = FILTER.matcher(source);
        while (filter.find()) {
            String line = "X" + filter.group(1) + ", " + filter.group(2).replaceAll("\\R", " ");
            Optional<Place> place =
                    SendmailFilter.all(line).stream()
                            .findFirst()
                            .flatMap(SendmailFilter::place); // A name with a blank is none.
            if (place.isPresent() && Daemon.takes(daemon.milter(), place.get())) {
                return Optional.of(
                        new Finding(
                                "sendmail.mc has the filter "
                                        + filter.group(1)
                                        + ", and the sendmail.cf beside it, which Sendmail reads,"
                                        + " was made without it",
                                "make -C /etc/mail and restart Sendmail, see docs/sendmail.md"));
            }
        }
        return Optional.empty();
    }
}
