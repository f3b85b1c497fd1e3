package org.greydaemon.e2e.browser;

import org.greydaemon.decision.Reason;
import org.greydaemon.history.History;
import org.greydaemon.history.Mark;
import org.greydaemon.metrics.Counter;
import org.greydaemon.metrics.Histogram;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/// The history of a day that no test waits for, written as the daemon writes its own: the only
/// thing that is not done over sockets here.
final class PastMail {
    private static final long DAY = 86_400;

    private final Random random = new Random(20_261_128);
    private final Metrics metrics = new Metrics();
    private final Map<Reason, Counter> decisions = new EnumMap<>(Reason.class);
    private final Counter never =
            metrics.counter(Metric.MESSAGES_NEVER_CAME_BACK, "suspect", "address");
    private final Counter recipients =
            metrics.counter(Metric.NEVER_CAME_BACK, "suspect", "address");
    private final Histogram waits = metrics.histogram(Metric.DELAY_SECONDS);

    /// Writes the day before now, and what is remembered of it.
    ///
    /// @param saveFile of the daemon that will have had it
    /// @return how many mails never came back
    static long write(Path saveFile) throws IOException {
        Files.createDirectories(saveFile.getParent());
        PastMail past = new PastMail();
        Files.write(saveFile, past.entries(System.currentTimeMillis() / 1000));
        past.day(saveFile.resolveSibling(saveFile.getFileName() + ".history"));
        return past.never.value();
    }

    /// Clients that are proven, and mail that has not come back, or not yet.
    private List<String> entries(long now) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 900; i++) {
            int network = random.nextInt(1 + random.nextInt(14));
            String client = (i % 3 == 0 ? "198.18." : "203.0.") + (100 + network) + "." + i % 250;
            boolean isProven = random.nextInt(16) > network;
            long age = (long) Math.exp(random.nextDouble() * Math.log(86_000));
            lines.add(
                    isProven
                            ? "I " + (now - 20 * age) + " " + client
                            : "G "
                                    + (now - age)
                                    + " "
                                    + client
                                    + " offer@shop.example office@example.net");
        }
        return lines;
    }

    private void day(Path file) {
        long now = System.currentTimeMillis() / 1000;
        AtomicLong wall = new AtomicLong(now - DAY);
        try (History history = History.open(file, metrics, wall::get, new Nobody())) {
            history.mark(Mark.Occasion.START, "1.0.0");
            while (wall.get() < now - 60) {
                minute(wall.get());
                history.everySecond();
                wall.addAndGet(60);
                if (wall.get() / 60 == (now - DAY / 3) / 60) {
                    history.mark(Mark.Occasion.RELOAD, "retry.delay 300s -> 240s");
                }
            }
            history.everySecond();
        }
    }

    /// More mail by day than by night, and a wave of bots in the evening.
    private void minute(long time) {
        double hour = time % DAY / 3600.0;
        double busy = 0.25 + Math.max(0, Math.sin((hour - 5) / 24 * 2 * Math.PI));
        many(Reason.KNOWN, 9 * busy);
        many(Reason.EXEMPT, 1.5 * busy);
        many(Reason.NEW, 3 + (hour > 19 && hour < 21 ? 9 : 0) * random.nextDouble());
        many(Reason.EARLY, 0.8);
        for (int i = 0; i < 4 * random.nextDouble(); i++) {
            never.increment();
            recipients.increment();
            recipients.increment();
        }
        int passed = many(Reason.PASSED, 0.7 * busy);
        for (int i = 0; i < passed; i++) {
            double wait = 240 + 60 * Math.exp(2 * random.nextGaussian() + 1);
            waits.observe((long) wait);
        }
    }

    private int many(Reason reason, double mean) {
        int count = (int) Math.max(0, mean + Math.sqrt(mean) * random.nextGaussian());
        for (int i = 0; i < count; i++) {
            counter(reason).increment();
        }
        return count;
    }

    private Counter counter(Reason reason) {
        return decisions.computeIfAbsent(
                reason, _ -> metrics.counter(Metric.DECISIONS, "udp", reason.word()));
    }

    private static final class Nobody implements History.Observer {
        @Override
        public void damaged(Path file, String what) {
            throw new IllegalStateException(what);
        }

        @Override
        public void failed(Path file, IOException cause, boolean isFirst) {
            throw new IllegalStateException(cause);
        }

        @Override
        public void works(Path file) {}
    }
}
