package org.greydaemon.cli;

import org.greydaemon.exchange.ExportForm;
import org.greydaemon.exchange.ImportForm;
import org.greydaemon.exempt.ForeignList;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/// Forms by their names on the command line.
final class FormConverters {
    private FormConverters() {}

    /// The form that a file has.
    static final class Import implements ITypeConverter<ImportSource> {
        @Override
        public ImportSource convert(String text) {
            return sources()
                    .filter(source -> source.word().equals(text))
                    .findFirst()
                    .orElseThrow(() -> none(text, new ImportWords()));
        }
    }

    private static Stream<ImportSource> sources() {
        return Stream.concat(
                Arrays.stream(ImportForm.values()).map(ImportSource.Database::new),
                Arrays.stream(ForeignList.Author.values()).map(ImportSource.WhiteList::new));
    }

    /// The form to write.
    static final class Export implements ITypeConverter<ExportForm> {
        @Override
        public ExportForm convert(String text) {
            return Arrays.stream(ExportForm.values())
                    .filter(form -> form.word().equals(text))
                    .findFirst()
                    .orElseThrow(() -> none(text, new ExportWords()));
        }
    }

    private static TypeConversionException none(String text, Iterable<String> words) {
        return new TypeConversionException(
                "'" + text + "' is no form; give one of " + String.join(", ", words));
    }

    /// The names of the forms that can be read.
    static final class ImportWords implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return sources().map(ImportSource::word).iterator();
        }
    }

    /// The names of the forms that can be written.
    static final class ExportWords implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            List<ExportForm> forms = List.of(ExportForm.values());
            return forms.stream().map(ExportForm::word).iterator();
        }
    }
}
