package org.greydaemon.config;

/// How the command line names an option.
///
/// @param name `-m`, `--policy`, or the parameter's name for a parameter without a switch
/// @param label what the value is called in help
/// @param form what follows the name
/// @param reads the kind of value there, which may be another than the file's
/// @param help one sentence for `--help`
public record Switch<T>(String name, String label, Form form, ValueKind<T> reads, String help) {
    /// What follows the name.
    public enum Form {
        /// Nothing.
        FLAG,
        /// A value.
        VALUE,
        /// A value; may be given several times.
        VALUES,
        /// A value behind `=` or none.
        PLACE,
        /// A value behind `=` or none; may be given several times.
        PLACES,
        /// A value behind `=` or none, for a place of syslog.
        LOG_PLACE,
        /// There is no switch, the value stands alone.
        PARAMETER
    }

    /// The place of a value that was given with this.
    public Position place() {
        // An address says by itself what it is.
        boolean speaks = form == Form.PARAMETER && name.startsWith("ipaddr");
        return new Position.OnCommandLine(speaks ? "" : name);
    }
}
