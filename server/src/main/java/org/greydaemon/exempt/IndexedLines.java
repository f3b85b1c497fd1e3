package org.greydaemon.exempt;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// The lines of a source in their order, whether they are in force or not, and how they are found.
/// Immutable.
final class IndexedLines {
    private final IntFunction<ExemptionLine> lines;
    private final int size;
    private final LineIndex messages;
    private final LineIndex recipients;
    private final TextIndex optIns;
    private final int[] special;

    // Of the others: those that have an end, when that is, and those that are about recipients.
    private final int[] ending;
    private final long[] ends;
    private final BitSet ofRecipients;

    private IndexedLines(Builder builder, IntFunction<ExemptionLine> lines) {
        this.lines = lines;
        size = builder.size;
        messages = builder.messages.build();
        recipients = builder.recipients.build();
        optIns = builder.optIns.build();
        special = Arrays.copyOf(builder.special, builder.specialSize);
        ending = Arrays.copyOf(builder.ending, builder.endingSize);
        ends = Arrays.copyOf(builder.ends, builder.endingSize);
        ofRecipients = builder.ofRecipients;
    }

    /// These lines.
    static IndexedLines of(List<ExemptionLine> lines) {
        Builder builder = new Builder();
        lines.forEach(builder::add);
        return builder.build(lines::get);
    }

    /// How many there are.
    int size() {
        return size;
    }

    /// A line.
    ExemptionLine line(int line) {
        return lines.apply(line);
    }

    /// The lines about the message as a whole.
    LineIndex messages() {
        return messages;
    }

    /// The lines about recipients one by one.
    LineIndex recipients() {
        return recipients;
    }

    /// The lines that name recipients who want greylisting.
    TextIndex optIns() {
        return optIns;
    }

    /// Those that are not {@link ExemptionLine#isPlain}, in their order.
    IntStream special() {
        return Arrays.stream(special);
    }

    /// Takes lines that have an end.
    interface EndTaker {
        /// Takes one.
        ///
        /// @param end in seconds since 1970
        void take(int line, long end);
    }

    /// Shows those of the others that have an end.
    void forEachEnd(EndTaker taker) {
        for (int i = 0; i < ending.length; i++) {
            taker.take(ending[i], ends[i]);
        }
    }

    /// The first of the others that is about recipients; {@link RankedLines#END} if there is none.
    ///
    /// @param out these are not looked at
    int firstOfRecipients(BitSet out) {
        int line = ofRecipients.nextSetBit(0);
        while (line >= 0 && out.get(line)) {
            line = ofRecipients.nextSetBit(line + 1);
        }
        return line < 0 ? RankedLines.END : line;
    }

    /// Collects lines.
    static final class Builder {
        private final LineIndex.Builder messages = new LineIndex.Builder();
        private final LineIndex.Builder recipients = new LineIndex.Builder();
        private final TextIndex.Builder optIns = new TextIndex.Builder(Subject.RECIPIENT);
        private int[] special = new int[2];
        private int specialSize;
        private int size;
        private int[] ending = new int[2];
        private long[] ends = new long[2];
        private int endingSize;
        private final BitSet ofRecipients = new BitSet();

        void add(ExemptionLine its) {
            int line = size++;
            if (its.isOptIn()) {
                optIns.add(line, its.pattern(Subject.RECIPIENT).orElseThrow());
            } else {
                (its.concernsRecipients() ? recipients : messages).add(line, its);
            }
            if (its.isPlain()) {
                addPlain(line, its);
            } else {
                if (specialSize == special.length) {
                    special = Arrays.copyOf(special, 2 * specialSize);
                }
                special[specialSize++] = line;
            }
        }

        private void addPlain(int line, ExemptionLine its) {
            if (its.concernsRecipients()) {
                ofRecipients.set(line);
            }
            if (its.exemption().until() == Exemption.FOREVER) {
                return;
            }
            if (endingSize == ending.length) {
                ending = Arrays.copyOf(ending, 2 * endingSize);
                ends = Arrays.copyOf(ends, 2 * endingSize);
            }
            ending[endingSize] = line;
            ends[endingSize++] = its.exemption().until();
        }

        /// @param lines what the lines are that were added
        IndexedLines build(IntFunction<ExemptionLine> lines) {
            return new IndexedLines(this, lines);
        }
    }
}
