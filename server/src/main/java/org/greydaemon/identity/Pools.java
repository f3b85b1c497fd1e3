package org.greydaemon.identity;

import org.greydaemon.file.RegularFile;
import org.greydaemon.mail.DomainLabels;
import org.greydaemon.mail.HostName;
import org.greydaemon.mail.Octets;
import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Providers whose many hosts share a queue, so that a retry comes from another of them: their
/// registrable domains. Immutable.
///
/// ```
/// google.com      # mail-*.google.com; _spf.google.com
/// !ovh.net        # of another list: not here
/// ```
public final class Pools {
    private static final String BUILT_IN = "pools";
    private static final int BYTES_MAX = 4 << 20;
    private static final int DOMAINS_MAX = 10_000;
    private static final int PROBLEMS_MAX = 20;
    private static final int NAME_MAX = 253;

    private final SortedMap<String, String> facts;
    private final Set<String> domains; // Those of the facts: asked about each host's name.
    private final Set<String> without;

    /// @param facts the domains, and what each rests on
    /// @param without domains that other lists lose when they meet this one
    private Pools(SortedMap<String, String> facts, Set<String> without) {
        this.facts = Collections.unmodifiableSortedMap(new TreeMap<>(facts));
        domains = Set.copyOf(facts.keySet());
        this.without = Set.copyOf(without);
    }

    /// The list that the program brings along, packaging/pools.
    public static Pools builtIn() {
        try (InputStream in = Pools.class.getResourceAsStream(BUILT_IN)) {
            if (in == null) {
                throw new IllegalStateException("no " + BUILT_IN + " in the jar");
            }
            return parse(BUILT_IN, in.readNBytes(BYTES_MAX));
        } catch (IOException | MistakeException e) {
            throw new IllegalStateException(BUILT_IN + " in the jar is damaged", e);
        }
    }

    /// Reads a file: a registrable domain a line, with `!` in front one that other lists lose; `#`
    /// begins a comment.
    ///
    /// @throws MistakeException if it cannot be read, or a line is none
    public static Pools read(Path file) throws MistakeException {
        try {
            return parse(file.toString(), RegularFile.read(file, BYTES_MAX + 1));
        } catch (NoSuchFileException e) {
            throw new MistakeException(
                    file.toString(), "there is no such file", "make it, an empty one will do");
        } catch (AccessDeniedException e) {
            throw new MistakeException(
                    file.toString(), "this user may not read it", "change its mode or owner");
        } catch (IOException e) {
            throw new MistakeException(
                    file.toString(),
                    "it cannot be read: " + e.getMessage(),
                    "name a readable file");
        }
    }

    private static Pools parse(String source, byte[] content) throws MistakeException {
        if (content.length > BYTES_MAX) {
            throw new MistakeException(source, "it is longer than 4 MiB", "name a list of domains");
        }
        SortedMap<String, String> facts = new TreeMap<>();
        Set<String> without = new HashSet<>();
        List<Mistake> mistakes = new ArrayList<>();
        String text = new String(content, StandardCharsets.UTF_8);
        int number = 0;
        // Some editors begin a UTF-8 file with this mark.
        for (String line : (text.startsWith("\ufeff") ? text.substring(1) : text).split("\n", -1)) {
            number++;
            int comment = line.indexOf('#');
            String entry = (comment < 0 ? line : line.substring(0, comment)).strip();
            if (entry.isEmpty() || mistakes.size() >= PROBLEMS_MAX) {
                continue;
            }
            boolean isWithout = entry.startsWith("!");
            String domain = plain(isWithout ? entry.substring(1) : entry);
            Optional<Mistake> mistake = mistake(domain);
            if (mistake.isPresent()) {
                mistakes.add(mistake.get().at(source + ":" + number));
            } else if (isWithout) {
                without.add(domain);
            } else {
                facts.put(domain, comment < 0 ? "" : line.substring(comment + 1).strip());
            }
        }
        if (facts.size() + without.size() > DOMAINS_MAX) {
            mistakes.add(
                    new Mistake(
                            source, "more than 10000 domains", "keep those that retry elsewhere"));
        }
        if (!mistakes.isEmpty()) {
            throw new MistakeException(mistakes);
        }
        return new Pools(facts, without);
    }

    private static String plain(String domain) {
        String lower = domain.strip().toLowerCase(Locale.ROOT);
        return HostName.withoutDot(lower);
    }

    /// What is wrong with a domain, for the operator; empty if it can be one of a pool.
    public static Optional<Mistake> mistake(String domain) {
        if (domain.startsWith("*") || domain.startsWith(".")) {
            return noDomain(domain, "leave out what is before its first letter");
        }
        boolean name = domain.length() <= NAME_MAX && domain.indexOf('.') > 0;
        for (String label : domain.split("\\.", -1)) {
            name &= isLabel(label);
        }
        if (!name || Octets.isDigit(domain.charAt(domain.lastIndexOf('.') + 1))) {
            return noDomain(
                    domain,
                    inAscii(domain)
                            .map(ascii -> "write " + ascii)
                            .orElse("write one as example.com, and # before what explains it"));
        }
        return Optional.empty();
    }

    /// A name in its own letters as it stands in DNS, by which hosts are known.
    private static Optional<String> inAscii(String domain) {
        String octets =
                new String(domain.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return DomainLabels.of(octets)
                .filter(ascii -> !ascii.equals(domain) && mistake(ascii).isEmpty());
    }

    private static Optional<Mistake> noDomain(String domain, String remedy) {
        return Optional.of(new Mistake("", "'" + domain + "' is no domain", remedy));
    }

    /// RFC 1123 2.1.
    private static boolean isLabel(String label) {
        boolean fits = !label.isEmpty() && label.length() < 64;
        for (int i = 0; i < label.length(); i++) {
            char c = label.charAt(i);
            fits &= (c >= 'a' && c <= 'z') || Octets.isDigit(c) || c == '-';
        }
        return fits && !label.startsWith("-") && !label.endsWith("-");
    }

    /// Whether the hosts below a registrable domain share a queue.
    public boolean contains(String registrableDomain) {
        return domains.contains(registrableDomain);
    }

    /// These and more.
    ///
    /// @throws IllegalArgumentException if one is no domain, see {@link #mistake}
    public Pools with(List<String> more) {
        SortedMap<String, String> all = new TreeMap<>(facts);
        for (String domain : more) {
            String plain = plain(domain);
            mistake(plain)
                    .ifPresent(mistake -> {
                        throw new IllegalArgumentException(mistake.sentence());
                    });
            all.put(plain, "");
        }
        return new Pools(all, without);
    }

    /// These and others, without those that the others take away.
    public Pools with(Pools others) {
        SortedMap<String, String> all = new TreeMap<>(facts);
        all.keySet().removeAll(others.without);
        all.putAll(others.facts);
        return new Pools(all, without);
    }

    /// The domains in order, each with the fact that it rests on, as far as its list says.
    public SortedMap<String, String> facts() {
        return facts;
    }

    /// How many they are.
    public int size() {
        return facts.size();
    }
}
