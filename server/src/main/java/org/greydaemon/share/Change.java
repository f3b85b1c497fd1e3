package org.greydaemon.share;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/// One change on its way to others. Texts are octets, each a character. Immutable.
final class Change {
    /// What a change does to what others remember.
    enum Meaning {
        /// Something is remembered that was not.
        NEW('N'),
        /// The same again of something that was forgotten here before.
        REVIVED('N'),
        /// Something that is remembered has served again, or was asked for again.
        REFRESHED('R'),
        /// An operator has it forgotten.
        FORGOTTEN('F'),
        /// An operator allows or disallows somebody: the line says which, see {@link WordLine}.
        SAID('A');

        private final char letter;

        Meaning(char letter) {
            this.letter = letter;
        }

        char letter() {
            return letter;
        }
    }

    private final int shard;
    private final long made;
    private final byte[] line;
    private final String name;
    private final String proof;
    private final long seconds;
    private final Meaning kind;

    /// @param shard where it goes
    /// @param made when it was made, in milliseconds of the engine's time
    /// @param line what the others read, a {@link ChangeLine} with its end; not copied
    /// @param name stands for the key, or is the word; empty where the line has to tell it
    /// @param proof what the key is called among what has proven itself, or the word that this one
    ///   replaces; empty if there is none
    /// @param seconds when that has last served, in the engine's time
    /// @param kind what it does
    Change(
            int shard,
            long made,
            byte[] line,
            String name,
            String proof,
            long seconds,
            Meaning kind) {
        this.shard = shard;
        this.made = made;
        this.line = line;
        this.name = name;
        this.proof = proof;
        this.seconds = seconds;
        this.kind = kind;
    }

    int shard() {
        return shard;
    }

    long made() {
        return made;
    }

    /// Not a copy.
    byte[] line() {
        return line;
    }

    String name() {
        return name;
    }

    String proof() {
        return proof;
    }

    long seconds() {
        return seconds;
    }

    Meaning kind() {
        return kind;
    }

    @Override
    public String toString() {
        return new String(line, 0, line.length - 1, ISO_8859_1);
    }
}
