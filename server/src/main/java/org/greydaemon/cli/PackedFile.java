package org.greydaemon.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.mistake.MistakeException;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a file may be packed by, told by how it begins: rotated logs are on many hosts.
enum PackedFile {
    /// RFC 1952 2.3.1.
    GZIP("it is packed by gzip", "gzip -dc", "\u001f\u008b"),
    /// compress(1), which gzip unpacks.
    COMPRESS("it is packed by compress", "gzip -dc", "\u001f\u009d"),
    /// The XZ file format, 2.1.1.1.
    XZ("it is packed by xz", "xz -dc", "\u00fd7zXZ\0"),
    /// RFC 8878 3.1.1.
    ZSTD("it is packed by zstd", "zstd -dc", "(\u00b5/\u00fd"),
    /// Followed by the size of its blocks.
    BZIP2("it is packed by bzip2", "bzip2 -dc", "BZh"),
    /// The LZ4 frame format.
    LZ4("it is packed by lz4", "lz4 -dc", "\u0004\"M\u0018"),
    /// Its list of files stands at the end, so it is read from no pipe.
    ZIP("it is packed by zip", "unzip -p", "PK\u0003\u0004"),
    /// Journal File Format, "File Header".
    JOURNAL("it is systemd's journal itself", "journalctl -o short-iso --file", "LPKSHHRH");

    /// How many octets are enough.
    static final int START = 8;

    private static final String STANDARD_INPUT = "-";
    private static final Pattern PLAIN =
            Pattern.compile("[A-Za-z0-9_./+,:=@%][A-Za-z0-9_./+,:=@%-]*");

    private static final String XZ_PACKAGE = "xz-utils";

    private final String what;
    private final String unpacks;
    private final String begins;

    PackedFile(String what, String unpacks, String begins) {
        this.what = what;
        this.unpacks = unpacks;
        this.begins = begins;
    }

    /// What packed a file.
    ///
    /// @param start its first {@link #START} octets, or less if the file ends before
    static Optional<PackedFile> of(byte[] start) {
        String text = new String(start, ISO_8859_1);
        return Stream.of(values()).filter(one -> text.startsWith(one.begins)).findFirst();
    }

    /// `it is packed by gzip`
    String what() {
        return what;
    }

    /// The program that unpacks it from a pipe, with its options; empty if there is none.
    Optional<List<String>> command() {
        return wantsFile() ? Optional.empty() : Optional.of(List.of(unpacks.split(" ")));
    }

    private boolean wantsFile() {
        return this == ZIP || this == JOURNAL;
    }

    /// What to install for that.
    String installed() {
        String program = unpacks.split(" ", 2)[0];
        return this == XZ ? program + " (Debian: " + XZ_PACKAGE + ")" : program;
    }

    /// What to say where it is not read as it is.
    ///
    /// @param file its name; `-` for standard input
    /// @param words greyctl's that were to read it, the command first
    MistakeException refusal(String file, String words) {
        String command = words.split(" ", 2)[0];
        boolean isPipe = file.equals(STANDARD_INPUT);
        String unpacking = isPipe && !wantsFile() ? unpacks : unpacks + " " + quoted(file);
        return new MistakeException(
                file,
                what + ", which greyctl " + command + " does not unpack",
                "write " + unpacking + " | greyctl " + words + " -");
    }

    /// As a shell takes it for one word.
    private static String quoted(String file) {
        if (file.equals(STANDARD_INPUT)) {
            return "FILE";
        }
        return PLAIN.matcher(file).matches() ? file : "'" + file.replace("'", "'\\''") + "'";
    }
}
