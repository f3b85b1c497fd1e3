package org.greydaemon.bench.month;

import org.greydaemon.bench.month.Correspondent.Form;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Makes the good mail of the month.
final class GoodMail {
    /// How much more the first of several senders writes than the second: the n-th one's share is
    /// one n-th to this power (Zipf).
    private static final double ZIPF = 0.8;

    private static final double GOLDEN_RATIO = 0.618_033_988_749_895;

    /// A user who waits for a code asks for another one after so many seconds.
    private static final long[] ASKS_AGAIN = {120, 300};

    private final Plan plan;
    private final Dice dice;
    private final List<Delivery> made = new ArrayList<>();
    private long correspondents;

    GoodMail(Plan plan, Dice dice) {
        this.plan = plan;
        this.dice = dice;
    }

    /// All of it.
    List<Delivery> make() {
        Map<String, Double> parts = new LinkedHashMap<>();
        Map<String, Plan.Kind> kinds = new LinkedHashMap<>();
        Map<String, Writers> writers = new LinkedHashMap<>();
        for (Plan.Kind kind : plan.kinds()) {
            parts.put(kind.name(), kind.share());
            kinds.put(kind.name(), kind);
            if (kind.like().equals(kind.name())) {
                writers.put(kind.name(), new Writers(kind));
            }
        }
        Shares<String> shares = new Shares<>(parts);
        for (int i = 0; i < plan.goodMessages(); i++) {
            Dice message = dice.of(i);
            Plan.Kind kind = Objects.requireNonNull(kinds.get(shares.at(message.share())));
            Objects.requireNonNull(writers.get(kind.like()), kind.like())
                    .message(message, kind.form());
        }
        return made;
    }

    /// Who writes mail of one kind.
    private final class Writers {
        private final Plan.Kind kind;
        private final List<Correspondent> known = new ArrayList<>();
        private final int[][] regulars;
        private final double[] zipfOfKnown;
        private final double[] zipfOfRegulars;

        Writers(Plan.Kind kind) {
            this.kind = kind;
            for (int i = 0; i < kind.senders(); i++) {
                known.add(correspondent((i + 0.5) * GOLDEN_RATIO % 1));
            }
            zipfOfKnown = zipf(kind.senders());
            zipfOfRegulars = zipf(kind.regulars());
            Dice chance = dice.of(Correspondent.number(kind.name()) + plan.goodMessages());
            regulars = new int[plan.mailboxes()][kind.regulars()];
            for (int[] ofMailbox : regulars) {
                Arrays.setAll(ofMailbox, _ -> pick(zipfOfKnown, chance));
            }
        }

        private Correspondent correspondent(double place) {
            Provider provider = plan.provider(kind.from().at(place));
            long id = correspondents++;
            Dice chance = new Dice(id).of(7);
            String domain =
                    chance.percent(provider.sharedShare())
                            ? provider.sharedDomain()
                            : Correspondent.word(id) + ".example";
            boolean odd = provider.isOwn() && chance.percent(plan.odd());
            return new Correspondent(
                    id,
                    provider,
                    domain,
                    kind.form(),
                    chance.percent(plan.spf()),
                    !odd
                            ? List.of(provider.host())
                            : chance.percent(50) ? List.of() : List.of(Journey.ODD));
        }

        void message(Dice message, Form form) {
            int mailbox = message.below(plan.mailboxes());
            Correspondent sender;
            if (message.percent(plan.regular())) {
                sender = known.get(regulars[mailbox][pick(zipfOfRegulars, message)]);
            } else if (message.percent(plan.known())) {
                sender = known.get(pick(zipfOfKnown, message));
            } else {
                sender = correspondent(message.share());
            }
            sender = sender.with(form);
            long start = plan.someTime(message);
            String recipient = plan.mailbox(mailbox);
            Delivery first = delivery(sender, recipient, start, message.of(0));
            made.add(first);
            if (form == Form.DIGITS && message.percent(plan.repeated())) {
                for (int again = 0; again < ASKS_AGAIN.length; again++) {
                    long asked = start + ASKS_AGAIN[again];
                    made.add(
                            delivery(sender, recipient, asked, message.of(1 + again))
                                    .unless(first));
                }
            }
        }

        private Delivery delivery(
                Correspondent sender, String recipient, long start, Dice ofMessage) {
            Journey journey = new Journey(sender, recipient, ofMessage);
            return new Delivery(
                    true,
                    sender.provider().name(),
                    sender.provider().times(start, ofMessage.of(5)),
                    journey::attempt,
                    1,
                    Optional.empty());
        }
    }

    /// The sums of the shares of the first, of the first two, and so on.
    private static double[] zipf(int count) {
        double[] upTo = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Math.pow(i + 1, -ZIPF);
            upTo[i] = sum;
        }
        return upTo;
    }

    private static int pick(double[] upTo, Dice chance) {
        int found = Arrays.binarySearch(upTo, chance.share() * upTo[upTo.length - 1]);
        return found < 0 ? -found - 1 : found;
    }
}
