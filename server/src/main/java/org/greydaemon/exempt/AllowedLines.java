package org.greydaemon.exempt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Whom operators have allowed with greyctl: clients, hosts, senders and recipients. Immutable.
///
/// They lie in a file beside the save file ({@link AllowedFile}), with what was disallowed or has
/// come to its end: other hosts may still believe the opposite, or something older. When a time has
/// come each clock says for itself, so what is over stays the word that it was.
public final class AllowedLines {
    /// Nobody.
    public static final AllowedLines NONE = new AllowedLines(Map.of(), Map.of());

    /// The most of them; a site with postgrey may have proven that many networks.
    public static final int LINES_MAX = 100_000;

    /// The most that are about more than a client: an attempt is compared with several of them.
    static final int OTHERS_MAX = 10_000;

    /// The most networks of all these together: each line may have 256.
    static final int OTHERS_BLOCKS_MAX = 100_000;

    /// The most that are kept of what was disallowed or is over; of more the oldest go.
    public static final int WITHDRAWN_MAX = 10_000;

    private static final long LATER_MILLIS = 250;

    private final Map<Object, AllowedWord> passing;
    private final Map<Object, AllowedWord> withdrawn;
    private final List<ExemptionLine> others;

    private AllowedLines(Map<Object, AllowedWord> passing, Map<Object, AllowedWord> withdrawn) {
        this.passing = passing;
        this.withdrawn = withdrawn;
        others =
                passing.values().stream()
                        .map(word -> word.whom().line())
                        .filter(line -> line.onlyClient().isEmpty())
                        .toList();
    }

    /// Reads them. A file that is damaged, whatever has damaged it, stops nobody: what can still be
    /// read is in force.
    ///
    /// @param onProblem hears of lines that cannot be meant, which are left out
    /// @throws IOException if there is a file and this user cannot read it
    public static AllowedLines read(Path file, Consumer<String> onProblem) throws IOException {
        AllowedFile.LinesTaken reading = new AllowedFile.LinesTaken();
        KeptFile.read(file, reading::take, onProblem);
        return new AllowedLines(reading.passing, reading.withdrawn);
    }

    /// These and more; what is allowed already is replaced. What has come to its end is left out.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    /// @throws IOException if they would be too many; the message says what to do
    public AllowedLines with(List<Allowed> more, long wall) throws IOException {
        return with(more, wall, false);
    }

    /// These and more; of two that are the same the one that ends later stays.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    /// @throws IOException if they would be too many; the message says what to do
    public AllowedLines withAtLeast(List<Allowed> more, long wall) throws IOException {
        return with(more, wall, true);
    }

    private AllowedLines with(List<Allowed> more, long wall, boolean atLeast) throws IOException {
        Change change = new Change(wall);
        for (Allowed allowed : more) {
            AllowedWord before = change.passing.get(allowed.key());
            if (!atLeast || before == null || before.until() < allowed.line().exemption().until()) {
                change.put(new AllowedWord(allowed, true, later(allowed.key(), wall)));
            }
        }
        return change.checked();
    }

    /// What is said here is later than all that was heard before, whatever the clocks: by more than
    /// these are compared exactly, as the other host may compare them anew before it hears of this.
    private long later(Object key, long wall) {
        long before =
                word(key).filter(word -> !word.isAhead(wall)).map(AllowedWord::made).orElse(0L);
        return Math.max(1000 * wall, before + LATER_MILLIS);
    }

    /// These without one.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    public AllowedLines without(Allowed one, long wall) {
        return without(List.of(one), wall);
    }

    /// These without some.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    public AllowedLines without(List<Allowed> some, long wall) {
        Change change = new Change(wall);
        for (Allowed one : some) {
            change.put(new AllowedWord(one, false, later(one.key(), wall)));
        }
        return change.made();
    }

    /// These, and what operators have said elsewhere: of two words about the same the one that
    /// {@link AllowedWord#holding} says.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    /// @return this if nothing has changed
    /// @throws IOException if they would be too many; the message says what to do
    public AllowedLines merged(Collection<AllowedWord> words, long wall) throws IOException {
        Change change = new Change(wall);
        boolean isAny = change.isBack;
        for (AllowedWord word : words) {
            Optional<AllowedWord> before = change.word(word.key());
            if (before.isEmpty() || AllowedWord.isOutdone(before.get(), word, wall)) {
                change.put(word);
                isAny = true;
            }
        }
        return isAny ? change.checked() : this;
    }

    /// These at another time: what was over while the clock was ahead passes again, even if that is
    /// more than may be allowed by now.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    /// @return this if nothing does
    public AllowedLines at(long wall) {
        Change change = new Change(wall);
        return change.isBack ? change.made() : this;
    }

    /// A change in the making.
    private final class Change {
        private final Map<Object, AllowedWord> passing = new LinkedHashMap<>();
        private final Map<Object, AllowedWord> withdrawn = new LinkedHashMap<>();
        private final long wall;

        // Whether something passes again that was over while the clock was ahead.
        private final boolean isBack;

        Change(long wall) {
            this.wall = wall;
            AllowedLines.this.withdrawn.values().forEach(this::keep);
            isBack = !passing.isEmpty();
            AllowedLines.this.passing.values().forEach(this::keep);
        }

        private void keep(AllowedWord word) {
            if (!word.isOfNoUse(wall)) {
                put(word);
            }
        }

        Optional<AllowedWord> word(Object key) {
            AllowedWord word = passing.get(key);
            return Optional.ofNullable(word == null ? withdrawn.get(key) : word);
        }

        void put(AllowedWord word) {
            withdrawn.remove(word.key()); // Behind the others.
            if (word.isInForce(wall)) {
                passing.put(word.key(), word);
            } else {
                passing.remove(word.key());
                withdrawn.put(word.key(), word);
            }
        }

        AllowedLines made() {
            Iterator<AllowedWord> oldest = withdrawn.values().iterator();
            for (int i = withdrawn.size(); i > WITHDRAWN_MAX; i--) {
                oldest.next();
                oldest.remove();
            }
            return new AllowedLines(passing, withdrawn);
        }

        AllowedLines checked() throws IOException {
            if (passing.size() > LINES_MAX) {
                throw new IOException(
                        "more than "
                                + LINES_MAX
                                + " lines would be allowed; allow networks, or put them on the"
                                + " white list");
            }
            AllowedLines changed = made();
            long tried = changed.others.stream().filter(ExemptionFile::isTried).count();
            if (changed.others.size() > OTHERS_MAX || tried > ExemptionFile.TRIED_MAX) {
                throw new IOException(
                        "more than "
                                + OTHERS_MAX
                                + " hosts, senders and recipients would be allowed, or more than "
                                + ExemptionFile.TRIED_MAX
                                + " with *; allow domains, or put them into a file of"
                                + " exempt.files");
            }
            int blocks = changed.others.stream().mapToInt(ExemptionLine::blocks).sum();
            if (blocks > OTHERS_BLOCKS_MAX) {
                throw new IOException(
                        "the clients beside other conditions would be more than "
                                + OTHERS_BLOCKS_MAX
                                + " networks; allow wider ones, or put the lines into a file of"
                                + " exempt.files");
            }
            return changed;
        }
    }

    /// Whether exactly this is allowed.
    public boolean holds(Allowed allowed) {
        return passing.containsKey(allowed.key());
    }

    /// What is said of exactly this.
    public Optional<Allowed> of(Allowed allowed) {
        return Optional.ofNullable(passing.get(allowed.key())).map(AllowedWord::whom);
    }

    /// The last word about exactly this, also that it is disallowed, or that is over.
    public Optional<AllowedWord> word(Allowed allowed) {
        return word(allowed.key());
    }

    /// The last word of a key, also that it is disallowed, or that is over.
    public Optional<AllowedWord> word(Object key) {
        AllowedWord word = passing.get(key);
        return Optional.ofNullable(word == null ? withdrawn.get(key) : word);
    }

    /// All words, also of what is disallowed or over.
    public List<AllowedWord> words() {
        return Stream.concat(passing.values().stream(), withdrawn.values().stream()).toList();
    }

    /// The words that are not those of another time.
    public List<AllowedWord> since(AllowedLines before) {
        return words().stream()
                .filter(word -> before.word(word.key()).filter(word::equals).isEmpty())
                .toList();
    }

    /// How many there are.
    public int size() {
        return passing.size();
    }

    /// The lines of the file.
    List<ExemptionLine> lines() {
        return passing.values().stream().map(word -> word.whom().line()).toList();
    }

    /// Those that are about more than a client.
    List<ExemptionLine> others() {
        return others;
    }

    /// The exemptions.
    List<Exemption> exemptions() {
        return lines().stream().map(ExemptionLine::exemption).toList();
    }

    /// Writes them to a new file that then takes the place of the old one.
    ///
    /// @param onProblem hears if a power failure may bring back the old one
    /// @throws IOException if that does not work; the old file is as it was
    public void write(Path file, Consumer<String> onProblem) throws IOException {
        KeptFile.write(file, AllowedFile.lines(passing.values(), withdrawn.values()), onProblem);
    }

    /// Writes them if the file is gone, as with a folder that somebody has replaced, and they say
    /// anything.
    ///
    /// @param onProblem hears if a power failure may take it away again
    /// @return whether it was
    /// @throws IOException if that does not work; it is still gone
    public boolean writeIfGone(Path file, Consumer<String> onProblem) throws IOException {
        boolean isGone = !(passing.isEmpty() && withdrawn.isEmpty()) && Files.notExists(file);
        if (isGone) {
            write(file, onProblem);
        }
        return isGone;
    }
}
