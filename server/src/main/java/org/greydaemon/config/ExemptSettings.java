package org.greydaemon.config;

import org.greydaemon.exempt.ExemptionFile;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.exempt.RecipientDelimiter;
import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.Endpoint;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What operators say of mail, and where it stands.
///
/// @param whiteList the file of clients that always pass
/// @param files of exemptions
/// @param postmaster whether mail to postmaster and abuse always passes
/// @param allowed the file in which the daemon keeps what greyctl has allowed
/// @param resolver the DNS server to ask; empty for the system's
/// @param otherwisePasses whether mail passes that no line decides
/// @param shipped whether the list of the package counts
/// @param delimiter parts recipients' extensions from them
/// @param named where the files are named, for what is wrong with one as a whole
public record ExemptSettings(
        Optional<Path> whiteList,
        List<Path> files,
        boolean postmaster,
        Path allowed,
        Optional<Endpoint> resolver,
        boolean otherwisePasses,
        boolean shipped,
        RecipientDelimiter delimiter,
        Map<Path, Position> named) {
    static ExemptSettings of(Values values) {
        Path saveFile = values.get(StoreOptions.SAVE_FILE);
        return new ExemptSettings(
                values.get(ExemptOptions.WHITE_LIST),
                values.get(ExemptOptions.EXEMPT_FILES),
                values.get(ExemptOptions.POSTMASTER),
                saveFile.resolveSibling(saveFile.getFileName() + ".allowed"),
                values.get(ExemptOptions.RESOLVER),
                values.get(RuleOptions.OTHERWISE) == Otherwise.PASS,
                values.get(ExemptOptions.SHIPPED) && asksForHosts(values),
                new RecipientDelimiter(values.get(IdentityOptions.DELIMITER).orElse((char) 0)),
                named(values));
    }

    private static Map<Path, Position> named(Values values) {
        Map<Path, Position> named = new HashMap<>();
        Position files = values.setting(ExemptOptions.EXEMPT_FILES).place();
        values.get(ExemptOptions.EXEMPT_FILES).forEach(file -> named.put(file, files));
        Position list = values.setting(ExemptOptions.WHITE_LIST).place();
        values.get(ExemptOptions.WHITE_LIST).ifPresent(file -> named.put(file, list));
        return Map.copyOf(named);
    }

    /// Reads the files.
    ///
    /// @throws MistakeException if one of them cannot be used; it has the problems of all
    public ExemptionLists lists() throws MistakeException {
        try {
            return ExemptionLists.read(whiteList, files, postmaster)
                    .with(shipped ? List.of(ExemptionFile.shipped()) : List.of())
                    .otherwise(otherwisePasses)
                    .parting(delimiter);
        } catch (MistakeException e) {
            throw new MistakeException(e.mistakes().stream().map(this::withPlace).toList());
        }
    }

    /// A line says where it stands; of a file as a whole the line of the configuration counts that
    /// names it.
    private Mistake withPlace(Mistake mistake) {
        return named.entrySet().stream()
                .filter(entry -> entry.getKey().toString().equals(mistake.place()))
                .filter(entry -> entry.getValue() instanceof Position.InFile)
                .map(entry -> mistake.at(entry.getValue().problem(mistake.place())))
                .findFirst()
                .orElse(mistake);
    }

    /// Its lines are about names of hosts.
    private static boolean asksForHosts(Values values) {
        return values.get(RuleOptions.RULES) == RuleSet.MODERN && values.get(IdentityOptions.HOSTS);
    }
}
