package org.greydaemon.config;

import org.greydaemon.file.RegularFile;
import org.greydaemon.share.TlsFiles;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// What no option of sharing can tell alone: what needs another, what excludes another, and whether
/// its files can be used.
final class ShareChecks {
    private final Values values;
    private final Problems problems;

    ShareChecks(Values values, Problems problems) {
        this.values = values;
        this.problems = problems;
    }

    /// Refuses halves of what needs both; what is missing may be what could not be read.
    void byHalves() {
        boolean isServed = !values.get(ShareOptions.SERVERS).isEmpty();
        boolean hasSentinel = values.get(ShareOptions.SENTINEL).isPresent();
        boolean isCluster = values.get(ShareOptions.CLUSTER);
        refuse(
                isServed
                        && values.get(ShareOptions.SERVERS).size() > 1
                        && !hasSentinel
                        && !isCluster,
                ShareOptions.SERVERS,
                "several servers are those of a Cluster or Sentinels; set share.cluster or"
                        + " share.sentinel, or name one");
        refuse(
                values.get(ShareOptions.CERTIFICATE).isPresent()
                        != values.get(ShareOptions.KEY).isPresent(),
                ShareOptions.CERTIFICATE,
                "a certificate needs its private key; set share.certificate-file and"
                        + " share.key-file, or none");
    }

    /// Warns of files of TLS without TLS: the password and all that is shared would be sent in the
    /// clear by who thinks that they are not.
    void withoutTls() {
        for (Option<Optional<Path>> option :
                List.of(ShareOptions.AUTHORITIES, ShareOptions.CERTIFICATE, ShareOptions.KEY)) {
            if (values.get(option).isPresent()
                    && !values.get(ShareOptions.TLS)
                    && !values.get(ShareOptions.SERVERS).isEmpty()) {
                problems.warning(
                        values.setting(option).place(),
                        "it has no effect, because share.tls is false and nothing is secured; set"
                                + " share.tls = true, or take it out");
            }
        }
    }

    /// Refuses what is there twice.
    void twice() {
        refuse(
                values.get(ShareOptions.SENTINEL).isPresent() && values.get(ShareOptions.CLUSTER),
                ShareOptions.SENTINEL,
                "a Cluster has no Sentinels; set share.sentinel or share.cluster");
        refuse(
                values.get(ShareOptions.PASSWORD).isPresent()
                        && values.get(ShareOptions.PASSWORD_FILE).isPresent(),
                ShareOptions.PASSWORD_FILE,
                "there are two passwords; set share.password or share.password-file");
    }

    /// Refuses files that cannot be used.
    void files() {
        if (values.get(ShareOptions.SERVERS).isEmpty()) {
            return;
        }
        Stream.of(
                        ShareOptions.PASSWORD_FILE,
                        ShareOptions.AUTHORITIES,
                        ShareOptions.CERTIFICATE,
                        ShareOptions.KEY)
                .forEach(this::readable);
        if (values.get(ShareOptions.TLS)) {
            usable(ShareOptions.AUTHORITIES, TlsFiles::mistakeInCertificates);
            usable(ShareOptions.CERTIFICATE, TlsFiles::mistakeInCertificates);
            usable(ShareOptions.KEY, TlsFiles::mistakeInKey);
        }
    }

    /// Refuses a file that can be read and has not in it what it should.
    private void usable(Option<Optional<Path>> option, Function<Path, Optional<String>> mistake) {
        values.get(option)
                .filter(Files::isReadable)
                .filter(file -> Files.isRegularFile(file))
                .flatMap(mistake)
                .ifPresent(words -> refuse(true, option, words));
    }

    /// Refuses a file that cannot be read.
    private void readable(Option<Optional<Path>> option) {
        Optional<Path> named = values.get(option);
        if (named.isEmpty()) {
            return;
        }
        Path file = named.get();
        try {
            refuse(
                    !RegularFile.exists(file),
                    option,
                    "there is no file " + file + "; make it, or mend the path");
            refuse(
                    Files.exists(file) && !Files.isReadable(file),
                    option,
                    file + " cannot be read; let the daemon's user read it");
        } catch (FileAlreadyExistsException e) {
            refuse(true, option, file + " " + e.getReason());
        } catch (IOException e) {
            refuse(true, option, file + " cannot be read; let the daemon's user read it");
        }
    }

    private void refuse(boolean isWrong, Option<?> option, String problem) {
        if (isWrong) {
            problems.error(values.setting(option).place(), problem);
        }
    }
}
