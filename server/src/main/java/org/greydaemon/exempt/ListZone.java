package org.greydaemon.exempt;

import java.util.regex.Pattern;

/// How the domain of a list in DNS is shown, anywhere but in the file where the operator has
/// written it: a customer's key is part of the name, and whoever has it can ask at his expense. No
/// state.
///
/// ```
/// aip7yig6sahg6ehsohn5shco3z.zen.dq.spamhaus.net    aip7[...].zen.dq.spamhaus.net
/// list.dnswl.org                                    list.dnswl.org
/// ```
public final class ListZone {
    private static final String CUT = "[...]";

    /// A label as long as only keys are, of a domain below another one: Spamhaus gives out keys of
    /// 26 characters, Abusix of 32, and a list's own names are words. Other text may stand around
    /// it, as it does where a line is wrong. The first characters tell which key it is.
    private static final Pattern KEY =
            Pattern.compile("([A-Za-z0-9_-]{4})[A-Za-z0-9_-]{12,}+(?=\\.[^\\s@]*\\.[A-Za-z0-9_-])");

    private ListZone() {}

    /// The text, its keys shortened.
    static String shown(String text) {
        return KEY.matcher(text).replaceAll("$1" + CUT);
    }

    /// A domain that is there as long as the list is: the name as it is shown, or the last two
    /// labels of one that was shortened.
    public static String owner(String shown) {
        int dot = shown.lastIndexOf('.', shown.lastIndexOf('.') - 1);
        return shown.contains(CUT) ? shown.substring(dot + 1) : shown;
    }
}
