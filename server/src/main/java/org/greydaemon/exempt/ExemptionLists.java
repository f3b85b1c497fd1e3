package org.greydaemon.exempt;

import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Wait;
import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What operators have written of who passes and who waits: the white list and the exemption files.
/// Immutable; a reload makes a new one.
///
/// @param postmaster whether mail to postmaster and abuse passes that no line of the files decides
/// @param shipped the lists of the package, whose lines come last
/// @param otherwisePasses whether mail passes that no line decides
/// @param zone by whose clock lines have a time of the day
/// @param delimiter parts recipients' extensions from them
public record ExemptionLists(
        ClientList whiteList,
        List<ExemptionFile> files,
        boolean postmaster,
        List<ExemptionFile> shipped,
        boolean otherwisePasses,
        ZoneId zone,
        RecipientDelimiter delimiter) {
    /// The most lists in DNS: each may be a query for an attempt.
    static final int ZONES_MAX = 16;

    /// Nobody has written anything.
    public static final ExemptionLists NONE =
            new ExemptionLists(ClientList.EMPTY, List.of(), false);

    /// Takes copies.
    public ExemptionLists {
        files = List.copyOf(files);
        shipped = List.copyOf(shipped);
    }

    /// Without shipped lists; mail waits that no line decides.
    public ExemptionLists(ClientList whiteList, List<ExemptionFile> files, boolean postmaster) {
        this(whiteList, files, postmaster, List.of(), false, ZoneId.systemDefault());
    }

    /// With the usual delimiter.
    public ExemptionLists(
            ClientList whiteList,
            List<ExemptionFile> files,
            boolean postmaster,
            List<ExemptionFile> shipped,
            boolean otherwisePasses,
            ZoneId zone) {
        this(
                whiteList,
                files,
                postmaster,
                shipped,
                otherwisePasses,
                zone,
                RecipientDelimiter.USUAL);
    }

    /// The same with shipped lists.
    public ExemptionLists with(List<ExemptionFile> lists) {
        return new ExemptionLists(
                whiteList, files, postmaster, lists, otherwisePasses, zone, delimiter);
    }

    /// The same, but this happens to mail that no line decides.
    public ExemptionLists otherwise(boolean passes) {
        return new ExemptionLists(whiteList, files, postmaster, shipped, passes, zone, delimiter);
    }

    /// The same with another delimiter.
    public ExemptionLists parting(RecipientDelimiter other) {
        return new ExemptionLists(
                whiteList, files, postmaster, shipped, otherwisePasses, zone, other);
    }

    /// How lines have mail wait.
    public Set<Wait> waits() {
        Set<Wait> waits = new HashSet<>();
        for (ExemptionFile file : files) {
            file.special().forEach(line -> waits.add(line.exemption().waits()));
        }
        waits.remove(Wait.USUAL);
        return waits;
    }

    /// The lines by which no mail could ever pass, for the operator.
    ///
    /// @param window when a retry counts where a line does not say
    public List<Mistake> shut(RetryWindow window) {
        List<Mistake> mistakes = new ArrayList<>();
        for (ExemptionFile file : files) {
            for (ExemptionLine line : file.special().toList()) {
                Exemption its = line.exemption();
                if (!its.waits().isOpen(window)) {
                    mistakes.add(
                            new Mistake(
                                    its.place(),
                                    "the delay is not shorter than the retry window, so no mail"
                                            + " could ever pass",
                                    "write a shorter delay, or a longer window behind it"));
                }
            }
        }
        return mistakes;
    }

    /// The lines whose replies have a link in them, while there is none.
    public List<Mistake> withLink() {
        return files.stream()
                .flatMap(ExemptionFile::special)
                .map(ExemptionLine::exemption)
                .filter(its -> its.reply().filter(text -> text.contains("%u")).isPresent())
                .map(its ->
                        new Mistake(
                                its.place(),
                                "%u stands for a link, and there is none",
                                "set reply.link, or take %u out"))
                .toList();
    }

    /// Reads the files.
    ///
    /// @throws MistakeException if one of them cannot be used; it has the problems of all
    public static ExemptionLists read(
            Optional<Path> whiteList, List<Path> files, boolean postmaster)
            throws MistakeException {
        List<Mistake> mistakes = new ArrayList<>();
        ClientList clients = ClientList.EMPTY;
        if (whiteList.isPresent()) {
            try {
                clients = ClientList.read(whiteList.get());
            } catch (MistakeException e) {
                mistakes.addAll(e.mistakes());
            }
        }
        List<ExemptionFile> read = new ArrayList<>();
        int blocks = 0;
        for (Path file : files) {
            try {
                ExemptionFile its = ExemptionFile.read(file, blocks);
                blocks += its.blocks();
                read.add(its);
            } catch (MistakeException e) {
                mistakes.addAll(e.mistakes());
            }
        }
        int lines = read.stream().mapToInt(ExemptionFile::size).sum();
        if (lines > ExemptionFile.LINES_MAX) {
            mistakes.add(
                    new Mistake(
                            files.getLast().toString(),
                            "with it there are "
                                    + lines
                                    + " exemptions in all files, more than "
                                    + ExemptionFile.LINES_MAX,
                            "write domains or networks"));
        }
        long zones = read.stream().flatMap(file -> file.zones().stream()).distinct().count();
        if (zones > ZONES_MAX) {
            mistakes.add(
                    new Mistake(
                            files.getLast().toString(),
                            "with it " + zones + " lists in DNS are asked, more than " + ZONES_MAX,
                            "keep those that matter"));
        }
        if (!mistakes.isEmpty()) {
            throw new MistakeException(mistakes);
        }
        return new ExemptionLists(clients, read, postmaster);
    }

    /// The lines that somebody has needed, all that have decided about mail among them.
    Stream<Exemption> needed() {
        return Stream.concat(
                whiteList.lines().made(),
                Stream.concat(files.stream(), shipped.stream()).flatMap(ExemptionFile::needed));
    }

    /// How many lines the exemption files have.
    public int lines() {
        return files.stream().mapToInt(ExemptionFile::size).sum();
    }
}
