package org.greydaemon.config;

import java.time.Duration;
import java.util.Optional;

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

    /// The command line names the option so.
    static <T> Optional<Switch<T>> named(
            String name, String label, Form form, ValueKind<T> reads, String help) {
        return Optional.of(new Switch<>(name, label, form, reads, help));
    }

    /// The same; the value is a number of such units.
    static Optional<Switch<Duration>> number(
            String name, String label, Duration unit, String help) {
        return named(name, label, Form.VALUE, new Durations.NumberOf(unit), help);
    }

    /// A value without a switch.
    static <T> Optional<Switch<T>> parameter(String name, ValueKind<T> reads, String help) {
        return named(name, name, Form.PARAMETER, reads, help);
    }

    /// The place of a value that was given with this.
    public Position place() {
        // An address says by itself what it is.
        boolean speaks = form == Form.PARAMETER && name.startsWith("ipaddr");
        return new Position.OnCommandLine(speaks ? "" : name);
    }
}
