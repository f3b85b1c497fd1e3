package org.greydaemon.config;

import org.greydaemon.decision.RetryWindow;
import org.greydaemon.mistake.MistakeException;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/// The senders whose retries are known, from measurements, sources and documents. The resource
/// retry-schedules.csv says where each is from.
public final class SenderSchedules {
    private static final String RESOURCE = "retry-schedules.csv";

    private static final int NAME = 0;
    private static final int KIND = 1;
    private static final int SAME_ADDRESS = 4;
    private static final int ADDRESSES = 5;
    private static final int DELIVERED = 6;
    private static final int OFFSETS = 8;

    /// The time that lists cover, in seconds.
    private static final long DAY = 86_400;

    private SenderSchedules() {}

    /// Reads all of them.
    public static List<SenderSchedule> read() {
        try (InputStream in =
                        Objects.requireNonNull(
                                SenderSchedules.class.getResourceAsStream(RESOURCE), RESOURCE);
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return lines.lines().skip(1).map(SenderSchedules::schedule).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads a window as the configuration file has it, `240s` and `24h`.
    ///
    /// @throws MistakeException if it is none, or no mail could pass
    public static RetryWindow window(String delay, String window) throws MistakeException {
        long min = parse("--delay", delay);
        long max = parse("--window", window);
        if (min >= max) {
            throw new MistakeException(
                    "--delay "
                            + delay
                            + " is not shorter than --window "
                            + window
                            + ", so no mail could ever pass",
                    "lower it or raise --window");
        }
        return new RetryWindow(min, max);
    }

    private static long parse(String option, String text) throws MistakeException {
        try {
            return Durations.parse(text).toSeconds();
        } catch (MistakeException e) {
            throw e.at(option);
        }
    }

    /// The senders of whose messages 95 of 100 get through with one window and not with another.
    static List<String> missed(RetryWindow with, RetryWindow without) {
        return read().stream()
                .filter(sender -> !sender.isAttacker())
                .filter(sender -> sender.passesByAddress(with).most().isPresent())
                .filter(sender -> sender.passesByAddress(without).most().isEmpty())
                .map(SenderSchedule::name)
                .toList();
    }

    /// The senders that try again more often than a number of times before a delay is over.
    static List<String> earlier(long delaySeconds, long times) {
        return read().stream()
                .filter(sender -> !sender.isAttacker())
                .filter(sender -> sender.retriesBefore(delaySeconds) > times)
                .map(SenderSchedule::name)
                .toList();
    }

    private static SenderSchedule schedule(String line) {
        List<String> fields = fields(line);
        String offsets = fields.get(OFFSETS);
        List<Long> seen =
                offsets.isEmpty()
                        ? List.of()
                        : Arrays.stream(offsets.split(" ", -1)).map(Long::valueOf).toList();
        return new SenderSchedule(
                fields.get(NAME),
                fields.get(KIND),
                addresses(fields.get(SAME_ADDRESS), fields.get(ADDRESSES)),
                seen.size() + 1,
                fields.get(DELIVERED).equals("yes") ? continued(seen) : seen);
    }

    /// A list that ended because the message was delivered goes on at its last pace.
    private static List<Long> continued(List<Long> seen) {
        List<Long> all = new ArrayList<>(seen);
        long pace = seen.getLast() - seen.get(seen.size() - 2);
        while (all.getLast() + pace < DAY) {
            all.add(all.getLast() + pace);
        }
        return all;
    }

    private static OptionalInt addresses(String same, String count) {
        if (!count.isEmpty()) {
            return OptionalInt.of(Integer.parseInt(count));
        }
        return same.equals("yes") ? OptionalInt.of(1) : OptionalInt.empty();
    }

    /// The fields of a line of CSV (RFC 4180), none of which holds a line end or a quote.
    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }
}
