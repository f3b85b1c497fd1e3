package org.greydaemon.exempt;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.decision.Attempt;
import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ToLongBiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Mail that somebody waits for: for some minutes whatever comes for a recipient passes at the
/// first attempt, a login code for example. It proves nobody, as no exemption does. Safe for use by
/// several threads; who judges mail waits for none that changes it.
///
/// It lies in a file beside the save file, and is not part of {@link Exemptions} but asked by them:
/// these are made anew with every change, and a webmail may change this at every login.
///
/// ```
/// recipient carol@example.net until 2027-01-31T12:00:00Z # root: login
/// once recipient dora@example.net until 2027-01-31T12:00:00Z # http 127.0.0.1
/// taken 1f0c5c7be2b4d9aa recipient erin@example.net until 2027-01-31T12:00:00Z # root
/// ```
///
/// Of the last one the one sender has come; the number is {@link Once#taker}.
public final class Expected {
    /// What these exemptions are called in the log.
    static final String SOURCE = "expected";

    /// The most recipients at a time.
    public static final int RECIPIENTS_MAX = 10_000;

    /// The longest time, in seconds.
    public static final long SECONDS_MAX = 86_400;

    /// How often somebody may say so of a recipient within {@link #PER_SECONDS}: who could always
    /// say so would never be greylisted.
    public static final int TIMES_MAX = 10;

    private static final long PER_SECONDS = 3_600;

    /// The most recipients of whom it is known how often somebody said so.
    private static final int COUNTED_MAX = 2 * RECIPIENTS_MAX;

    private static final String ONCE = "once ";

    private static final Pattern TAKEN = Pattern.compile("taken ([0-9a-f]{16}) (.*)");

    /// A local part that needs no quotes, whatever stands before it.
    private static final Pattern PLAIN = Pattern.compile("[^\\s()<>,;:\\\\\"\\[\\]@#/]+");

    private final Path file;
    private final Consumer<String> onProblem;

    // By recipient in normal form. Words are taken under `this`, ends are moved by whoever looks at
    // the clock; read by whoever judges mail.
    private final Map<String, Exemption> byRecipient = new ConcurrentHashMap<>();

    // By recipient: the number of the word by which it was said in this process. The others are
    // from the file.
    private final Map<String, Long> saidHere = new ConcurrentHashMap<>();

    @GuardedBy("this")
    private long words;

    @GuardedBy("this")
    private final Map<String, Times> said = new HashMap<>();

    // Set by whoever judges mail: the file does not know yet who has come.
    private final AtomicBoolean isToWrite = new AtomicBoolean();

    // Called by whoever judges mail.
    private volatile Runnable onUse = () -> {};

    /// How often somebody said so of a recipient.
    ///
    /// @param since in seconds since 1970
    private record Times(long since, int count) {
        static final Times NEVER = new Times(Long.MIN_VALUE, 0);

        boolean isOver(long wall) {
            return equals(NEVER) || wall < since || wall - since >= PER_SECONDS;
        }
    }

    private Expected(Path file, Consumer<String> onProblem) {
        this.file = file;
        this.onProblem = onProblem;
    }

    /// Nothing, and none can be kept.
    public static Expected none() {
        return new Expected(Path.of("expected"), _ -> {});
    }

    /// Reads it. What is damaged is left out.
    ///
    /// @param onProblem hears of lines that cannot be meant, and later what is wrong with the disk
    /// @throws IOException if there is a file and this user cannot read it
    public static Expected read(Path file, Consumer<String> onProblem) throws IOException {
        Expected expected = new Expected(file, onProblem);
        KeptFile.read(file, expected::take, onProblem);
        return expected;
    }

    private void take(String place, String text) throws MistakeException {
        Matcher taken = TAKEN.matcher(text);
        if (taken.matches() && Long.parseUnsignedLong(taken.group(1), 16) != Once.FREE) {
            take(place, taken.group(2), once(Long.parseUnsignedLong(taken.group(1), 16)));
        } else if (text.startsWith(ONCE)) {
            take(place, text.substring(ONCE.length()), once(Once.FREE));
        } else {
            take(place, text, Effect.Pass.ALWAYS);
        }
    }

    private void take(String place, String line, Effect effect) throws MistakeException {
        Optional<ExemptionLine> read = ExemptionFile.parse(place, line);
        if (read.isPresent()) {
            ExemptionLine parsed = read.get();
            Exemption its = parsed.exemption();
            Optional<TextPattern> recipient = parsed.pattern(Subject.RECIPIENT);
            if (recipient.isEmpty()
                    || parsed.conditions().size() > 1
                    || parsed.isOptIn()
                    || !its.passes()
                    || !isAddress(recipient.get())
                    || its.until() == Exemption.FOREVER) {
                throw new MistakeException(
                        place, "a line here is 'recipient carol@example.net until' a time", "");
            }
            if (byRecipient.size() < RECIPIENTS_MAX) {
                put(recipient.get().key(), effect, its.until(), its.reason());
            }
        }
    }

    private static boolean isAddress(TextPattern pattern) {
        String key = pattern.key();
        int at = key.lastIndexOf('@');
        return !pattern.hasWildcard()
                && at > 0
                && at + 1 < key.length()
                && key.charAt(at + 1) != '.';
    }

    /// The recipient in the form in which it is compared.
    ///
    /// @throws MistakeException if it is no address; it says what to write
    public static String recipient(String text) throws MistakeException {
        String word = text.strip();
        if (word.startsWith("\"") && word.contains(" ")) {
            throw new MistakeException(
                    Mistake.quoted(word)
                            + " has a blank, without which addresses are compared: it would be"
                            + " another mailbox",
                    "write it without the blank if that one is meant");
        }
        boolean isOneWord = !word.isEmpty() && !(word.contains(" ") && !word.startsWith("\""));
        if (isOneWord && word.indexOf('@') > 0) {
            TextPattern pattern = TextPattern.parse(Subject.RECIPIENT, word);
            if (isAddress(pattern) && isReadAgain(pattern.key())) {
                return pattern.key();
            }
        }
        throw new MistakeException(
                Mistake.quoted(word) + " is no address of a recipient",
                "write one such as carol@example.net");
    }

    /// Whether the file says the same of the recipient, with any end.
    private static boolean isReadAgain(String recipient) {
        try {
            List<ExemptionLine> read =
                    KeptFile.readAgain("recipient " + written(recipient) + " until 2027-01-31");
            return read.size() == 1
                    && read.getFirst().conditions().size() == 1
                    && read.getFirst()
                            .pattern(Subject.RECIPIENT)
                            .filter(its -> its.key().equals(recipient))
                            .isPresent();
        } catch (MistakeException e) {
            return false;
        }
    }

    /// The recipient as a line has it: in quotes, if it cannot be written without.
    private static String written(String recipient) {
        int at = recipient.lastIndexOf('@');
        String local = recipient.substring(0, at);
        return PLAIN.matcher(local).matches()
                ? recipient
                : '"' + local.replaceAll("([\\\\\"])", "\\\\$1") + '"' + recipient.substring(at);
    }

    /// Says that mail is expected, and returns when that would survive the death of the system.
    /// What was said of the recipient before is replaced.
    ///
    /// @param recipient of {@link #recipient}
    /// @param once whether that ends with the first sender whose mail comes
    /// @param seconds for how long, at most {@link #SECONDS_MAX}
    /// @param reason who says so, and why
    /// @param clock the time of the wall clock, in seconds since 1970; asked when it is this one's
    ///   turn, since who has the turn may be waiting for a disk
    /// @return why that is too much, and then nothing has changed; empty if it is not
    /// @throws IOException if it cannot be kept; nothing has changed
    public synchronized Optional<String> expect(
            String recipient, boolean once, long seconds, String reason, LongSupplier clock)
            throws IOException {
        long wall = clock.getAsLong();
        end(wall);
        Exemption before = byRecipient.get(recipient);
        Optional<String> refusal =
                before == null && byRecipient.size() >= RECIPIENTS_MAX
                        ? Optional.of(
                                RECIPIENTS_MAX
                                        + " recipients expect mail already; wait until one of them"
                                        + " does not any more")
                        : tooOften(mailbox(recipient), wall);
        if (refusal.isPresent()) {
            return refusal;
        }
        Long beforeWord = saidHere.get(recipient);
        Times times = count(mailbox(recipient), wall);
        put(recipient, once ? once(Once.FREE) : Effect.Pass.ALWAYS, wall + seconds, reason);
        saidHere.put(recipient, ++words);
        try {
            write();
        } catch (IOException e) {
            restore(byRecipient, recipient, before);
            restore(saidHere, recipient, beforeWord);
            restore(said, mailbox(recipient), times);
            throw e;
        }
        return Optional.empty();
    }

    /// Whose mail that is: `carol+a@example.net` and `carol+b@example.net` are carol's (RFC 5233),
    /// and one extension after the other would have no bound.
    private static String mailbox(String recipient) {
        int plus = recipient.indexOf('+');
        int at = recipient.lastIndexOf('@');
        return plus <= 0 || plus > at
                ? recipient
                : recipient.substring(0, plus) + recipient.substring(at);
    }

    /// Counts that somebody says so of a recipient.
    ///
    /// @return what was counted before
    @GuardedBy("this")
    private @Nullable Times count(String recipient, long wall) {
        Times last = said.getOrDefault(recipient, Times.NEVER);
        return said.put(
                recipient,
                last.isOver(wall) ? new Times(wall, 1) : new Times(last.since(), last.count() + 1));
    }

    @GuardedBy("this")
    private Optional<String> tooOften(String recipient, long wall) {
        if (said.size() >= COUNTED_MAX) {
            said.values().removeIf(times -> times.isOver(wall));
        }
        Times last = said.getOrDefault(recipient, Times.NEVER);
        Times times = last.isOver(wall) ? new Times(wall, 0) : last;
        if (times.count() >= TIMES_MAX
                || (last.equals(Times.NEVER) && said.size() >= COUNTED_MAX)) {
            long seconds = times.since() + PER_SECONDS - wall;
            return Optional.of(
                    "it was said of %s %d times within an hour; say it again in %d s, or use greyctl allow --to"
                            .formatted(recipient, times.count(), seconds));
        }
        return Optional.empty();
    }

    private Effect once(long taker) {
        return new Once(
                taker,
                () -> {
                    isToWrite.set(true);
                    onUse.run();
                });
    }

    private void put(String recipient, Effect effect, long until, String reason) {
        byRecipient.put(
                recipient,
                new Exemption(
                        SOURCE,
                        0,
                        (effect instanceof Once ? ONCE : "") + "recipient " + written(recipient),
                        KeptFile.reason(reason),
                        until,
                        effect));
    }

    private static <T> void restore(Map<String, T> in, String recipient, @Nullable T before) {
        if (before == null) {
            in.remove(recipient);
        } else {
            in.put(recipient, before);
        }
    }

    /// Whether mail to a recipient is expected.
    ///
    /// @param recipient of {@link #recipient}
    public boolean expects(String recipient) {
        return byRecipient.containsKey(recipient);
    }

    /// What was said of mail to a recipient that is expected.
    ///
    /// @param recipient of {@link #recipient}
    public Optional<Exemption> of(String recipient) {
        return Optional.ofNullable(byRecipient.get(recipient));
    }

    /// The how manieth word in this process it was that mail to a recipient is expected; empty if
    /// it is from the file, or is not expected. Another one has another number.
    ///
    /// @param recipient of {@link #recipient}
    public Optional<Long> word(String recipient) {
        return Optional.ofNullable(saidHere.get(recipient));
    }

    /// Says that no mail is expected any more.
    ///
    /// @param recipient of {@link #recipient}
    /// @return whether any was
    /// @throws IOException if it cannot be kept; nothing has changed
    public synchronized boolean cancel(String recipient) throws IOException {
        Exemption before = byRecipient.remove(recipient);
        if (before == null) {
            return false;
        }
        try {
            write();
        } catch (IOException e) {
            restore(byRecipient, recipient, before);
            throw e;
        }
        saidHere.remove(recipient);
        return true;
    }

    /// Ends what has come to its end, and what would last longer than anybody may say: that was
    /// said while the wall clock was ahead. To be called about once a second. Waits for no disk.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    public void end(long wall) {
        if (!byRecipient.isEmpty()) {
            if (byRecipient.values().removeIf(its -> its.isOver(wall))) {
                saidHere.keySet().retainAll(byRecipient.keySet());
            }
            move((_, its) -> Math.min(its.until(), wall + SECONDS_MAX));
        }
    }

    /// Lets what was said in this process last as long as was said, when the wall clock was set.
    /// What is from the file ends by the wall clock: nobody knows how right that was when it was
    /// said, nor for how long no process ran. Waits for no disk.
    ///
    /// @param seconds by how much
    public void clockSet(long seconds) {
        move((to, its) -> saidHere.containsKey(to) ? its.until() + seconds : its.until());
    }

    private void move(ToLongBiFunction<String, Exemption> until) {
        byRecipient.replaceAll((to, its) -> {
            long other = until.applyAsLong(to, its);
            if (other == its.until()) {
                return its;
            }
            isToWrite.set(true);
            return its.until(other);
        });
    }

    /// Who hears at once that mail has come that was expected once. He is called by who judges
    /// mail, and must not wait.
    public void onUse(Runnable heard) {
        onUse = heard;
    }

    /// Whether mail has come that was expected once, which the file does not know yet.
    public boolean isToWrite() {
        return isToWrite.get();
    }

    /// Writes what the file does not know yet; waits for a write that is under way.
    ///
    /// @throws IOException if that does not work; the old file is as it was
    public synchronized void writeUses() throws IOException {
        if (isToWrite.get()) {
            write();
        }
    }

    /// Writes what is expected if its file is gone, as with a folder that somebody has replaced.
    ///
    /// @return whether it was
    /// @throws IOException if that does not work; it is still gone
    public synchronized boolean writeIfGone() throws IOException {
        boolean isGone = !byRecipient.isEmpty() && Files.notExists(file);
        if (isGone) {
            write();
        }
        return isGone;
    }

    @GuardedBy("this")
    private void write() throws IOException {
        boolean wasToWrite = isToWrite.getAndSet(false); // Before it looks who has come.
        List<String> all = new ArrayList<>();
        all.add("# What greyctl expect has said, and who asks over HTTP.");
        byRecipient.values().forEach(its -> all.add(line(its)));
        try {
            KeptFile.write(file, all, onProblem);
        } catch (IOException e) {
            if (wasToWrite) { // Else it is left as it is: somebody may come meanwhile.
                isToWrite.set(true);
            }
            throw e;
        }
    }

    private static String line(Exemption its) {
        String line = KeptFile.line(its);
        long taker = its.once().map(Once::taker).orElse(Once.FREE);
        return taker == Once.FREE
                ? line
                : "taken %016x ".formatted(taker) + line.substring(ONCE.length());
    }

    /// Where it lies.
    public Path file() {
        return file;
    }

    /// How many recipients expect mail.
    public int size() {
        return byRecipient.size();
    }

    boolean isEmpty() {
        return byRecipient.isEmpty();
    }

    /// What lets mail to a recipient pass.
    ///
    /// @param forms of the recipient, see {@link Search#recipientForms}
    /// @return {@link Exemption#NONE} if nothing does
    Exemption find(Attempt attempt, Optional<List<String>> forms) {
        for (String form : forms.orElse(List.of())) {
            Exemption found = byRecipient.get(form);
            if (found != null && found.isFor(attempt)) {
                return found;
            }
        }
        return Exemption.NONE;
    }

    /// What is expected now.
    List<Exemption> exemptions() {
        return List.copyOf(byRecipient.values());
    }
}
