package org.greydaemon.dns;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// The test suite of openspf.org for RFC 7208, release 2014.04: all of it.
final class SpfSuiteTest {
    /// One question of the suite and the zone that it is about.
    record Case(String name, JsonObject test, Zone zone) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() throws IOException {
        List<Case> cases = new ArrayList<>();
        for (JsonElement part : read()) {
            Zone zone = new Zone(part.getAsJsonObject().getAsJsonObject("zonedata"));
            String description = part.getAsJsonObject().get("description").getAsString();
            part.getAsJsonObject()
                    .getAsJsonObject("tests")
                    .asMap()
                    .forEach((name, test) ->
                            cases.add(
                                    new Case(
                                            description + ": " + name,
                                            test.getAsJsonObject(),
                                            zone)));
        }
        return cases;
    }

    private static JsonArray read() throws IOException {
        try (Reader in =
                new InputStreamReader(
                        Objects.requireNonNull(
                                SpfSuiteTest.class.getResourceAsStream("rfc7208-tests.json")),
                        StandardCharsets.UTF_8)) {
            return JsonParser.parseReader(in).getAsJsonArray();
        }
    }

    @Test
    void theSuiteIsWhole() throws IOException {
        assertThat(cases()).hasSize(203);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theResultIs(Case one) {
        JsonObject test = one.test();
        String mailFrom = test.get("mailfrom").getAsString();
        String helo = test.get("helo").getAsString();
        String domain = mailFrom.substring(mailFrom.lastIndexOf('@') + 1);
        String asked = mailFrom.isEmpty() ? helo : domain;
        String sender = mailFrom.indexOf('@') > 0 ? mailFrom : "postmaster@" + asked;
        IpAddress client = IpAddress.parse(test.get("host").getAsString()).orElseThrow();
        SpfResult result = new SpfCheck(one.zone(), client, helo, sender).of(asked);
        String word = result == SpfResult.ANYBODY ? "pass" : result.name().toLowerCase(Locale.ROOT);
        assertThat(word).isIn(results(test.get("result")));
    }

    private static List<String> results(JsonElement result) {
        return result.isJsonArray()
                ? result.getAsJsonArray().asList().stream().map(JsonElement::getAsString).toList()
                : List.of(result.getAsString());
    }

    /// A zone of the suite: where a name has TXT records, those of type SPF are not there for RFC
    /// 7208, else they stand for them, as the suite wants it.
    private static final class Zone implements SpfCheck.Dns {
        private static final int ALIASES_MAX = 10;

        private final Map<String, List<JsonObject>> names = new HashMap<>();

        Zone(JsonObject zone) {
            zone.asMap()
                    .forEach((name, records) ->
                            names.put(
                                    key(name),
                                    records.getAsJsonArray().asList().stream()
                                            .map(JsonElement::getAsJsonObject)
                                            .toList()));
        }

        private static String key(String name) {
            String lower = name.toLowerCase(Locale.ROOT);
            return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        }

        @Override
        public List<Record> find(Name name, int type) throws SpfException {
            return find(plain(name), name, type, 0);
        }

        /// Without the library's writing of odd octets, `\032`.
        private static String plain(Name name) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < name.labels() - 1; i++) {
                byte[] label = name.getLabel(i);
                text.append(i == 0 ? "" : ".")
                        .append(new String(label, 1, label[0], StandardCharsets.ISO_8859_1));
            }
            return text.toString();
        }

        private List<Record> find(String host, Name name, int type, int aliases)
                throws SpfException {
            List<Record> found = new ArrayList<>();
            List<JsonObject> records = names.getOrDefault(key(host), List.of());
            boolean hasText = records.stream().anyMatch(record -> record.has("TXT"));
            String wanted = Type.string(type);
            for (JsonObject record : records) {
                String kind = record.keySet().iterator().next();
                if (kind.equals("CNAME")) {
                    if (aliases == ALIASES_MAX) {
                        throw new SpfException(SpfResult.TEMPERROR);
                    }
                    return find(record.get(kind).getAsString(), name, type, aliases + 1);
                }
                boolean isText = kind.equals("SPF") && type == Type.TXT && !hasText;
                if (kind.equals("TIMEOUT") && found.isEmpty()) {
                    throw new SpfException(SpfResult.TEMPERROR);
                }
                if ((kind.equals(wanted) || isText)
                        && !record.get(kind).toString().equals("\"NONE\"")) {
                    found.add(record(name, type, record.get(kind)));
                }
            }
            return found;
        }

        private static Record record(Name name, int type, JsonElement data) {
            try {
                if (type == Type.TXT) {
                    Stream<String> parts =
                            data.isJsonArray()
                                    ? data.getAsJsonArray().asList().stream()
                                            .map(JsonElement::getAsString)
                                    : Stream.of(data.getAsString());
                    return new TXTRecord(name, DClass.IN, 300, parts.map(Zone::quoted).toList());
                }
                String text =
                        data.isJsonArray()
                                ? data.getAsJsonArray().get(0).getAsString()
                                        + " "
                                        + absolute(data.getAsJsonArray().get(1).getAsString())
                                : type == Type.PTR
                                        ? absolute(data.getAsString())
                                        : data.getAsString();
                return Record.fromString(name, type, DClass.IN, 300, text, Name.root);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static String absolute(String name) {
            return name.endsWith(".") ? name : name + ".";
        }

        /// As the library reads octets beyond ASCII.
        private static String quoted(String text) {
            StringBuilder quoted = new StringBuilder();
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\\') {
                    quoted.append("\\\\");
                } else if (c > 126) {
                    quoted.append('\\').append(String.format(Locale.ROOT, "%03d", c & 0xff));
                } else {
                    quoted.append(c);
                }
            }
            return quoted.toString();
        }
    }
}
