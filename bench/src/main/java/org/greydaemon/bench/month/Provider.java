package org.greydaemon.bench.month;

import org.greydaemon.config.SenderSchedule;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Whose servers senders use: when they try again, and from where.
///
/// @param tries when it tries again, in seconds after the first attempt
/// @param lastSecond when it gives up
/// @param phase how many seconds a retry may be early or late
/// @param networks of IPv4; none if each sender has its own server
/// @param networks6 of IPv6
/// @param hosts in each network
/// @param ipv6Share of its messages
/// @param choice where the next attempt comes from
/// @param of how many addresses one message may come from
/// @param host the form of hosts' names
/// @param sharedDomain that some senders use
/// @param sharedShare of the senders that use it
/// @param batv whether senders get a new BATV tag at each attempt
record Provider(
        String name,
        List<Long> tries,
        long lastSecond,
        int phase,
        List<String> networks,
        List<String> networks6,
        int hosts,
        double ipv6Share,
        Choice choice,
        int of,
        String host,
        String sharedDomain,
        double sharedShare,
        boolean batv) {
    /// Where the next attempt of a message comes from.
    enum Choice {
        /// The same host.
        HOST,
        /// Any host of the same network.
        NET,
        /// Any host of any network.
        ANY,
        /// The same host, over IPv4 and IPv6 in turn.
        BOTH,
        /// The same host, with another address of its /64.
        PRIVACY
    }

    /// Reads one.
    ///
    /// @param schedules those that are known
    static Provider read(Table table, Collection<SenderSchedule> schedules) {
        boolean shares = table.has("shared");
        return new Provider(
                table.text("name"),
                table.has("tries") ? table.numbers("tries") : known(table, schedules),
                (long) (table.number("hours") * 3600),
                table.whole("phase"),
                table.texts("networks"),
                table.texts("ipv6"),
                table.whole("hosts"),
                table.number("ipv6-share", 0),
                choice(table),
                (int) table.number("of", Integer.MAX_VALUE),
                table.text("host"),
                shares ? table.table("shared").text("domain") : "",
                shares ? table.table("shared").number("share") : 0,
                table.has("batv"));
    }

    private static Choice choice(Table table) {
        String word = table.text("try");
        for (Choice choice : Choice.values()) {
            if (choice.name().equalsIgnoreCase(word)) {
                return choice;
            }
        }
        throw table.wrong("try", "'" + word + "' is none of host, net, any, both, privacy");
    }

    private static List<Long> known(Table table, Collection<SenderSchedule> schedules) {
        String name = table.text("schedule");
        return schedules.stream()
                .filter(schedule -> schedule.name().equals(name))
                .findFirst()
                .orElseThrow(() -> table.wrong("schedule", "'" + name + "' is not known"))
                .offsets();
    }

    /// Whether it is a mail server program that each sender runs for itself.
    boolean isOwn() {
        return networks.isEmpty();
    }

    /// When a message is tried whose first attempt is at `start`.
    List<Long> times(long start, Dice dice) {
        List<Long> times = new ArrayList<>();
        times.add(start);
        long step = 0;
        long at = 0;
        long shift = dice.between(-phase, phase);
        for (int i = 0; at < lastSecond; i++) {
            if (i < tries.size()) {
                step = tries.get(i) - at;
                at = tries.get(i);
            } else {
                at += step; // As the last one, until it gives up.
            }
            times.add(start + Math.max(at + shift, 1));
        }
        return List.copyOf(times);
    }
}
