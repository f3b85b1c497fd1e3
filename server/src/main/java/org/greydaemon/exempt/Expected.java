package org.greydaemon.exempt;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.decision.Attempt;
import org.greydaemon.mistake.MistakeException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ToLongBiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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

    private static final String ONCE = "once ";

    private static final Pattern TAKEN = Pattern.compile("taken ([0-9a-f]{16}) (.*)");

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
    private final SaidTimes said = new SaidTimes();

    // Set by whoever judges mail: the file does not know yet who has come.
    private final AtomicBoolean isToWrite = new AtomicBoolean();

    // Called by whoever judges mail.
    private volatile Runnable onUse = () -> {};

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

    /// Reads it anew, as another process has had it until now. Nobody may use it yet.
    ///
    /// @throws IOException if there is a file and this user cannot read it
    public void readAnew() throws IOException {
        byRecipient.clear();
        KeptFile.read(file, this::take, onProblem);
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
                    || !ExpectedRecipient.isAddress(recipient.get())
                    || its.until() == Exemption.FOREVER) {
                throw new MistakeException(
                        place, "a line here is 'recipient carol@example.net until' a time", "");
            }
            if (byRecipient.size() < RECIPIENTS_MAX) {
                put(recipient.get().key(), effect, its.until(), its.reason());
            }
        }
    }

    /// Says that mail is expected, and returns when that would survive the death of the system.
    /// What was said of the recipient before is replaced.
    ///
    /// @param recipient of {@link ExpectedRecipient#parse}
    /// @param once whether that ends with the first sender whose mail comes
    /// @param seconds for how long, at most {@link #SECONDS_MAX}
    /// @param reason who says so, and why
    /// @param clock the time of the wall clock, in seconds since 1970; asked when it is this one's
    ///   turn, since who has the turn may be waiting for a disk
    /// @param delimiter parts extensions from recipients
    /// @return why that is too much, and then nothing has changed; empty if it is not
    /// @throws IOException if it cannot be kept; nothing has changed
    public synchronized Optional<String> expect(
            String recipient,
            boolean once,
            long seconds,
            String reason,
            LongSupplier clock,
            RecipientDelimiter delimiter)
            throws IOException {
        long wall = clock.getAsLong();
        String mailbox = delimiter.mailbox(recipient);
        end(wall);
        Exemption before = byRecipient.get(recipient);
        Optional<String> refusal =
                before == null && byRecipient.size() >= RECIPIENTS_MAX
                        ? Optional.of(
                                RECIPIENTS_MAX
                                        + " recipients expect mail already; wait until one of them"
                                        + " does not any more")
                        : said.tooOften(mailbox, wall, () -> mailboxes(delimiter));
        if (refusal.isPresent()) {
            return refusal;
        }
        Long beforeWord = saidHere.get(recipient);
        Runnable uncount = said.count(mailbox, wall);
        put(recipient, once ? once(Once.FREE) : Effect.Pass.ALWAYS, wall + seconds, reason);
        saidHere.put(recipient, ++words);
        try {
            write();
        } catch (IOException e) {
            restore(byRecipient, recipient, before);
            restore(saidHere, recipient, beforeWord);
            uncount.run();
            throw e;
        }
        return Optional.empty();
    }

    private Set<String> mailboxes(RecipientDelimiter delimiter) {
        return byRecipient.keySet().stream()
                .map(delimiter::mailbox)
                .collect(Collectors.toUnmodifiableSet());
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
                        (effect instanceof Once ? ONCE : "")
                                + "recipient "
                                + ExpectedRecipient.written(recipient),
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
    /// @param recipient of {@link ExpectedRecipient#parse}
    public boolean expects(String recipient) {
        return byRecipient.containsKey(recipient);
    }

    /// What was said of mail to a recipient that is expected.
    ///
    /// @param recipient of {@link ExpectedRecipient#parse}
    public Optional<Exemption> of(String recipient) {
        return Optional.ofNullable(byRecipient.get(recipient));
    }

    /// The how manieth word in this process it was that mail to a recipient is expected; empty if
    /// it is from the file, or is not expected. Another one has another number.
    ///
    /// @param recipient of {@link ExpectedRecipient#parse}
    public Optional<Long> word(String recipient) {
        return Optional.ofNullable(saidHere.get(recipient));
    }

    /// Says that no mail is expected any more.
    ///
    /// @param recipient of {@link ExpectedRecipient#parse}
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
