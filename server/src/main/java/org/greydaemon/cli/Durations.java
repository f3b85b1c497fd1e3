package org.greydaemon.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads `90s`, `5m`, `12h` or `7d` as seconds.
final class Durations implements ITypeConverter<Long> {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})([smhd])");
    private static final Map<String, Long> UNITS =
            Map.of("s", 1L, "m", 60L, "h", 3600L, "d", 86_400L);

    @Override
    public Long convert(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is no time such as 90s, 5m, 12h or 7d; give one");
        }
        return Long.parseLong(form.group(1)) * Objects.requireNonNull(UNITS.get(form.group(2)));
    }
}
