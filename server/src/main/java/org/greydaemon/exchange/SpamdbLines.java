package org.greydaemon.exchange;

import org.greydaemon.mail.SmtpPath;
import org.greydaemon.net.CidrBlock;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// What spamdb(8) of OpenBSD's spamd prints, and greydb(8) of greyd:
///
/// ```
/// WHITE|ip|||first|pass|expire|blocked|passed
/// GREY|ip|helo|from|to|first|pass|expire|blocked|passed
/// TRAPPED|ip|expire
/// SPAMTRAP|address
/// ```
///
/// `from` and `to` are what MAIL and RCPT said, angle brackets included. Strangers choose them and
/// `helo`, and a `|` in them is not escaped.
final class SpamdbLines implements Reading {
    /// How long spamd keeps a white entry from the client's last mail on, by default (`WHITEEXP`,
    /// spamd(8) `-G`).
    private static final long WHITE_SECONDS = 36L * 24 * 3600;

    /// The fields behind the addresses: first, pass, expire, blocked, passed.
    private static final int FIGURES = 5;

    private static final Pattern COUNT = Pattern.compile("-?[0-9]{1,12}");

    @Override
    public List<Found> line(String line) {
        if (line.isBlank()) {
            return List.of();
        }
        if (line.startsWith("TRAPPED|") || line.startsWith("SPAMTRAP|")) {
            return List.of(new Found.Left(Found.Why.BLACK));
        }
        if (line.startsWith("DOMAIN|")) {
            return List.of(Found.Part.PART); // greyd's, a domain for which there is mail.
        }
        String[] fields = fields(line);
        boolean isWhite = line.startsWith("WHITE|");
        if ((!isWhite && !line.startsWith("GREY|"))
                || fields.length != FIGURES + 1
                || !COUNT.matcher(fields[4]).matches()
                || !COUNT.matcher(fields[5]).matches()) {
            return List.of(new Found.Malformed(FieldText.shown(line) + " is no line of spamdb"));
        }
        return List.of(isWhite ? white(fields) : grey(fields));
    }

    /// Everything before the figures as one field, and the figures. From the right, as a stranger
    /// may have chosen any number of bars in between.
    private static String[] fields(String line) {
        int end = line.length();
        for (int i = 0; i < FIGURES && end >= 0; i++) {
            end = line.lastIndexOf('|', end - 1);
        }
        if (end < 0) {
            return new String[0];
        }
        String[] figures = line.substring(end + 1).split("\\|", -1);
        String[] fields = new String[FIGURES + 1];
        fields[0] = line.substring(line.indexOf('|') + 1, Math.max(line.indexOf('|') + 1, end));
        System.arraycopy(figures, 0, fields, 1, FIGURES);
        return fields;
    }

    /// When its last mail came is not said, but when the entry is to expire is.
    private static Found white(String[] fields) {
        boolean noNames = fields[0].endsWith("||"); // In place of helo, from and to.
        String address = fields[0].substring(0, fields[0].length() - (noNames ? 2 : 0));
        Optional<CidrBlock> client = ClientText.single(address);
        if (client.isEmpty()) {
            return Found.noClient(address);
        }
        OptionalLong pass = FieldText.seconds(fields[2]);
        OptionalLong expire = FieldText.seconds(fields[3]);
        if (pass.isEmpty() || expire.isEmpty()) {
            return Found.noTime(fields[pass.isEmpty() ? 2 : 3]);
        }
        return Found.proven(
                client.get(), Math.max(pass.getAsLong(), expire.getAsLong() - WHITE_SECONDS));
    }

    private static Found grey(String[] fields) {
        String names = fields[0];
        int to = lastField(names);
        int from = to < 0 ? -1 : lastField(names.substring(0, to));
        int helo = names.indexOf('|');
        if (helo < 0 || from < helo) {
            return new Found.Malformed(FieldText.shown(names) + " lacks helo, from or to");
        }
        Optional<CidrBlock> client = ClientText.single(names.substring(0, helo));
        if (client.isEmpty()) {
            return Found.noClient(names.substring(0, helo));
        }
        OptionalLong first = FieldText.seconds(fields[1]);
        if (first.isEmpty()) {
            return Found.noTime(fields[1]);
        }
        return Found.waiting(
                client.get(),
                SmtpPath.address(names.substring(from + 1, to)),
                SmtpPath.address(names.substring(to + 1)),
                first.getAsLong());
    }

    /// Where the bar before the last field is, or -1.
    private static int lastField(String names) {
        return names.endsWith(">") ? names.lastIndexOf("|<") : names.lastIndexOf('|');
    }

    /// The lines of proven clients, whose addresses `spamdb -a` takes.
    static final class SpamdbWriting implements Writing {
        @Override
        public List<String> lines(FoundEntry entry) {
            return entry instanceof FoundEntry.ProvenClient(String client, long seen)
                            && ClientText.single(client).isPresent()
                    ? List.of(
                            "WHITE|%s|||%d|%d|%d|0|1"
                                    .formatted(client, seen, seen, seen + WHITE_SECONDS))
                    : List.of();
        }

        @Override
        public String leftOut() {
            return "spamdb takes addresses of clients only, all else waits once more";
        }
    }
}
