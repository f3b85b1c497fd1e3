package org.greydaemon.identity;

import org.greydaemon.file.RegularFile;
import org.greydaemon.mail.Octets;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// Which part of a name somebody has registered: `example.co.uk` of `mx1.example.co.uk`, by the
/// Public Suffix List (https://publicsuffix.org/list/). Its private part counts too, so that the
/// customers of `github.io` or `dyndns.org` are not one.
///
/// The list is read when the first name is looked up. Safe for use by several threads.
public final class PublicSuffixes {
    /// Where Debian's package publicsuffix, which updates itself, puts the list.
    public static final Path DEBIAN = Path.of("/usr/share/publicsuffix/public_suffix_list.dat");

    /// A file with less is damaged; the list of 2023 has 9,500 rules.
    private static final int RULES_MIN = 1_000;

    private static final int BYTES_MAX = 8 << 20;

    /// RFC 1035 2.3.4, as text.
    private static final int NAME_MAX = 253;

    private static final String BUILT_IN = "public_suffix_list.dat.gz";

    private final List<Path> files;

    // Written once, by whoever needs it first.
    private volatile @Nullable SuffixRules rules;

    private PublicSuffixes(List<Path> files) {
        this.files = List.copyOf(files);
    }

    /// The list in the first of these files that can be read and holds one, else the list that the
    /// program brings along.
    public static PublicSuffixes load(List<Path> files) {
        return new PublicSuffixes(files);
    }

    /// The registrable domain of a name that is in lower case, in A-labels and without a dot at the
    /// end. Empty if there is none: the name is a public suffix itself, has one label only, is an
    /// address or no name at all.
    public String registrable(String host) {
        int from = registrableFrom(host);
        return from < 0 ? "" : host.substring(from);
    }

    /// Where {@link #registrable} begins in the name; -1 if there is none.
    int registrableFrom(String host) {
        int suffix = isName(host) ? rules().suffixFrom(host) : 0;
        return suffix == 0 ? -1 : host.lastIndexOf('.', suffix - 2) + 1;
    }

    /// Whether the list has a name as one below which anybody can register a domain: `com`,
    /// `co.uk`. A top-level domain that it does not know is none.
    ///
    /// @param name in lower case, in A-labels and without a dot at the end
    public boolean isSuffix(String name) {
        return name.indexOf('.') < 0
                ? rules().isSuffix(name)
                : isName(name) && rules().suffixFrom(name) == 0;
    }

    /// Whether there are two labels or more, none is empty, and the last is no number.
    private static boolean isName(String host) {
        int length = host.length();
        int label = 0;
        int last = host.lastIndexOf('.') + 1;
        for (int i = 0; i < length; i++) {
            char c = host.charAt(i);
            label = c == '.' ? 0 : label + 1;
            if (c <= ' '
                    || c > '~'
                    || c == '['
                    || c == ':'
                    || c == '@'
                    || (c == '.' && isEmpty(host, i))) {
                return false;
            }
        }
        // No top-level domain begins with a digit (RFC 3696 2), but the end of an address does.
        return label > 0 && last > 0 && length <= NAME_MAX && !Octets.isDigit(host.charAt(last));
    }

    private static boolean isEmpty(String host, int dot) {
        return dot == 0 || host.charAt(dot - 1) == '.';
    }

    private SuffixRules rules() {
        SuffixRules known = rules;
        if (known != null) {
            return known;
        }
        synchronized (this) {
            known = rules;
            if (known == null) {
                known = read();
                rules = known;
            }
            return known;
        }
    }

    private SuffixRules read() {
        for (Path file : files) {
            try {
                SuffixRules read = SuffixRules.parse(RegularFile.read(file, BYTES_MAX));
                if (read.count() >= RULES_MIN) {
                    return read;
                }
            } catch (IOException _) {
                // The next one, then; the program has a list of its own.
            }
        }
        try (InputStream packed = PublicSuffixes.class.getResourceAsStream(BUILT_IN)) {
            if (packed == null) {
                throw new IllegalStateException("no " + BUILT_IN + " in the jar");
            }
            return SuffixRules.parse(new GZIPInputStream(packed).readNBytes(BYTES_MAX));
        } catch (IOException e) {
            throw new IllegalStateException(BUILT_IN + " in the jar is damaged", e);
        }
    }
}
