package org.greydaemon.cli;

import org.greydaemon.config.Durations;
import org.greydaemon.mistake.MistakeException;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads an age as the configuration file has durations, `90s` or `1h30m`, as seconds.
final class AgeConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
        try {
            return Durations.parse(text).toSeconds();
        } catch (MistakeException e) {
            throw new TypeConversionException(e.inOneLine());
        }
    }
}
