package org.greydaemon.exempt;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What operators have written of who passes: the white list and the exemption files. Immutable; a
/// reload makes a new one.
///
/// @param postmaster whether mail to postmaster and abuse always passes
public record ExemptionLists(ClientList whiteList, List<ExemptionFile> files, boolean postmaster) {
    /// Nobody has written anything.
    public static final ExemptionLists NONE =
            new ExemptionLists(ClientList.EMPTY, List.of(), false);

    /// Reads the files.
    ///
    /// @throws UnusableListException if one of them cannot be used; it has the problems of all
    public static ExemptionLists read(
            Optional<Path> whiteList, List<Path> files, boolean postmaster)
            throws UnusableListException {
        List<String> problems = new ArrayList<>();
        ClientList clients = ClientList.EMPTY;
        if (whiteList.isPresent()) {
            try {
                clients = ClientList.read(whiteList.get());
            } catch (UnusableListException e) {
                problems.addAll(e.problems());
            }
        }
        List<ExemptionFile> read = new ArrayList<>();
        for (Path file : files) {
            try {
                read.add(ExemptionFile.read(file));
            } catch (UnusableListException e) {
                problems.addAll(e.problems());
            }
        }
        int lines = read.stream().mapToInt(ExemptionFile::size).sum();
        if (lines > ExemptionFile.LINES_MAX) {
            problems.add(
                    files.getLast()
                            + ": with it there are "
                            + lines
                            + " exemptions in all files, more than "
                            + ExemptionFile.LINES_MAX
                            + "; write domains or networks");
        }
        if (!problems.isEmpty()) {
            throw new UnusableListException(problems);
        }
        return new ExemptionLists(clients, List.copyOf(read), postmaster);
    }

    /// How many lines the exemption files have.
    public int lines() {
        return files.stream().mapToInt(ExemptionFile::size).sum();
    }
}
