package org.greydaemon.history;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Something that explains what the figures show.
///
/// @param time when, in seconds since 1970
/// @param text what changed; may be empty
public record Mark(long time, Occasion kind, String text) {
    /// What happened.
    public enum Occasion {
        /// The daemon was started.
        START('s'),
        /// The daemon was stopped in good order.
        STOP('e'),
        /// The configuration was read again.
        RELOAD('r');

        private final char letter;

        Occasion(char letter) {
            this.letter = letter;
        }

        /// The letter in the file.
        char letter() {
            return letter;
        }

        /// The kind of a letter, if there is one.
        static Optional<Occasion> of(int letter) {
            return Arrays.stream(values()).filter(kind -> kind.letter == letter).findFirst();
        }

        /// The word for programs.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
