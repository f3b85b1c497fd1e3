package org.greydaemon.share;

/// One change on its way to others. Texts are octets, each a character.
///
/// @param shard where it goes
/// @param made when it was made, in milliseconds of the engine's time
/// @param line what the others read, a {@link ChangeLine}
/// @param name stands for the key
/// @param proof what the key is called among what has proven itself, or the word that this one
///   replaces; empty if there is none
/// @param seconds when that has last served, in the engine's time
/// @param kind what it does
record Change(
        int shard, long made, String line, String name, String proof, long seconds, Kind kind) {
    /// What a change does to what others remember.
    enum Kind {
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

        Kind(char letter) {
            this.letter = letter;
        }

        char letter() {
            return letter;
        }
    }

    /// What it takes while it waits, in octets, roughly.
    int octets() {
        return 96 + line.length() + name.length() + proof.length();
    }
}
