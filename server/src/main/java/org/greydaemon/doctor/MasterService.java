package org.greydaemon.doctor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// A service of master.cf as `postconf -M` prints it, a line each (master(5)). Immutable.
///
/// @param place what stands first: a name, a port, or an address and a port
/// @param type `inet` or `unix`; `pass` of one that postscreen hands its clients to
/// @param chroot whether it sees the queue directory only: `y`, `n` or `-`
/// @param command the program that master(8) starts
/// @param line all of it
record MasterService(String place, String type, String chroot, String command, String line) {
    private static final int FIELDS = 8;
    private static final Pattern LOOPBACK = Pattern.compile("\\[?(127\\.|::1[]:]|localhost[]:]).*");
    private static final Pattern FOR_USERS = Pattern.compile("(.*:)?(submissions?|smtps|587|465)");

    /// The services that some lines have.
    static List<MasterService> all(String master) {
        return master.lines()
                .map(String::strip)
                .filter(line -> line.split("\\s+", -1).length >= FIELDS)
                .map(MasterService::of)
                .toList();
    }

    private static MasterService of(String line) {
        String[] fields = line.split("\\s+", -1);
        return new MasterService(fields[0], fields[1], fields[4], fields[7], line);
    }

    /// Whether it takes mail over a network.
    boolean isSmtpd() {
        return command.equals("smtpd") && (type.equals("inet") || type.equals("pass"));
    }

    /// Whether it listens at a port. Behind postscreen mail of port 25 comes to `smtpd pass`.
    boolean isAt(int port) {
        String name = place.replaceFirst(".*:", "");
        return name.equals(String.valueOf(port))
                || (port == 25 && (name.equals("smtp") || type.equals("pass")));
    }

    /// Whether nobody but this host's programs comes to it, as its address says.
    boolean isLoopback() {
        return LOOPBACK.matcher(place).matches();
    }

    /// Whether it has no address of its own, so that it listens at all that main.cf has.
    boolean isEverywhere() {
        return !place.contains(":");
    }

    /// Whether users come to it, and no other mail servers: by its port, or by TLS from the first
    /// octet.
    boolean isForUsers() {
        return FOR_USERS.matcher(place).matches()
                || "yes".equals(options().get("smtpd_tls_wrappermode"));
    }

    /// The parameters that stand behind `-o`, in place of main.cf's.
    Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        List<String> words = Restrictions.split(line.replace(",", "\u0000"));
        for (int i = 0; i + 1 < words.size(); i++) {
            if (words.get(i).equals("-o")) {
                String[] parts = Restrictions.inner(words.get(i + 1)).split("=", 2);
                if (parts.length == 2) {
                    options.put(parts[0].strip(), parts[1].strip().replace('\u0000', ','));
                }
            }
        }
        return options;
    }

    /// Whether it is asked as a policy service or a milter at a place, `unix:private/name` or
    /// `inet:host:port`.
    boolean isAsked(String at) {
        if (type.equals("unix")) {
            return at.replaceFirst("^unix:", "")
                    .replaceFirst("^(private|public)/", "")
                    .equals(place);
        }
        Optional<Place> asked = Place.of(at, "/").filter(one -> !one.isUnix());
        String here = isEverywhere() ? "0.0.0.0:" + place : place;
        return type.equals("inet")
                && asked.flatMap(one ->
                                Place.of(here, "/").filter(its -> Daemon.takes(List.of(its), one)))
                        .isPresent();
    }

    /// What it starts for who asks it (spawn(8)); empty if that is none.
    String spawned() {
        String[] fields = line.split("\\s+", FIELDS + 1);
        return command.equals("spawn") && fields.length > FIELDS ? fields[FIELDS] : "";
    }
}
