package org.greydaemon.log;

/// Where the thread of the log takes lines to. Confined to it, but for its creation.
public interface Sink {
    /// Takes lines; may wait for whoever reads them.
    ///
    /// @param lines the lines, each ended by LF; may be written over. A line that is not {@link
    ///   Severity#INFO} has the code of its severity before it, as one octet: no line begins with a
    ///   control character otherwise
    /// @param length how many octets count
    /// @return how many lines nobody took
    long take(byte[] lines, int length);
}
