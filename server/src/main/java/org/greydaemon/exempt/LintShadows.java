package org.greydaemon.exempt;

import static java.util.Objects.requireNonNull;

import org.greydaemon.net.CidrBlock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/// Finds the exemptions that another one makes superfluous. Confined to one thread; takes time in
/// proportion to their number, of which there may be half a million.
final class LintShadows {
    /// With how many others a line is compared that share one of its texts.
    static final int COMPARED_MAX = 500;

    /// A block of addresses and the line that it belongs to.
    ///
    /// @param isAlone whether the line has no other condition; only then it can shadow others
    private record Owned(CidrBlock block, Exemption owner, boolean isAlone, int order) {}

    private final List<Lint.Remark> findings = new ArrayList<>();

    // While all lines let mail pass, their order does not matter.
    private final boolean inAnyOrder;
    private long compared;

    private LintShadows(List<ExemptionLine> lines) {
        inAnyOrder = lines.stream().allMatch(line -> line.exemption().passes());
    }

    /// @param whiteList the clients of the white list
    /// @param lines of the files that have not come to their end
    static LintShadows of(List<Exemption> whiteList, List<ExemptionLine> lines) {
        LintShadows shadows = new LintShadows(lines);
        shadows.clients(whiteList, lines);
        shadows.texts(lines);
        return shadows;
    }

    List<Lint.Remark> findings() {
        return findings;
    }

    /// How often two lines were compared.
    long compared() {
        return compared;
    }

    private void add(Exemption shadowed, Exemption by) {
        findings.add(
                new Lint.Remark(
                        shadowed,
                        Lint.Matter.SHADOWED,
                        inAnyOrder
                                ? by + " lets pass all that it does; take one of them out"
                                : by
                                        + " stands before it and fits all that it does; take it"
                                        + " out, or move it up"));
    }

    private void clients(List<Exemption> whiteList, List<ExemptionLine> lines) {
        List<Owned> blocks = new ArrayList<>();
        for (Exemption entry : whiteList) {
            ClientList.blocks(entry)
                    .forEach(block -> blocks.add(new Owned(block, entry, true, blocks.size())));
        }
        for (ExemptionLine line : lines) {
            boolean isAlone = line.onlyClient().isPresent();
            for (Condition condition : line.conditions()) {
                if (condition instanceof Condition.Client client) {
                    client.blocks()
                            .forEach(block ->
                                    blocks.add(
                                            new Owned(
                                                    block,
                                                    line.exemption(),
                                                    isAlone,
                                                    blocks.size())));
                }
            }
        }
        blocks.sort(
                Comparator.comparing((Owned owned) -> owned.block().address())
                        .thenComparingInt(owned -> owned.block().prefixLength())
                        .thenComparing(owned -> !owned.isAlone())
                        .thenComparingInt(Owned::order));
        Map<Exemption, Optional<Exemption>> coverOf = new HashMap<>();
        Deque<Owned> open = new ArrayDeque<>();
        for (Owned owned : blocks) {
            while (!open.isEmpty()
                    && open.peek().block().last().compareTo(owned.block().address()) < 0) {
                open.pop();
            }
            Optional<Exemption> cover = cover(open, owned);
            // A line with several blocks is superfluous if each of them is.
            coverOf.merge(owned.owner(), cover, (a, b) -> a.isEmpty() ? a : b);
            if (owned.isAlone() && (cover.isEmpty() || !inAnyOrder)) {
                open.push(owned);
            }
        }
        Set<Exemption> inOrder = new LinkedHashSet<>();
        blocks.stream()
                .sorted(Comparator.comparingInt(Owned::order))
                .forEach(owned -> inOrder.add(owned.owner()));
        inOrder.forEach(owner ->
                coverOf.getOrDefault(owner, Optional.empty()).ifPresent(by -> add(owner, by)));
    }

    private Optional<Exemption> cover(Deque<Owned> open, Owned owned) {
        for (Owned around : open) {
            if (around.owner() != owned.owner()
                    && around.owner().until() >= owned.owner().until()
                    && (inAnyOrder || around.order() < owned.order())) {
                return Optional.of(around.owner());
            }
        }
        return Optional.empty();
    }

    private void texts(List<ExemptionLine> lines) {
        Map<Subject, TextIndex> indexes = indexes(lines);
        Map<Condition, List<Ranked>> nameless = nameless(lines);
        for (int i = 0; i < lines.size(); i++) {
            Ranked ranked = new Ranked(i, lines.get(i));
            Exemption by = shadow(ranked, lines, indexes);
            by = by == Exemption.NONE ? shadow(nameless, ranked) : by;
            if (by != Exemption.NONE) {
                add(lines.get(i).exemption(), by);
            }
        }
    }

    /// One text of each line is enough: who fits all that another line does has it too, or a wider
    /// one.
    private static Map<Subject, TextIndex> indexes(List<ExemptionLine> lines) {
        MostTelling telling =
                new MostTelling(
                        List.of(Subject.RECIPIENT, Subject.SENDER, Subject.HOST, Subject.HELO));
        Map<Subject, TextIndex.Builder> builders = new EnumMap<>(Subject.class);
        for (int i = 0; i < lines.size(); i++) {
            Optional<Condition.Text> text = telling.of(lines.get(i));
            if (text.isPresent()) {
                builders.computeIfAbsent(text.get().subject(), TextIndex.Builder::new)
                        .add(i, text.get().pattern());
            }
        }
        Map<Subject, TextIndex> indexes = new EnumMap<>(Subject.class);
        builders.forEach((subject, builder) -> indexes.put(subject, builder.build()));
        return indexes;
    }

    /// The lines that name nobody, `greylist suspect`, by their first condition.
    private static Map<Condition, List<Ranked>> nameless(List<ExemptionLine> lines) {
        Map<Condition, List<Ranked>> nameless = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            List<Condition> all = lines.get(i).conditions();
            if (all.stream().noneMatch(LintShadows::isName)) {
                Ranked ranked = new Ranked(i, lines.get(i));
                nameless.computeIfAbsent(all.getFirst(), _ -> new ArrayList<>()).add(ranked);
            }
        }
        return nameless;
    }

    private static boolean isName(Condition condition) {
        return condition instanceof Condition.Client || condition instanceof Condition.Text;
    }

    private Exemption shadow(Map<Condition, List<Ranked>> nameless, Ranked ranked) {
        return ranked.line().conditions().stream()
                .flatMap(condition -> nameless.getOrDefault(condition, List.of()).stream())
                .filter(other -> shadows(other, ranked))
                .findFirst()
                .map(other -> other.line().exemption())
                .orElse(Exemption.NONE);
    }

    private Exemption shadow(
            Ranked ranked, List<ExemptionLine> lines, Map<Subject, TextIndex> indexes) {
        AtomicReference<Exemption> by = new AtomicReference<>(Exemption.NONE);
        long end = compared + COMPARED_MAX;
        for (Condition condition : ranked.line().conditions()) {
            if (condition instanceof Condition.Text(Subject subject, TextPattern pattern)
                    && indexes.containsKey(subject)
                    && by.get() == Exemption.NONE) {
                requireNonNull(indexes.get(subject))
                        .find(
                                pattern.sample(),
                                i -> {
                                    Ranked other = new Ranked(i, lines.get(i));
                                    compared++;
                                    if (shadows(other, ranked)) {
                                        by.compareAndSet(Exemption.NONE, other.line().exemption());
                                    }
                                    return by.get() != Exemption.NONE || compared >= end;
                                });
            }
        }
        return by.get();
    }

    /// Of two that say the same the first one stays.
    private boolean shadows(Ranked other, Ranked ranked) {
        return other.rank() != ranked.rank()
                && (inAnyOrder || other.rank() < ranked.rank())
                && other.line().covers(ranked.line())
                && !(ranked.line().covers(other.line()) && ranked.rank() < other.rank());
    }
}
