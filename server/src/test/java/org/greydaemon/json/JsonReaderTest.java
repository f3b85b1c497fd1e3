package org.greydaemon.json;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;
import java.util.Random;

final class JsonReaderTest {
    private static final long SEED = Long.getLong("seed", 20_261_123);
    private static final int ROUNDS = 20_000;

    private static Json.Read read(String text) {
        return JsonReader.read(text.getBytes(UTF_8));
    }

    private static Json value(String text) {
        return ((Json.Read.Value) read(text)).json();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "\"\"",
                "0",
                "-0",
                "-1.5e+10",
                "1E-2",
                "true",
                "false",
                "null",
                " \t\r\n[ 1 , [ ] , { } ]\n",
                "{\"a\":{\"b\":[null,true]}}",
                "\"\uffff\""
            })
    void jsonIsRead(String text) {
        assertThat(read(text)).isInstanceOf(Json.Read.Value.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[",
                "[1,]",
                "[,1]",
                "{,}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "01",
                "-",
                "1.",
                ".5",
                "1e",
                "1e+",
                "+1",
                "0x1",
                "NaN",
                "Infinity",
                "tru",
                "truee",
                "nul",
                "\"",
                "\"\\",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"a\nb\"",
                "\"\t\"",
                "1 2",
                "{}{}",
                "// x\n1",
                "\uffff",
                "\"\\ud800\"",
                "\"\\udc00\\ud800\"",
                "\"\\ud800x\"",
                "\ufeff1",
                "{\"a\":1,\"a\":1}",
                "{\"a\":1,\"\\u0061\":2}",
                "\"\\u\uff11\uff11\uff11\uff11\""
            })
    void whatIsNoJsonIsMalformed(String text) {
        assertThat(read(text)).isInstanceOf(Json.Read.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\u0080\"", "\"\u00c0\u0080\"", "\"\u00ed\u00a0\u0080\"", "\u00ff"})
    void whatIsNoUtf8IsMalformed(String octets) {
        assertThat(JsonReader.read(octets.getBytes(ISO_8859_1)))
                .isEqualTo(new Json.Read.Malformed("it is no UTF-8"));
    }

    @Test
    void textsAreUnescaped() {
        assertThat(value("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\uD83D\\uDE00\u00e4\""))
                .isEqualTo(new Json.Text("\"\\/\b\f\n\r\t\u00e4\ud83d\ude00\u00e4"));
    }

    @Test
    void theMessageSaysWhere() {
        assertThat(read("{\"a\":x}"))
                .isEqualTo(new Json.Read.Malformed("character 6 is 'x' instead of a value"));
        assertThat(read("[1,\n"))
                .isEqualTo(new Json.Read.Malformed("character 5 is the end instead of a value"));
        assertThat(read("[\u00e4]"))
                .isEqualTo(new Json.Read.Malformed("character 2 is U+00E4 instead of a value"));
    }

    @Test
    void depthAndNumberOfValuesAreBounded() {
        int most = JsonReader.DEPTH_MAX;
        assertThat(read("[".repeat(most) + "]".repeat(most))).isInstanceOf(Json.Read.Value.class);
        assertThat(read("[".repeat(most + 1))).isInstanceOf(Json.Read.Malformed.class);
        assertThat(read("{\"a\":".repeat(100_000))).isInstanceOf(Json.Read.Malformed.class);
        String full = "[" + "1,".repeat(JsonReader.VALUES_MAX - 2) + "1]";
        assertThat(read(full)).isInstanceOf(Json.Read.Value.class);
        assertThat(read("[1," + full.substring(1))).isInstanceOf(Json.Read.Malformed.class);
        assertThat(read("[[],[]]")).isInstanceOf(Json.Read.Value.class); // Beside, not inside.
    }

    /// What we write, and what another library writes, is read back.
    @Test
    void anyTextSurvives() {
        Random random = new Random(SEED);
        for (int i = 0; i < ROUNDS; i++) {
            String text =
                    random.ints(random.nextInt(8), 0, 0x11_0000)
                            .map(c -> random.nextBoolean() ? c % 0x80 : c)
                            .filter(c -> c < 0xd800 || c > 0xdfff)
                            .collect(
                                    StringBuilder::new,
                                    StringBuilder::appendCodePoint,
                                    StringBuilder::append)
                            .toString();
            StringBuilder ours = new StringBuilder();
            Json.quote(text, ours);
            assertThat(value(ours.toString())).isEqualTo(new Json.Text(text));
            assertThat(value(new Gson().toJson(text))).isEqualTo(new Json.Text(text));
            assertThat(JsonParser.parseString(ours.toString()).getAsString()).isEqualTo(text);
        }
    }

    /// Whatever comes, it answers; and what it takes, another library takes for the same.
    @Test
    void mutatedTextsAreReadLikeAnotherLibraryReadsThemOrNotAtAll() {
        String start =
                "{\"a\":[1,-2.5e3,\"x\\n\\u00e4\\ud83d\\ude00\"],\"b\":{\"c\":null,\"d\":true},"
                        + "\"recipients\":[\"u@example.test\"],\"e\":\"\\\"\\\\\"}";
        Random random = new Random(SEED);
        int taken = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] octets = mutated(start.getBytes(UTF_8), random);
            if (JsonReader.read(octets) instanceof Json.Read.Value(Json json)) {
                taken++;
                String text = new String(octets, UTF_8);
                assertThat(gson(json))
                        .describedAs("-Dseed=%d: %s", SEED, text)
                        .isEqualTo(JsonParser.parseString(text));
            }
        }
        assertThat(taken).isBetween(ROUNDS / 100, ROUNDS / 2);
    }

    private static byte[] mutated(byte[] octets, Random random) {
        byte[] signs = "{}[]\",:\\u0eE+-.1tn \n\u00ff".getBytes(ISO_8859_1);
        byte[] mutated = octets.clone();
        int changes = random.nextInt(1, 4);
        for (int i = 0; i < changes; i++) {
            mutated[random.nextInt(mutated.length)] = signs[random.nextInt(signs.length)];
        }
        return random.nextInt(4) > 0
                ? mutated
                : java.util.Arrays.copyOf(mutated, random.nextInt(mutated.length));
    }

    private static JsonElement gson(Json json) {
        return switch (json) {
            case Json.Text(String text) -> new com.google.gson.JsonPrimitive(text);
            case Json.Digits(String digits) -> JsonParser.parseString(digits);
            case Json.Word word ->
                    JsonParser.parseString(word.name().toLowerCase(java.util.Locale.ROOT));
            case Json.Items(var items) -> {
                var array = new com.google.gson.JsonArray();
                items.forEach(item -> array.add(gson(item)));
                yield array;
            }
            case Json.Members(Map<String, Json> members) -> {
                var object = new com.google.gson.JsonObject();
                members.forEach((name, member) -> object.add(name, gson(member)));
                yield object;
            }
        };
    }
}
