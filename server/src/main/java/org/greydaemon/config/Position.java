package org.greydaemon.config;

import java.nio.file.Path;

/// Where a value was written.
public sealed interface Position {
    /// A line of the configuration file.
    ///
    /// @param file as the command line names it
    /// @param line from 1 on
    /// @param column from 1 on
    /// @param key the key, or several; empty for a line that is no TOML
    record InFile(Path file, int line, int column, String key) implements Position {
        @Override
        public String problem(String text) {
            String where = file + ":" + line + ":" + column + ": ";
            return key.isEmpty() ? where + text : where + key + ": " + text;
        }

        @Override
        public String toString() {
            return file + ":" + line;
        }
    }

    /// The command line.
    ///
    /// @param name the switch, for example `-m`; empty if the value speaks for itself
    record OnCommandLine(String name) implements Position {
        @Override
        public String problem(String text) {
            return name.isEmpty() ? text : name + ": " + text;
        }

        @Override
        public String toString() {
            return name.isEmpty() ? "command line" : "command line, " + name;
        }
    }

    /// Nowhere: it is the default.
    ///
    /// @param key the key
    record ByDefault(String key) implements Position {
        @Override
        public String problem(String text) {
            return key + ": " + text;
        }

        @Override
        public String toString() {
            return "default";
        }
    }

    /// Puts the place before what is wrong there.
    String problem(String text);
}
