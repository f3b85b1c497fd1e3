package org.greydaemon.config;

import java.util.List;

/// A value as somebody wrote it, before anything is made of it.
public sealed interface Written {
    /// Where it stands.
    Position place();

    /// Text; on the command line everything is.
    record Text(Position place, String text) implements Written {
        @Override
        public String toString() {
            return TomlText.quoted(text);
        }
    }

    /// A whole number.
    record Whole(Position place, long number) implements Written {
        @Override
        public String toString() {
            return Long.toString(number);
        }
    }

    /// True or false.
    record Truth(Position place, boolean value) implements Written {
        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /// A list.
    record Several(Position place, List<Written> items) implements Written {
        @Override
        public String toString() {
            return "a list";
        }
    }

    /// What TOML has and no option takes: a fraction, a date, a table.
    ///
    /// @param what it is, for a message
    record Strange(Position place, String what) implements Written {
        @Override
        public String toString() {
            return what;
        }
    }
}
