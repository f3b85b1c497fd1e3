package org.greydaemon.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Where the daemon listens, as far as mail servers ask there. Immutable.
///
/// @param isHeard whether it says where it listens; else nobody knows who is asked at a place, and
///   nothing may be concluded from whom it is that listens there
/// @param policy Postfix's policy delegation and greylistd's words
/// @param milter milter connections
/// @param udp qmail's datagrams
/// @param nameless how long mail waits of a client whose name nobody confirms: zero if no longer
///   than others', empty if nobody knows
public record Daemon(
        boolean isHeard,
        List<Place> policy,
        List<Place> milter,
        List<Place> udp,
        Optional<Duration> nameless) {
    /// One that does not answer, or that nobody may ask.
    public static final Daemon UNHEARD =
            new Daemon(false, List.of(), List.of(), List.of(), Optional.empty());

    /// Takes copies.
    public Daemon {
        policy = List.copyOf(policy);
        milter = List.copyOf(milter);
        udp = List.copyOf(udp);
    }

    /// Reads what `greyctl status` shows: `policy 127.0.0.1:10023`.
    public static Daemon of(List<String> listening) {
        List<Place> policy = new ArrayList<>();
        List<Place> milter = new ArrayList<>();
        List<Place> udp = new ArrayList<>();
        for (String line : listening) {
            String[] words = line.split(" ", 2);
            Optional<Place> place = Place.of(words[words.length - 1], "/");
            if (place.isEmpty()) {
                continue;
            }
            switch (words[0].toLowerCase(Locale.ROOT)) {
                case "policy" -> policy.add(place.get());
                case "milter" -> milter.add(place.get());
                case "udp" -> udp.add(place.get());
                default -> {} // No mail server asks there.
            }
        }
        return new Daemon(true, policy, milter, udp, Optional.empty());
    }

    /// The same, and how long mail of a client without a confirmed name waits.
    public Daemon havingWait(Optional<Duration> forNameless) {
        return new Daemon(isHeard, policy, milter, udp, forNameless);
    }

    /// What to write where the daemon is to be asked: the first of some places.
    ///
    /// @param otherwise what to write if it listens at none
    static String asked(List<Place> places, String otherwise) {
        return places.isEmpty() ? otherwise : places.getFirst().asked();
    }

    static boolean takes(List<Place> places, Place asked) {
        return places.stream().anyMatch(place -> place.takes(asked))
                || asked.named().stream()
                        .anyMatch(one -> places.stream().anyMatch(place -> place.takes(one)));
    }

    /// What to do where nobody listens, or nobody who takes policy requests.
    String policyPlace() {
        return place(policy, "--policy");
    }

    /// The same of milter connections.
    String milterPlace() {
        return place(milter, "--milter");
    }

    private String place(List<Place> places, String option) {
        return isHeard
                ? "greydaemon listens at " + first(places, "no place; start it with " + option)
                : "start greydaemon with " + option + " there, or name the place where it listens";
    }

    /// The first of some places, to show one.
    static String first(List<Place> places, String otherwise) {
        return places.isEmpty() ? otherwise : places.getFirst().toString();
    }

    /// Whether a place or a name looks like a greylister's.
    static boolean looksLikeOne(String text) {
        return OtherGreylisters.isNamed(text) || text.matches(".*:(10023|10030|2501|60000)");
    }
}
