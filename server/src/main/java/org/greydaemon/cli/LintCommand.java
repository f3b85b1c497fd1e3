package org.greydaemon.cli;

import org.greydaemon.dns.DomainCheck;
import org.greydaemon.exempt.ListZone;
import org.greydaemon.json.JsonLine;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/// `greyctl lint`: exemptions that do nothing, or too much.
@Command(
        name = "lint",
        sortOptions = false,
        description =
                "Names exemptions that are dangerous, shadowed by others, over or never used; exit"
                        + " status 1 if there are any.")
final class LintCommand implements Callable<Integer> {
    /// Exit status: there is something to think about.
    private static final int FOUND = 1;

    /// The words before a domain, or a mail address.
    private static final Set<String> NAMED =
            Set.of("host", "sender", "recipient", "opt-in", "opt-out", "listed");

    @Option(
            names = "--dns",
            description = "Also name lines whose domain is gone, as this host's DNS says.")
    private boolean dns;

    @Mixin private ControlOptions control = new ControlOptions();

    @Override
    public Integer call() throws NoAnswerException {
        ControlClient.Line last =
                control.ask(
                        ControlOptions.request("lint"), line -> control.out().println(row(line)));
        long findings = last.number("entries") + (dns ? gone() : 0);
        if (findings == 0 && !control.json()) {
            control.out().println("nothing to say");
        }
        return findings == 0 ? 0 : FOUND;
    }

    private static String row(ControlClient.Line line) {
        return "%s: %s: %s: %s"
                .formatted(
                        line.text("kind"),
                        line.text("place"),
                        line.text("exempt"),
                        line.text("finding"));
    }

    private long gone() throws NoAnswerException {
        List<ControlClient.Line> lines = new ArrayList<>();
        control.lines(ControlOptions.request("exemptions"), lines::add);
        DomainCheck check = new DomainCheck(Optional.empty());
        Map<String, Boolean> known = new HashMap<>();
        long findings = 0;
        for (ControlClient.Line line : lines) {
            for (String domain : domains(line.text("exempt"))) {
                if (known.computeIfAbsent(domain, check::isGone)) {
                    findings++;
                    tell(line, domain);
                }
            }
        }
        return findings;
    }

    private void tell(ControlClient.Line line, String domain) {
        String finding = "there is no domain " + domain + " any more; take the line out";
        JsonLine found =
                new JsonLine().put("place", line.text("place")).put("exempt", line.text("exempt"));
        control.out()
                .println(
                        control.json()
                                ? found.put("kind", "gone").put("finding", finding)
                                : "gone: %s: %s: %s"
                                        .formatted(
                                                line.text("place"), line.text("exempt"), finding));
    }

    /// The domains of a line, without what stands for many.
    static List<String> domains(String exempt) {
        List<String> domains = new ArrayList<>();
        String[] words = exempt.split(" ", -1);
        for (int i = 0; i + 1 < words.length; i++) {
            if (NAMED.contains(words[i])) {
                String name =
                        ListZone.owner(words[i + 1].substring(words[i + 1].lastIndexOf('@') + 1));
                int star = name.lastIndexOf('*');
                int dot = name.indexOf('.', Math.max(star, 0));
                String domain = star < 0 && dot != 0 ? name : name.substring(dot + 1);
                if (domain.indexOf('.') > 0 && domain.matches("[A-Za-z0-9._-]+")) {
                    domains.add(domain);
                }
            }
        }
        return domains;
    }
}
