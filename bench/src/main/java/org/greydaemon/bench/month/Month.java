package org.greydaemon.bench.month;

import org.greydaemon.config.DaemonSettings;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.replay.Outcomes;
import org.greydaemon.replay.TrialDaemon;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// `bench/month`: plays the month for each set of rules and prints a table.
public final class Month {
    private final Plan plan;
    private final long seed;

    Month(Plan plan, long seed) {
        this.plan = plan;
        this.seed = seed;
    }

    /// Plays it by one set of rules, with an empty memory at its begin.
    Simulation play(RulesRow row) throws IOException {
        DaemonSettings settings = row.configuration(new Dice(seed).of(3)).settings();
        List<Delivery> deliveries = deliveries(row);
        if (row.listed() == 0) {
            return new Simulation(
                            new TrialDaemon(
                                    settings.rules(), Exemptions.NONE, settings.entriesMax()))
                    .play(deliveries);
        }
        ListedHosts list = new ListedHosts(deliveries, row.listed());
        return new Simulation(
                        new TrialDaemon(
                                settings.rules(),
                                ListedHosts.pass(deliveries.getFirst().time(0)),
                                settings.entriesMax(),
                                list))
                .play(deliveries);
    }

    private List<Delivery> deliveries(RulesRow row) {
        Plan played =
                row.botNames().map(names -> plan.withBots(plan.bots().with(names))).orElse(plan);
        Dice dice = new Dice(seed);
        List<Delivery> all = new ArrayList<>(new GoodMail(played, dice.of(1)).make());
        all.addAll(new BotMail(played, dice.of(2)).make());
        return all;
    }

    /// A row of the table.
    static String row(String name, Simulation played) {
        Outcomes outcomes = played.outcomes();
        return "| %s | %s | %.0f s | %d s | %d s | %s | %d | %s | %s | %d |"
                .formatted(
                        name,
                        percent(outcomes.delayed(), outcomes.good()),
                        outcomes.mean(),
                        outcomes.percentile(95),
                        outcomes.percentile(99),
                        percent(outcomes.overAnHour(), outcomes.good()),
                        outcomes.lost(),
                        percent(outcomes.othersStopped(), outcomes.others()),
                        percent(outcomes.recipientsStopped(), outcomes.recipients()),
                        played.daemon().entriesMost());
    }

    private static String who(Outcomes.Delayed wait) {
        return "| %s from <%s> | 1 | | %d s | | | |"
                .formatted(wait.who().client(), wait.who().sender(), wait.seconds());
    }

    private static String percent(long part, long of) {
        return String.format(Locale.ROOT, "%.1f %%", of == 0 ? 0 : 100.0 * part / of);
    }

    /// The head of the table.
    static List<String> head() {
        return List.of(
                "| rules | good mail delayed | mean over all good mail | p95 | p99 | over 1 h |"
                        + " lost | bots stopped | spam recipients stopped | most entries |",
                "|---|---|---|---|---|---|---|---|---|---|");
    }

    /// Where good mail waits and which bots come in, a line for each provider and kind.
    static List<String> details(Simulation played) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("| from | messages | delayed | mean | over 1 h | lost | of all waiting |");
        lines.add("|---|---|---|---|---|---|---|");
        long all = Math.max(1, played.outcomes().waited());
        for (Map.Entry<String, Outcomes> entry : played.byLabel().entrySet()) {
            Outcomes of = entry.getValue();
            lines.add(
                    of.good() > 0
                            ? "| %s | %d | %s | %.0f s | %s | %d | %s |"
                                    .formatted(
                                            entry.getKey(),
                                            of.good(),
                                            percent(of.delayed(), of.good()),
                                            of.mean(),
                                            percent(of.overAnHour(), of.good()),
                                            of.lost(),
                                            percent(of.waited(), all))
                            : "| %s | %d | %s stopped | | | | |"
                                    .formatted(
                                            entry.getKey(),
                                            of.others(),
                                            percent(of.othersStopped(), of.others())));
        }
        played.outcomes().longest().forEach(wait -> lines.add(who(wait)));
        return lines;
    }

    /// What the command line says.
    ///
    /// @param seed of the chance
    /// @param messages how many good ones; 0 for as many as the file says
    /// @param details the set of rules to tell more about; none if there is no such
    private record Order(Path file, long seed, int messages, String details) {
        static Order of(String... args) {
            Order order = new Order(Path.of(args[0]), 1, 0, "");
            for (int i = 1; i < args.length; i += 2) {
                if (i + 1 == args.length) {
                    throw new IllegalArgumentException(args[i] + ": has no value; write one");
                }
                order = order.with(args[i], args[i + 1]);
            }
            return order;
        }

        private Order with(String name, String value) {
            return switch (name) {
                case "--seed" -> new Order(file, Long.parseLong(value), messages, details);
                case "--messages" -> new Order(file, seed, Integer.parseInt(value), details);
                case "--details" -> new Order(file, seed, messages, value);
                default ->
                        throw new IllegalArgumentException(
                                name + ": is none of --seed, --messages, --details");
            };
        }
    }

    /// Plays and prints.
    ///
    /// @param args the file, and the options of `bench/month`
    public static void main(String[] args) throws IOException {
        try {
            print(Order.of(args));
        } catch (NumberFormatException e) {
            fail(e.getMessage() + "; write a whole number");
        } catch (IllegalArgumentException e) {
            fail(String.valueOf(e.getMessage()));
        }
    }

    private static void fail(String problem) {
        System.err.println("month: " + problem);
        System.exit(2);
    }

    private static void print(Order order) throws IOException {
        Plan read = Plan.read(order.file());
        Plan plan = order.messages() == 0 ? read : read.scaledTo(order.messages());
        Month month = new Month(plan, order.seed());
        System.out.printf(
                "%d mailboxes, %d days, %d good messages, %d of bots; seed %d.%n%n",
                plan.mailboxes(),
                plan.days(),
                plan.goodMessages(),
                plan.bots().sessions(),
                order.seed());
        head().forEach(System.out::println);
        List<String> details = new ArrayList<>();
        long attempts = 0;
        long began = System.nanoTime();
        for (RulesRow row : plan.rows()) {
            Simulation played = month.play(row);
            System.out.println(row(row.name(), played));
            attempts += played.daemon().attempts();
            if (order.details().equals(row.name())) {
                details.addAll(details(played));
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "%n%d attempts in %.1f s, %.0f a second.%n", attempts, seconds, attempts / seconds);
        details.forEach(System.out::println);
    }
}
