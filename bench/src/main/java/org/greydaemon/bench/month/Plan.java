package org.greydaemon.bench.month;

import org.greydaemon.bench.month.Correspondent.Form;
import org.greydaemon.config.SenderSchedule;
import org.greydaemon.config.SenderSchedules;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the month is like: `bench/month.toml`, which says where its figures are from.
///
/// @param days how long it is
/// @param mailboxes of the site
/// @param goodMessages how many good messages
/// @param regular per cent of them from a mailbox' regular correspondents
/// @param known per cent of the others from somebody who writes to the site's other mailboxes
/// @param repeated per cent of messages with digits are codes that users ask for again
/// @param odd per cent of senders' own servers without a confirmed name of their own
/// @param spf per cent of senders have an SPF record that names their hosts
/// @param kinds of good mail
/// @param providers of servers, by name
/// @param bots the other mail
/// @param rows the sets of rules
record Plan(
        int days,
        int mailboxes,
        int goodMessages,
        double regular,
        double known,
        double repeated,
        double odd,
        double spf,
        List<Kind> kinds,
        Map<String, Provider> providers,
        BotPlan bots,
        List<RulesRow> rows) {
    /// When the month begins.
    static final long BEGIN = 1_700_000_000;

    private static final int DAY = 86_400;

    /// Of a day's mail so much comes in the twelve hours around noon.
    private static final int BY_DAY = 75;

    /// A kind of good mail.
    ///
    /// @param like the kind whose senders write this too; its own name if it has its own
    /// @param senders how many write it to the site
    /// @param regulars how many of them a mailbox knows
    /// @param from whose servers they use
    record Kind(
            String name,
            double share,
            String like,
            int senders,
            int regulars,
            Shares<String> from,
            Form form) {
        static Kind read(Table table) {
            boolean own = !table.has("like");
            return new Kind(
                    table.text("name"),
                    table.number("share"),
                    own ? table.text("name") : table.text("like"),
                    own ? table.whole("senders") : 0,
                    own ? table.whole("regulars") : 0,
                    own ? table.shares("from") : new Shares<>(Map.of()),
                    Form.of(table));
        }

        /// The same with another number of senders.
        Kind with(int others) {
            return new Kind(name, share, like, others, regulars, from, form);
        }
    }

    /// Reads the file.
    ///
    /// @throws IllegalArgumentException if it says something that cannot be meant
    static Plan read(Path file) throws IOException {
        TomlParseResult parsed = Toml.parse(file);
        if (parsed.hasErrors()) {
            throw new IllegalArgumentException(file + ": " + parsed.errors().getFirst());
        }
        Table all = new Table(file.toString(), parsed);
        List<SenderSchedule> schedules = SenderSchedules.read();
        Map<String, Provider> providers = new LinkedHashMap<>();
        for (Table table : all.tables("provider")) {
            providers.put(table.text("name"), Provider.read(table, schedules));
        }
        List<Kind> kinds = new ArrayList<>();
        for (Table table : all.tables("kind")) {
            kinds.add(Kind.read(table));
        }
        Table good = all.table("good");
        return new Plan(
                all.whole("days"),
                all.whole("mailboxes"),
                good.whole("messages"),
                good.number("regular"),
                good.number("known"),
                good.number("repeated"),
                all.table("own").number("odd"),
                good.number("spf"),
                List.copyOf(kinds),
                providers,
                BotPlan.read(all),
                all.tables("rules").stream().map(RulesRow::read).toList());
    }

    /// The same with so many good messages, and everything else in proportion.
    Plan scaledTo(int messages) {
        double factor = (double) messages / goodMessages;
        List<Kind> scaled =
                kinds.stream()
                        .map(kind -> kind.with((int) Math.max(1, kind.senders() * factor)))
                        .toList();
        return new Plan(
                days,
                Math.max(1, (int) (mailboxes * factor)),
                messages,
                regular,
                known,
                repeated,
                odd,
                spf,
                scaled,
                providers,
                bots.scaled(factor),
                rows);
    }

    /// The same with other bots.
    Plan withBots(BotPlan others) {
        return new Plan(
                days,
                mailboxes,
                goodMessages,
                regular,
                known,
                repeated,
                odd,
                spf,
                kinds,
                providers,
                others,
                rows);
    }

    /// The provider with a name.
    Provider provider(String name) {
        return Optional.ofNullable(providers.get(name))
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "from: there is no provider '" + name + "'; add one"));
    }

    /// The address of a mailbox.
    String mailbox(int number) {
        return Correspondent.word(number) + "@site.example";
    }

    /// Some time of the month, rather by day.
    long someTime(Dice dice) {
        long day = dice.below(days);
        long second =
                dice.percent(BY_DAY)
                        ? DAY / 4 + dice.below(DAY / 2)
                        : (DAY * 3 / 4 + dice.below(DAY / 2)) % DAY;
        return BEGIN + day * DAY + second;
    }
}
