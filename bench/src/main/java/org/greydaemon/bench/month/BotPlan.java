package org.greydaemon.bench.month;

import org.greydaemon.bench.month.Table.Interval;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What bots are like.
///
/// @param sessions how many messages they send
/// @param names what DNS confirms of their hosts
/// @param helo what they call themselves
/// @param spf per cent of those with a domain of their own have an SPF record for it
/// @param kinds of them
/// @param lineNames forms of names of end users' lines
/// @param hosterNames forms of hosters' default names
record BotPlan(
        int sessions,
        Shares<String> names,
        Shares<String> helo,
        double spf,
        List<Kind> kinds,
        List<String> lineNames,
        List<String> hosterNames) {
    /// A kind of bot.
    ///
    /// @param share of the sessions
    /// @param again when it tries again: seconds, each somewhere in an interval
    /// @param from where the next attempt comes from: same, net, elsewhere
    /// @param names what DNS confirms, if that is not as with the others
    /// @param recipients of a message
    /// @param messages that one bot sends
    record Kind(
            String name,
            double share,
            List<Interval> again,
            String from,
            Optional<Shares<String>> names,
            int recipients,
            int messages) {
        static Kind read(Table table) {
            List<Interval> again = new ArrayList<>(table.intervals("again"));
            if (table.has("every")) {
                int every = table.whole("every");
                for (long at = every; at <= table.whole("for"); at += every) {
                    again.add(new Interval(at, at));
                }
            }
            return new Kind(
                    table.text("name"),
                    table.number("share"),
                    List.copyOf(again),
                    table.has("from") ? table.text("from") : "same",
                    table.has("names") ? Optional.of(table.shares("names")) : Optional.empty(),
                    (int) table.number("recipients", 1),
                    (int) table.number("messages", 1));
        }
    }

    static BotPlan read(Table all) {
        Table bots = all.table("bots");
        return new BotPlan(
                bots.whole("sessions"),
                bots.shares("names"),
                bots.shares("helo"),
                bots.number("spf"),
                all.tables("bot").stream().map(Kind::read).toList(),
                bots.texts("line-names"),
                bots.texts("hoster-names"));
    }

    BotPlan scaled(double factor) {
        return new BotPlan(
                (int) (sessions * factor), names, helo, spf, kinds, lineNames, hosterNames);
    }

    /// The same bots, but this is what DNS confirms of their hosts.
    BotPlan with(Shares<String> others) {
        return new BotPlan(sessions, others, helo, spf, kinds, lineNames, hosterNames);
    }
}
