package org.greydaemon.exempt;

import org.greydaemon.decision.Evidence;
import org.greydaemon.identity.PublicSuffixes;
import org.greydaemon.mail.ReplyText;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.IpAddress;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What an operator should know of exemptions that can all be used: which of them do nothing, and
/// which of them let in more than anybody can want. Stateless.
public final class Lint {
    /// Networks of other people are smaller.
    private static final int IPV4_LENGTH_MIN = 12;

    private static final int IPV6_LENGTH_MIN = 20;

    /// RFC 1918, RFC 1122 3.2.1.3, RFC 4193 and RFC 4291 2.5.6: here everybody is at home.
    private static final CidrSet OWN =
            CidrSet.of(
                    List.of(
                            CidrBlock.around(IpAddress.ipv4(0x0a00_0000), 8),
                            CidrBlock.around(IpAddress.ipv4(0x7f00_0000), 8),
                            CidrBlock.around(new IpAddress(0xfc00_0000_0000_0000L, 0), 7),
                            CidrBlock.around(new IpAddress(0xfe80_0000_0000_0000L, 0), 10)));

    /// Read when the first name is looked at.
    private static final PublicSuffixes SUFFIXES =
            PublicSuffixes.load(List.of(PublicSuffixes.DEBIAN));

    private Lint() {}

    /// What is the matter with an exemption.
    public enum Matter {
        /// It lets in whom nobody can know.
        DANGEROUS,
        /// Another one makes it superfluous.
        SHADOWED,
        /// What it tells clients is longer than a reply may be.
        LONG,
        /// It has come to its end.
        OVER,
        /// It has decided about no mail.
        UNUSED
    }

    /// Something to think about.
    ///
    /// @param text what is the matter; what to do
    public record Remark(Exemption exemption, Matter kind, String text) {
        /// The line for the operator.
        @Override
        public String toString() {
            return exemption + ": " + text;
        }
    }

    /// Looks at all of them.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    /// @param since for how long uses are counted, in words; empty if they are not
    public static List<Remark> of(Exemptions exemptions, long wall, Optional<String> since) {
        // Once, as most lines are made when they are looked at.
        List<Exemption> whiteList = exemptions.whiteList().exemptions().stream().toList();
        List<ExemptionLine> lines = exemptions.lines().toList();
        List<ExemptionLine> current = new ArrayList<>();
        List<Remark> findings = new ArrayList<>();
        for (ExemptionLine line : lines) {
            if (line.exemption().isOver(wall)) {
                findings.add(
                        new Remark(
                                line.exemption(),
                                Matter.OVER,
                                "it has come to its end; take it out"));
            } else {
                current.add(line);
            }
        }
        findings.addAll(LintShadows.of(whiteList, current).findings());
        whiteList.stream()
                .filter(its -> isWide(ClientList.blocks(its)))
                .forEach(its -> findings.add(tooWide(its)));
        current.forEach(line -> danger(line).ifPresent(findings::add));
        current.forEach(line -> longReply(line.exemption()).ifPresent(findings::add));
        since.ifPresent(time ->
                unused(
                        Stream.of(
                                        whiteList.stream(),
                                        exemptionsOf(lines.stream()),
                                        exemptionsOf(exemptions.shipped()))
                                .flatMap(its -> its),
                        time,
                        findings));
        return List.copyOf(findings);
    }

    /// Those that are used when they fit.
    private static Stream<Exemption> exemptionsOf(Stream<ExemptionLine> lines) {
        return lines.filter(line -> !line.isOptIn()).map(ExemptionLine::exemption);
    }

    /// What is the matter with a line of the white list that {@link #isWide}.
    static Remark tooWide(Exemption exemption) {
        String text = exemption.text();
        return new Remark(
                exemption,
                Matter.DANGEROUS,
                "that are millions of addresses of many owners; write the networks that are meant"
                        + (text.matches("[0-9]+") ? ", " + text + " is " + text + ".0.0.0/8" : ""));
    }

    /// Whether some of these are addresses of so many owners that nobody can know them.
    static boolean isWide(List<CidrBlock> blocks) {
        for (CidrBlock block : blocks) {
            if (isWide(block)) {
                return true;
            }
        }
        return false;
    }

    /// Whether these are addresses of so many owners that nobody can know them.
    public static boolean isWide(CidrBlock block) {
        int min = block.address().isIpv4() ? IPV4_LENGTH_MIN : IPV6_LENGTH_MIN;
        return block.prefixLength() < min && !OWN.covers(block);
    }

    /// Whether all conditions are so wide that the line fits nearly everybody.
    static boolean isEverybody(ExemptionLine line) {
        return line.conditions().stream().allMatch(Lint::isWide);
    }

    /// What lets in whom nobody can want.
    static Optional<Remark> danger(ExemptionLine line) {
        if (line.isOptIn() || !line.exemption().passes()) {
            return Optional.empty();
        }
        String text = "";
        if (isEverybody(line)) {
            text = "that is everybody, or nearly; write who is meant";
        } else if (isForgeable(line)) {
            text =
                    line.pattern(Subject.SENDER).filter(TextPattern::isNullSender).isPresent()
                            ? "anybody can send with the null sender, and spam does; add a client"
                                    + " or host"
                            : "anybody can say so; add a client or host to the line";
        }
        return text.isEmpty()
                ? Optional.empty()
                : Optional.of(new Remark(line.exemption(), Matter.DANGEROUS, text));
    }

    /// Whether whoever wants to can make the line fit.
    private static boolean isForgeable(ExemptionLine line) {
        Set<Subject> subjects = EnumSet.noneOf(Subject.class);
        for (Condition condition : line.conditions()) {
            if (!(condition instanceof Condition.Not)) {
                subjects.add(condition.subject());
            }
        }
        boolean passesSpf = line.conditions().contains(new Condition.Spf(Evidence.Spf.PASS));
        boolean saysWho = subjects.contains(Subject.SENDER) || subjects.contains(Subject.HELO);
        return saysWho && !passesSpf && !isBound(subjects);
    }

    /// Whether somebody else must say so too.
    private static boolean isBound(Set<Subject> subjects) {
        return subjects.contains(Subject.CLIENT)
                || subjects.contains(Subject.HOST)
                || subjects.contains(Subject.RECIPIENT)
                || subjects.contains(Subject.LISTED);
    }

    private static boolean isWide(Condition condition) {
        return switch (condition) {
            case Condition.Client client -> client.blocks().stream().anyMatch(Lint::isWide);
            case Condition.Text(var _, TextPattern pattern) -> pattern.isTooWide(SUFFIXES);
            case Condition.Not(Condition.Client _), Condition.Not(Condition.Text _) -> true;
            case Condition.Tls _, Condition.Time _, Condition.Not(Condition.Tls _) -> true;
            case Condition.Not(Condition.Time _) -> true;
            // Half of all hosts have a name and the others none; most domains have no SPF record,
            // and whoever wants one for his own has it.
            case Condition.Confirmed _, Condition.Not(Condition.Confirmed _) -> true;
            case Condition.Suspect _, Condition.Not(Condition.Suspect _) -> true;
            case Condition.Spf _ -> true;
            case Condition.Not(Condition.Spf _), Condition.Not(Condition.Listed _) -> true;
            case Condition.Listed _, Condition.Not(Condition.Not _) -> false;
        };
    }

    private static Optional<Remark> longReply(Exemption exemption) {
        int over =
                exemption
                        .reply()
                        .map(ReplyText.DEFAULT::saying)
                        .map(ReplyText::octetsOver)
                        .orElse(0);
        return over == 0
                ? Optional.empty()
                : Optional.of(
                        new Remark(
                                exemption,
                                Matter.LONG,
                                "its reply can have "
                                        + over
                                        + " octets more than the 512 of a line (RFC 5321"
                                        + " 4.5.3.1.5), and is cut then; write less"));
    }

    /// What does nothing for a better reason is not named again.
    private static void unused(Stream<Exemption> all, String since, List<Remark> findings) {
        Set<Exemption> named = new HashSet<>();
        for (Remark finding : findings) {
            if (finding.kind() != Matter.DANGEROUS) {
                named.add(finding.exemption());
            }
        }
        all.filter(its -> its.uses() == 0 && its.line() > 0 && !named.contains(its))
                .forEach(its ->
                        findings.add(
                                new Remark(
                                        its,
                                        Matter.UNUSED,
                                        (its.passes()
                                                        ? "it has let no mail pass "
                                                        : "it has had no mail wait ")
                                                + since
                                                + "; is it still needed?")));
    }
}
