package org.greydaemon.exempt;

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

/// Finds the exemptions that another one makes superfluous. Confined to one thread; takes time in
/// proportion to their number, of which there may be half a million.
final class LintShadows {
    /// A block of addresses and the line that it belongs to.
    ///
    /// @param isAlone whether the line has no other condition; only then it can shadow others
    private record Owned(CidrBlock block, Exemption owner, boolean isAlone, int order) {}

    private final List<Lint.Finding> findings = new ArrayList<>();

    private LintShadows() {}

    /// @param whiteList the clients of the white list
    /// @param lines of the files that have not come to their end
    static List<Lint.Finding> of(ClientIndex whiteList, List<ExemptionLine> lines) {
        LintShadows shadows = new LintShadows();
        shadows.clients(whiteList, lines);
        shadows.texts(lines);
        return shadows.findings;
    }

    private void add(Exemption shadowed, Exemption by) {
        findings.add(
                new Lint.Finding(
                        shadowed,
                        Lint.Kind.SHADOWED,
                        by + " lets pass all that it does; take one of them out"));
    }

    private void clients(ClientIndex whiteList, List<ExemptionLine> lines) {
        List<Owned> blocks = new ArrayList<>();
        for (int i = 0; i < whiteList.blocks().size(); i++) {
            blocks.add(new Owned(whiteList.blocks().get(i), whiteList.exemption(i), true, i));
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
            Optional<Exemption> cover = cover(open, owned.owner());
            // A line with several blocks is superfluous if each of them is.
            coverOf.merge(owned.owner(), cover, (a, b) -> a.isEmpty() ? a : b);
            if (cover.isEmpty() && owned.isAlone()) {
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

    private static Optional<Exemption> cover(Deque<Owned> open, Exemption owner) {
        for (Owned around : open) {
            if (around.owner() != owner && around.owner().until() >= owner.until()) {
                return Optional.of(around.owner());
            }
        }
        return Optional.empty();
    }

    private void texts(List<ExemptionLine> lines) {
        Map<Exemption, Integer> order = new HashMap<>();
        Map<Subject, TextIndex> indexes = new EnumMap<>(Subject.class);
        for (ExemptionLine line : lines) {
            order.put(line.exemption(), order.size());
            for (Condition condition : line.conditions()) {
                if (condition instanceof Condition.Text text) {
                    index(indexes, text.subject()).add(line);
                }
            }
        }
        for (ExemptionLine line : lines) {
            Exemption by = shadow(line, indexes, order);
            if (by != Exemption.NONE) {
                add(line.exemption(), by);
            }
        }
    }

    private static TextIndex index(Map<Subject, TextIndex> indexes, Subject subject) {
        return indexes.computeIfAbsent(subject, TextIndex::new);
    }

    private static Exemption shadow(
            ExemptionLine line, Map<Subject, TextIndex> indexes, Map<Exemption, Integer> order) {
        for (Condition condition : line.conditions()) {
            if (condition instanceof Condition.Text(Subject subject, TextPattern pattern)) {
                Exemption by =
                        index(indexes, subject)
                                .find(pattern.sample(), other -> shadows(other, line, order));
                if (by != Exemption.NONE) {
                    return by;
                }
            }
        }
        return Exemption.NONE;
    }

    /// Of two that say the same the first one stays.
    private static boolean shadows(
            ExemptionLine other, ExemptionLine line, Map<Exemption, Integer> order) {
        int otherOrder = order.getOrDefault(other.exemption(), 0);
        int lineOrder = order.getOrDefault(line.exemption(), 0);
        return otherOrder != lineOrder
                && other.covers(line)
                && !(line.covers(other) && lineOrder < otherOrder);
    }
}
