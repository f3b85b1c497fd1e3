package org.greydaemon.bench.month;

import org.greydaemon.bench.month.Table.Interval;
import org.greydaemon.decision.Evidence.Spf;
import org.greydaemon.replay.Envelope;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Makes what bots send in the month.
final class BotMail {
    private static final int FREE_MAIL_DOMAINS = 20;

    private final Plan plan;
    private final BotPlan bots;
    private final Dice dice;
    private final List<Delivery> made = new ArrayList<>();

    BotMail(Plan plan, Dice dice) {
        this.plan = plan;
        bots = plan.bots();
        this.dice = dice;
    }

    /// All of it.
    List<Delivery> make() {
        double sum = bots.kinds().stream().mapToDouble(BotPlan.Kind::share).sum();
        long bot = 0;
        for (BotPlan.Kind kind : bots.kinds()) {
            long count = Math.round(bots.sessions() * kind.share() / sum / kind.messages());
            for (long i = 0; i < count; i++) {
                new Bot(kind, dice.of(bot++)).send();
            }
        }
        return made;
    }

    /// One bot, with a host and what DNS says of it.
    private final class Bot {
        private final BotPlan.Kind kind;
        private final Dice chance;
        private final String network;
        private final int host;
        private final String named;
        private final int form;
        private final String domain;
        private final String helo;
        private final boolean hasSpf;

        Bot(BotPlan.Kind kind, Dice chance) {
            this.kind = kind;
            this.chance = chance;
            network = Addresses.network(chance);
            host = chance.below(254);
            named = kind.names().orElse(bots.names()).at(chance.share());
            form = chance.below(100);
            domain = Correspondent.word(chance.below(Integer.MAX_VALUE)) + ".example";
            helo = bots.helo().at(chance.share());
            // Only who sends with a domain of its own can have a record that names its host.
            hasSpf = kind.names().isPresent() && chance.percent(bots.spf());
        }

        void send() {
            long start = plan.someTime(chance);
            for (int i = 0; i < kind.messages(); i++) {
                start += i == 0 ? 0 : chance.between(5, 40);
                Dice message = chance.of(i);
                List<String> recipients = new ArrayList<>();
                for (int r = 0; r < kind.recipients(); r++) {
                    // A dictionary holds names that nobody has.
                    recipients.add(
                            plan.mailbox(
                                    message.below(
                                            plan.mailboxes() * (kind.recipients() > 1 ? 20 : 1))));
                }
                String sender = sender(message);
                made.add(
                        new Delivery(
                                false,
                                kind.name(),
                                times(start, message),
                                n -> attempt(n, sender, recipients, message),
                                kind.recipients(),
                                Optional.empty()));
            }
        }

        /// Snowshoe has a domain of its own; the others claim to be anybody.
        private String sender(Dice message) {
            String name = Correspondent.word(message.below(100_000));
            return kind.names().isPresent()
                    ? name + "@" + domain
                    : name
                            + "@"
                            + (message.percent(50)
                                    ? "freemail" + message.below(FREE_MAIL_DOMAINS)
                                    : Correspondent.word(message.below(1_000_000)))
                            + ".example";
        }

        private List<Long> times(long start, Dice message) {
            List<Long> times = new ArrayList<>();
            times.add(start);
            for (Interval interval : kind.again()) {
                times.add(start + message.between(interval.from(), interval.to()));
            }
            return times;
        }

        private Envelope attempt(int n, String sender, List<String> recipients, Dice message) {
            Dice own = message.of(100 + n);
            String address =
                    switch (n == 0 ? "same" : kind.from()) {
                        case "net" -> Addresses.in(network, own.below(254));
                        case "elsewhere" -> Addresses.any(own);
                        default -> Addresses.in(network, host);
                    };
            return new Envelope(
                    address,
                    Optional.of(hosts(address)),
                    switch (helo) {
                        case "address" -> address;
                        case "site" -> "site.example";
                        default -> Correspondent.word(own.below(1_000_000));
                    },
                    sender,
                    recipients,
                    false,
                    hasSpf ? Spf.PASS : Spf.NONE);
        }

        private List<String> hosts(String address) {
            int number = (int) (Correspondent.number(address) % 100_000);
            return switch (named) {
                case "line" -> Addresses.named(some(bots.lineNames()), address, number, domain);
                case "hoster" -> Addresses.named(some(bots.hosterNames()), address, number, domain);
                case "own" -> Addresses.named("mx%n.%d", address, number % 100, domain);
                default -> List.of();
            };
        }

        private String some(List<String> forms) {
            return forms.get(form % forms.size());
        }
    }
}
