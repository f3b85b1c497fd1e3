package org.greydaemon.config;

import org.greydaemon.net.Endpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Who passes by the operator's word, and where it stands.
///
/// @param whiteList the file of clients that always pass
/// @param files of exemptions
/// @param postmaster whether mail to postmaster and abuse always passes
/// @param allowed the file in which the daemon keeps what greyctl has allowed
/// @param resolver the DNS server to ask; empty for the system's
public record ExemptSettings(
        Optional<Path> whiteList,
        List<Path> files,
        boolean postmaster,
        Path allowed,
        Optional<Endpoint> resolver) {
    static ExemptSettings of(Values values) {
        Path saveFile = values.get(Options.SAVE_FILE);
        return new ExemptSettings(
                values.get(Options.WHITE_LIST),
                values.get(Options.EXEMPT_FILES),
                values.get(Options.POSTMASTER),
                saveFile.resolveSibling(saveFile.getFileName() + ".allowed"),
                values.get(Options.RESOLVER));
    }
}
