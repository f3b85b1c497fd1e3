package org.greydaemon.admin;

import org.greydaemon.exempt.AllowedClients.Allowed;
import org.greydaemon.exempt.ClientList;
import org.greydaemon.exempt.Exemption;
import org.greydaemon.exempt.Lint;
import org.greydaemon.exempt.UnusableListException;
import org.greydaemon.gate.Ledger;
import org.greydaemon.json.JsonLine;
import org.greydaemon.net.CidrBlock;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What operators ask and say of who passes by their word. Safe for use by several threads.
final class ExemptionRequests {
    /// The most blocks that one request allows: a wildcard in the wrong place stands for thousands.
    private static final int BLOCKS_MAX = 256;

    private final ExemptionSources sources;
    private final Ledger ledger;

    ExemptionRequests(ExemptionSources sources, Ledger ledger) {
        this.sources = sources;
        this.ledger = ledger;
    }

    /// Lets the clients of `client` pass from now on, for `for` seconds if it is there, because of
    /// `reason`. Networks that nobody can know must be meant: `wide` says so.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    JsonLine allow(Request request, String user, long wall) throws RequestException {
        List<CidrBlock> clients = clients(request);
        if (clients.size() > BLOCKS_MAX) {
            throw new RequestException(
                    request.text("client")
                            + " stands for "
                            + clients.size()
                            + " networks, more than "
                            + BLOCKS_MAX
                            + "; name wider ones");
        }
        for (CidrBlock block : clients) {
            if (Lint.isWide(block) && !request.isTrue("wide")) {
                throw RequestException.wide(block + " is millions of addresses of many owners");
            }
        }
        long seconds = request.number("for", 0);
        long until = seconds > 0 ? wall + seconds : Exemption.FOREVER;
        String why = request.optionalText("reason").orElse("");
        String reason = user + (why.isEmpty() ? "" : ": " + why);
        try {
            sources.allow(
                    clients.stream().map(block -> new Allowed(block, until, reason)).toList());
        } catch (IOException e) {
            throw notKept(e);
        }
        JsonLine line = new JsonLine().put("ok", true);
        line.put("clients", clients.stream().map(CidrBlock::toString).toList());
        return seconds > 0 ? line.put("until", until) : line;
    }

    /// Lets clients pass from now on, at least as long as this says.
    void allowAtLeast(List<Allowed> clients) throws RequestException {
        try {
            sources.allowAtLeast(clients);
        } catch (IOException e) {
            throw notKept(e);
        }
    }

    private static RequestException notKept(IOException e) {
        return new RequestException(e.getMessage() + "; nothing has changed");
    }

    /// What came of disallowing.
    ///
    /// @param anything whether anything has changed
    /// @param line the answer
    record Disallowed(boolean anything, JsonLine line) {}

    /// Takes back what was allowed to exactly these clients, and forgets that a single one is
    /// proven.
    Disallowed disallow(Request request) throws RequestException {
        List<CidrBlock> clients = clients(request);
        boolean allowed = false;
        try {
            for (CidrBlock block : clients) {
                allowed |= sources.disallow(block);
            }
        } catch (IOException e) {
            throw notKept(e);
        }
        JsonLine line = new JsonLine().put("ok", true).put("allowed", allowed);
        CidrBlock first = clients.getFirst();
        if (clients.size() > 1 || !first.equals(CidrBlock.of(first.address()))) {
            return new Disallowed(allowed, line.put("proven", false));
        }
        boolean proven = ledger.forgetClient(request.clientAttempt());
        line.put("proven", proven);
        ledger.line(request.clientAttempt())
                .filter(Exemption::passes)
                .ifPresent(other -> line.put("exempt", other.toString()));
        return new Disallowed(allowed || proven, line);
    }

    /// The networks of `client`, in the forms of the white list.
    private static List<CidrBlock> clients(Request request) throws RequestException {
        try {
            List<CidrBlock> clients =
                    ClientList.parse("client", List.of(request.text("client"))).blocks();
            if (clients.isEmpty()) {
                throw new RequestException("client is empty; send an address or a network");
            }
            return clients;
        } catch (UnusableListException e) {
            throw new RequestException(
                    String.join("; ", e.problems()).replace("client:1:", "client:"));
        }
    }

    /// All exemptions.
    List<JsonLine> list(long wall) {
        List<JsonLine> lines = new ArrayList<>();
        for (Exemption exemption : sources.all()) {
            JsonLine line = line(exemption);
            line.put("uses", exemption.uses());
            if (exemption.until() != Exemption.FOREVER) {
                line.put("until", exemption.until());
                line.put("over", exemption.isOver(wall));
            }
            lines.add(exemption.reason().isEmpty() ? line : line.put("reason", exemption.reason()));
        }
        return lines;
    }

    /// What should be thought about.
    List<JsonLine> lint() {
        List<JsonLine> lines = new ArrayList<>();
        for (Lint.Finding finding : sources.lint()) {
            JsonLine line = line(finding.exemption());
            line.put("kind", finding.kind().name().toLowerCase(Locale.ROOT));
            lines.add(line.put("finding", finding.text()));
        }
        return lines;
    }

    private static JsonLine line(Exemption exemption) {
        return new JsonLine().put("place", exemption.place()).put("exempt", exemption.text());
    }
}
