package org.greydaemon.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.greydaemon.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

final class CidrSetTest {
    /// Holds no address that is looked for.
    private static final CidrBlock NOWHERE = block("abcd:ef01:2345:6789:abcd:ef01:2345:6789/128");

    @Test
    void emptySetHoldsNothing() {
        assertThat(find(CidrSet.EMPTY, "0.0.0.0")).isEqualTo(CidrSet.NONE);
        assertThat(find(CidrSet.EMPTY, "::")).isEqualTo(CidrSet.NONE);
        assertThat(CidrSet.EMPTY.contains(-1, -1)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "9.255.255.255, -1",
        "10.0.0.0, 0",
        "10.0.255.255, 0",
        "10.1.0.0, 1",
        "10.1.2.2, 1",
        "10.1.2.3, 2",
        "10.1.2.4, 1",
        "10.2.0.0, 0",
        "10.255.255.255, 0",
        "11.0.0.0, -1",
        "255.255.255.255, 3",
        "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff, -1",
        "2001:db8::, 4",
        "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, 4",
        "2001:db9::, -1",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 5",
        "::a00:1, -1",
    })
    void mostSpecificBlockIsFound(String address, int index) {
        CidrSet set =
                set(
                        "10.0.0.0/8",
                        "10.1.0.0/16",
                        "10.1.2.3/32",
                        "255.255.255.255/32",
                        "2001:db8::/32",
                        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128");
        assertThat(find(set, address)).isEqualTo(index);
    }

    @Test
    void ofEqualBlocksTheFirstListedIsFound() {
        assertThat(find(set("10.0.0.0/8", "10.0.0.0/8"), "10.1.2.3")).isZero();
        assertThat(find(set("0.0.0.0/0", "0.0.0.0/0"), "10.1.2.3")).isZero();
    }

    @Test
    void nestedBlocksWithOneBeginningAndOneEndKeepTheWiderOnesAddresses() {
        CidrSet set = set("10.0.0.0/24", "10.0.0.0/8", "10.255.255.255/32", "10.0.0.0/32");
        assertThat(find(set, "10.0.0.0")).isEqualTo(3);
        assertThat(find(set, "10.0.0.1")).isZero();
        assertThat(find(set, "10.0.1.0")).isEqualTo(1);
        assertThat(find(set, "10.255.255.255")).isEqualTo(2);
        assertThat(find(set, "11.0.0.0")).isEqualTo(CidrSet.NONE);
    }

    @Test
    void wideBlocksHoldTheirOwnFamilyOnly() {
        CidrSet six = set("::/0");
        assertThat(find(six, "::")).isZero();
        assertThat(find(six, "::ffff:ffff")).isZero();
        assertThat(find(six, "0.0.0.0")).isEqualTo(CidrSet.NONE);
        assertThat(find(six, "255.255.255.255")).isEqualTo(CidrSet.NONE);
        assertThat(find(six, "::1:0:0:0")).isZero();
        CidrSet both = set("0.0.0.0/0", "::/64");
        assertThat(find(both, "192.0.2.1")).isZero();
        assertThat(find(both, "::1")).isEqualTo(1);
        assertThat(find(set("0.0.0.0/0"), "::1")).isEqualTo(CidrSet.NONE);
    }

    @Test
    void coversSaysWhetherBlocksTogetherLeaveNothingOut() {
        assertThat(set("0.0.0.0/1", "128.0.0.0/1").covers(CidrBlock.ALL_IPV4)).isTrue();
        assertThat(set("0.0.0.0/0", "10.0.0.0/8").covers(CidrBlock.ALL_IPV4)).isTrue();
        assertThat(set("0.0.0.0/1", "128.0.0.0/2").covers(CidrBlock.ALL_IPV4)).isFalse();
        assertThat(set("::/0").covers(CidrBlock.ALL_IPV4)).isFalse();
        assertThat(set("10.0.0.0/8").covers(block("10.2.0.0/16"))).isTrue();
        assertThat(CidrSet.EMPTY.covers(block("10.2.0.0/16"))).isFalse();
    }

    @Test
    void lookUpsEqualThoseOfAPlainList() {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round += 1) {
            List<CidrBlock> blocks = new ArrayList<>();
            for (int n = random.nextInt(40); n > 0; n -= 1) {
                blocks.add(crowded(random));
            }
            CidrSet set = CidrSet.of(blocks);
            for (int probe = 0; probe < 100; probe += 1) {
                IpAddress address = probe(random, blocks);
                assertThat(set.find(address.high(), address.low()))
                        .as("seed %d: %s in %s", seed, address, blocks)
                        .isEqualTo(naive(blocks, address));
            }
        }
    }

    /// More than a page and a run, in no order, and each knows the narrowest one around it.
    @Test
    void manyBlocksAreNestedAsTheyLie() {
        long seed = Seed.next();
        Random random = new Random(seed);
        CidrSet.Builder builder = new CidrSet.Builder();
        List<CidrBlock> blocks = new ArrayList<>();
        for (int i = 0; i < 10_000; i += 1) {
            CidrBlock block =
                    i % 3 == 0
                            ? crowded(random)
                            : CidrBlock.around(IpAddress.ipv4(random.nextInt()), 12 + i % 21);
            blocks.add(block);
            builder.add(block, i);
        }
        List<String> told = new ArrayList<>();
        CidrSet set =
                builder.build(
                        new CidrSet.Nesting() {
                            @Override
                            public void within(int number, int around) {
                                told.add(number + " in " + around);
                            }

                            @Override
                            public void repeats(int number, int first) {
                                told.add(number + " is " + first);
                            }
                        });
        for (int i = 0; i < 200; i += 1) {
            IpAddress address = probe(random, blocks);
            assertThat(set.find(address.high(), address.low()))
                    .as("seed %d: %s", seed, address)
                    .isEqualTo(naive(blocks, address));
            int number = random.nextInt(blocks.size());
            assertThat(told).as("seed %d: %d", seed, number).contains(nesting(blocks, number));
        }
        assertThat(told).hasSameSizeAs(blocks);
    }

    private static String nesting(List<CidrBlock> blocks, int number) {
        CidrBlock its = blocks.get(number);
        int first = blocks.indexOf(its);
        if (first < number) {
            return number + " is " + first;
        }
        List<CidrBlock> wider = new ArrayList<>(blocks);
        wider.replaceAll(block -> block.prefixLength() < its.prefixLength() ? block : NOWHERE);
        return number + " in " + naive(wider, its.address());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.2.3.4 | 1.2.3.9 | 1.2.3.4/30 1.2.3.8/31",
                "1.2.3.4 | 1.2.3.4 | 1.2.3.4",
                "0.0.0.0 | 255.255.255.255 | 0.0.0.0/0",
                "0.0.0.1 | 0.0.0.2 | 0.0.0.1 0.0.0.2",
                "255.255.255.254 | 255.255.255.255 | 255.255.255.254/31",
                "127.255.255.255 | 128.0.0.0 | 127.255.255.255 128.0.0.0",
                "10.0.3.0 | 10.0.5.255 | 10.0.3.0/24 10.0.4.0/23",
            })
    void rangeIsSpannedByTheFewestBlocks(String first, String last, String blocks) {
        assertThat(CidrBlock.spanning(address(first), address(last)))
                .extracting(CidrBlock::toString)
                .containsExactly(blocks.split(" ", -1));
    }

    @Test
    void spanningBlocksFollowEachOtherWithoutGap() {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i += 1) {
            int a = random.nextInt();
            int b = random.nextBoolean() ? random.nextInt() : a + random.nextInt(1000);
            IpAddress first = IpAddress.ipv4(Integer.compareUnsigned(a, b) < 0 ? a : b);
            IpAddress last = IpAddress.ipv4(Integer.compareUnsigned(a, b) < 0 ? b : a);
            long next = first.low();
            for (CidrBlock block : CidrBlock.spanning(first, last)) {
                assertThat(block.address().low()).as("seed %d", seed).isEqualTo(next);
                next = block.last().low() + 1;
            }
            assertThat(next - 1).as("seed %d: %s-%s", seed, first, last).isEqualTo(last.low());
        }
    }

    @Test
    void blockIsCanonicalOrNotMade() {
        assertThatThrownBy(() -> block("10.1.2.3/24"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("10.1.2.3 has bits set behind its prefix of 24 bits");
        assertThatThrownBy(() -> block("10.0.0.0/33"))
                .hasMessage("prefix length 33 is out of range for 10.0.0.0");
        assertThatThrownBy(() -> block("::/129"))
                .hasMessage("prefix length 129 is out of range for ::");
        assertThatThrownBy(() -> block("::/-1"))
                .hasMessage("prefix length -1 is out of range for ::");
        assertThat(CidrBlock.around(address("10.1.2.3"), 24)).isEqualTo(block("10.1.2.0/24"));
        assertThat(CidrBlock.around(address("2001:db8::f:1"), 112))
                .hasToString("2001:db8::f:0/112");
        assertThat(CidrBlock.of(address("2001:db8::1"))).hasToString("2001:db8::1");
    }

    /// Blocks in so small a space that they overlap, touch, repeat and reach both ends.
    private static CidrBlock crowded(Random random) {
        if (random.nextInt(3) == 0) {
            long high = random.nextBoolean() ? 0 : -1L << 62;
            IpAddress address = new IpAddress(high, random.nextLong() & 0x8001_ffff_0000_000fL);
            return address.isIpv4()
                    ? CidrBlock.around(address, random.nextInt(33))
                    : CidrBlock.around(address, random.nextInt(129));
        }
        return CidrBlock.around(probeIpv4(random), random.nextInt(33));
    }

    private static IpAddress probeIpv4(Random random) {
        return IpAddress.ipv4(
                random.nextInt(5) == 0 ? random.nextInt() : random.nextInt() & 0xc000_000f);
    }

    /// Some address, or one at the edge of a block.
    private static IpAddress probe(Random random, List<CidrBlock> blocks) {
        if (blocks.isEmpty() || random.nextInt(3) == 0) {
            return random.nextBoolean()
                    ? probeIpv4(random)
                    : new IpAddress(random.nextLong() << 62, random.nextLong());
        }
        CidrBlock block = blocks.get(random.nextInt(blocks.size()));
        IpAddress edge = random.nextBoolean() ? block.address() : block.last();
        return new IpAddress(edge.high(), edge.low() + random.nextInt(3) - 1);
    }

    private static int naive(List<CidrBlock> blocks, IpAddress address) {
        int best = CidrSet.NONE;
        for (int i = 0; i < blocks.size(); i += 1) {
            CidrBlock block = blocks.get(i);
            if (block.address().isIpv4() == address.isIpv4()
                    && CidrBlock.around(address, block.prefixLength()).equals(block)
                    && (best == CidrSet.NONE
                            || block.prefixLength() > blocks.get(best).prefixLength())) {
                best = i;
            }
        }
        return best;
    }

    private static CidrSet set(String... blocks) {
        return CidrSet.of(Arrays.stream(blocks).map(CidrSetTest::block).toList());
    }

    private static CidrBlock block(String text) {
        int slash = text.indexOf('/');
        return new CidrBlock(
                address(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    private static IpAddress address(String text) {
        return IpAddress.parse(text).orElseThrow();
    }

    private static int find(CidrSet set, String text) {
        IpAddress address = address(text);
        return set.find(address.high(), address.low());
    }
}
