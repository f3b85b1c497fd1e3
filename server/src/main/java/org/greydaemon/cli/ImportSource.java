package org.greydaemon.cli;

import org.greydaemon.exchange.ImportForm;
import org.greydaemon.exempt.ForeignList;

/// What a file to import holds.
sealed interface ImportSource {
    /// Its name on the command line.
    String word();

    /// Entries of a database, which the daemon takes.
    record Database(ImportForm form) implements ImportSource {
        @Override
        public String word() {
            return form.word();
        }
    }

    /// A white list, of which lines for an exemption file are made.
    record WhiteList(ForeignList.Author form) implements ImportSource {
        @Override
        public String word() {
            return form.word();
        }
    }
}
