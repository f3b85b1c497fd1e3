package org.greydaemon.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.throwable;

import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The shipped list of pools, and what an operator may write.
final class PoolsTest {
    private static final Path SHIPPED =
            Path.of(System.getProperty("project.root"), "packaging/pools");

    @TempDir Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("pools"), text);
    }

    private static List<String[]> shipped() throws IOException {
        List<String[]> lines = new ArrayList<>();
        for (String line : Files.readAllLines(SHIPPED)) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                lines.add(line.split("\\s+#\\s", 2));
            }
        }
        return lines;
    }

    @Test
    void theShippedListIsTheBuiltInOne() throws Exception {
        Pools read = Pools.read(SHIPPED);
        assertThat(read.size()).isEqualTo(Pools.builtIn().size()).isBetween(100, 400);
        for (String[] line : shipped()) {
            assertThat(Pools.builtIn().contains(line[0])).as(line[0]).isTrue();
        }
    }

    @Test
    void eachLineHasAFactAndStandsOnce() throws IOException {
        assertThat(shipped()).allSatisfy(line -> assertThat(line).hasSize(2));
        assertThat(shipped().stream().map(line -> line[0])).doesNotHaveDuplicates();
    }

    /// Else a host below it never belongs to it.
    @Test
    void eachIsARegistrableDomain() throws IOException {
        PublicSuffixes suffixes = PublicSuffixes.load(List.of());
        for (String[] line : shipped()) {
            assertThat(suffixes.registrable("mx1.eu." + line[0])).isEqualTo(line[0]);
        }
    }

    /// As mail in public archives shows them.
    @ParameterizedTest
    @CsvSource({
        "outlook.cn, chn02-sh0-obe.outbound.protection.partner.outlook.cn, 139.219.146.125",
        "mail-europe.com, mail-0701.mail-europe.com, 51.83.17.38",
        "migadu.com, out-181.mta1.migadu.com, 95.215.58.181",
        "mxroute.com, mail-108-mta254.mxroute.com, 136.175.108.254",
        "runbox.com, mailtransmit05.runbox.com, 2a0c:5a00:149::26",
        "my.com, f7.my.com, 185.30.176.197",
        "yeah.net, mail-177132.yeah.net, 123.58.177.132",
        "ispgateway.de, smtprelay08.ispgateway.de, 134.119.228.98",
        "netcup.net, mors-relay-8201.netcup.net, 188.68.47.117",
        "world4you.com, mx23lb.world4you.com, 81.19.149.133",
        "go2.pl, moh2-ve1.go2.pl, 193.17.41.186",
        "cloudfilter.net, omta38.uswest2.a.cloudfilter.net, 35.89.44.37",
        "belgacom.be, mailsec213.isp.belgacom.be, 195.238.22.109",
        "kpnmail.nl, ewsoutbound.kpnmail.nl, 195.121.94.170",
        "as9143.net, smtpq4.tb.mail.iss.as9143.net, 212.54.42.167",
        "transip.nl, outbound7.mail.transip.nl, 2a01:7c8:7c9:ca11:136:144:136:7",
        "btinternet.com, btprdrgo008.btinternet.com, 65.20.50.197",
        "one.com, mailrelay4-1.pub.mailoutpod1-cph3.one.com, 46.30.210.185",
        "loopia.se, smtp.outgoing.loopia.se, 93.188.3.38",
        "hostpoint.ch, mxout014.mail.hostpoint.ch, 2a00:d70:0:e::314",
        "hostinger.io, uk-fast-smtpout9.hostinger.io, 31.220.23.89",
        "serverdata.net, aesomtva16d.serverdata.net, 64.78.48.235",
        "mimecast.co.za, za-smtp-delivery-57.mimecast.co.za, 41.74.201.57",
        "gpphosted.com, mx0f-00379502.gpphosted.com, 67.231.155.129",
        "trendmicro.eu, refb01.tmes.trendmicro.eu, 18.185.115.53",
        "oracleemaildelivery.com, adg154cb9.iad1.oracleemaildelivery.com, 147.154.32.9",
        "mta4.net, n228.mxout.mta4.net, 67.227.87.228",
        "mailersend.net, mail135.mailersend.net, 212.11.79.135",
        "zeptomail.net, system9.eu.zeptomail.net, 136.143.168.17",
        "transmail.net, system-89.transmail.net, 135.84.80.89",
        "improvmx.com, mail8.mxc.infra.improvmx.com, 5.39.55.166",
        "mailin.fr, ae.d.mailin.fr, 185.41.28.5",
        "acemsa5.com, d43.csa.acemsa5.com, 52.128.41.108",
        "xqueue.com, postman-206.xqueue.com, 212.6.134.6",
        "anpdm.com, rs-189.mta.anpdm.com, 91.227.208.189",
        "nifty.com, mta-snd-e09.mail.nifty.com, 106.153.226.41",
        "centrum.cz, gmmr-4.centrum.cz, 46.255.227.205",
        "movistar.es, relayout01-q01.e.movistar.es, 86.109.101.141",
        "ocn.ad.jp, mas-spm-mts-103c1.ocn.ad.jp, 153.153.66.227",
        "biglobe.ne.jp, mta-sndfb-w04.biglobe.ne.jp, 27.86.113.52",
        "mailprotect.be, com-out001.mailprotect.be, 83.217.72.83",
        "expurgate.net, mxout70.expurgate.net, 194.37.255.70",
        "forwardemail.net, smtp.forwardemail.net, 121.127.44.59",
        "simplelogin.co, mail-200161.simplelogin.co, 176.119.200.161",
        "govdelivery.com, mailer017131.govd3.service.govdelivery.com, 66.179.17.131",
        "service-now.com, outbound404.service-now.com, 149.96.5.209",
        "substack.com, mg-235-32.substack.com, 159.135.235.32",
    })
    void theHostIsOfThePool(String pool, String host, String client) {
        IpAddress address = IpAddress.parse(client).orElseThrow();
        HostDomains domains = new HostDomains(PublicSuffixes.load(List.of()), Pools.builtIn());
        assertThat(domains.of(List.of(host), address.high(), address.low()))
                .singleElement()
                .satisfies(domain -> {
                    assertThat(domain.name()).isEqualTo(pool);
                    assertThat(domain.isPool()).isTrue();
                });
    }

    /// Where strangers can have hosts named, a pool would prove them.
    @Test
    void noneIsADomainOfRentedMachines() {
        Pools pools = Pools.builtIn();
        for (String domain :
                List.of(
                        "amazonaws.com",
                        "googleusercontent.com",
                        "your-server.de",
                        "linode.com",
                        "vultrusercontent.com",
                        "contaboserver.net",
                        "stratoserver.net",
                        "onlinehome-server.info",
                        "digitalocean.com",
                        "github.io",
                        "myshopify.com",
                        "kabel-deutschland.de",
                        "t-ipconnect.de",
                        "wanadoo.fr",
                        "hinet.net")) {
            assertThat(pools.contains(domain)).as(domain).isFalse();
        }
    }

    @Test
    void aFileIsRead() throws Exception {
        Pools pools =
                Pools.read(file("\ufeff# mine\r\n\r\nExample.COM. # why\n  example.org\t#\n"));
        assertThat(pools.size()).isEqualTo(2);
        assertThat(pools.contains("example.com")).isTrue();
        assertThat(pools.contains("mail.example.com")).isFalse();
    }

    @Test
    void aListTakesDomainsOfOthersAway() throws Exception {
        Pools own =
                Pools.read(file("!ovh.net # my neighbours rent there\nexample.com\n! Yahoo.com\n"));
        Pools pools = Pools.builtIn().with(own);
        assertThat(pools.contains("ovh.net")).isFalse();
        assertThat(pools.contains("yahoo.com")).isFalse();
        assertThat(pools.contains("example.com")).isTrue();
        assertThat(pools.size()).isEqualTo(Pools.builtIn().size() - 1);
        assertThat(Pools.builtIn().facts().get("google.com")).startsWith("Gmail");
    }

    @Test
    void eachBadLineIsNamed() throws IOException {
        Path file =
                file(
                        """
                        example.com
                        *.example.org
                        example.net because
                        localhost
                        192.0.2.1
                        -a.b
                        """);
        assertThatThrownBy(() -> Pools.read(file))
                .asInstanceOf(throwable(MistakeException.class))
                .extracting(MistakeException::problems)
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(String.class))
                .containsExactly(
                        file
                                + ":2: '*.example.org' is no domain; leave out what is before its"
                                + " first letter",
                        file
                                + ":3: 'example.net because' is no domain; write one as"
                                + " example.com, and # before what explains it",
                        file
                                + ":4: 'localhost' is no domain; write one as example.com, and #"
                                + " before what explains it",
                        file
                                + ":5: '192.0.2.1' is no domain; write one as example.com, and #"
                                + " before what explains it",
                        file
                                + ":6: '-a.b' is no domain; write one as example.com, and #"
                                + " before what explains it");
    }

    @Test
    void aFileThatIsNotThereIsSaid() {
        Path file = folder.resolve("none");
        assertThatThrownBy(() -> Pools.read(file))
                .hasMessage(file + ": there is no such file; make it, an empty one will do");
    }

    @Test
    void theOperatorAddsHisOwn() {
        Pools pools = Pools.builtIn().with(List.of("Example.com"));
        assertThat(pools.contains("example.com")).isTrue();
        assertThat(pools.contains("google.com")).isTrue();
        assertThat(Pools.builtIn().contains("example.com")).isFalse();
        assertThatThrownBy(() -> pools.with(List.of("com"))).hasMessageContaining("'com'");
    }
}
