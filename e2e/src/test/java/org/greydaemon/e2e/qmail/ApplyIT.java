package org.greydaemon.e2e.qmail;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.e2e.Tools;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// apply.sh on the stand-in for qmail's source tree and on its variants: all or nothing, once, and
/// back.
final class ApplyIT {
    private static final Path APPLY = Programs.QMAIL.resolve("apply.sh");

    @TempDir Path tree;

    @BeforeEach
    void unpackTree() throws IOException {
        copyStandin(tree);
    }

    /// Copies the stand-in to a folder of a test's own.
    static void copyStandin(Path to) throws IOException {
        try (Stream<Path> files = Files.list(Programs.QMAIL.resolve("test/standin"))) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName().toString()));
            }
        }
    }

    @Test
    void editedTreeBuildsWithoutAWarning() {
        Tools.require("make", "make");
        Tools.require("gcc", "gcc");
        assertThat(apply().exit()).isZero();
        Run.Result make = Run.run("make", "-C", tree.toString(), "qmail-smtpd");
        assertThat(make.exit()).as(make.err()).isZero();
        assertThat(make.err()).isEmpty();
        assertThat(make.out()).contains("./compile grey.c", "./load qmail-smtpd grey.o stralloc.o");
        Run.run("make", "-C", tree.toString(), "clean");
        assertThat(tree.resolve("grey.o")).doesNotExist();
    }

    @Test
    void secondRunChangesNothing() throws IOException {
        assertThat(apply().out()).endsWith("make and install it as before\n");
        SortedMap<String, String> once = files();
        Run.Result again = apply();
        assertThat(again).isEqualTo(new Run.Result(0, again.out(), ""));
        assertThat(again.out()).endsWith("already, nothing is changed\n");
        assertThat(files()).isEqualTo(once);
    }

    @Test
    void undoRestoresEveryByte() throws IOException {
        SortedMap<String, String> before = files();
        apply();
        assertThat(files()).isNotEqualTo(before);
        assertThat(undo().exit()).isZero();
        assertThat(files()).isEqualTo(before);
        assertThat(undo().out()).endsWith("nothing is changed\n");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void undoKeepsWhatOthersChangedSince() throws IOException {
        apply();
        replace("qmail-smtpd.c", "standin.example ESMTP", "standin.example SMTP");
        replace(
                "Makefile",
                "stralloc.o\n\nqmail-smtpd.0",
                "stralloc.o `cat x.lib`\n\nqmail-smtpd.0");
        SortedMap<String, String> expected = files();
        undo();
        apply();
        assertThat(files()).isEqualTo(expected);
        undo();
        assertThat(read("qmail-smtpd.c")).contains("standin.example SMTP").doesNotContain("grey");
        assertThat(read("Makefile"))
                .contains("./load qmail-smtpd stralloc.o `cat x.lib`")
                .doesNotContain("grey");
    }

    /// A run that was cut off by a power failure, or a release later.
    @Test
    void halfOrOldEditIsCompleted() throws IOException {
        String original = read("Makefile");
        apply();
        SortedMap<String, String> complete = files();
        write("Makefile", original);
        Files.delete(tree.resolve("grey.h"));
        replace(
                "qmail-smtpd.c",
                "char *greyreply = ",
                "char *greyreply = 0; /* old */ greyreply = ");
        replace("grey.c", "#include", "/* old */\n#include");
        assertThat(apply().exit()).isZero();
        assertThat(files()).isEqualTo(complete);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "qmail-smtpd.c | smtp_data(arg) | smtp_blob(arg) | no function smtp_data",
                "qmail-smtpd.c | seenmail = 0;~  if (qm | if (qm | 0 lines \"seenmail = 0;\"",
                "qmail-smtpd.c | out(\"354 | seenmail = 0;~  out(\"354 | 2 lines \"seenmail = 0;\"",
                "qmail-smtpd.c | relayclient | relayingclient | no relayclient",
                "qmail-smtpd.c | remoteip | remoteaddress | no remoteip",
                "qmail-smtpd.c | mailfrom | reversepath | no mailfrom.s",
                "qmail-smtpd.c | rcptto | recipients | no rcptto.len",
                "qmail-smtpd.c | out( | say( | no out(",
                "Makefile | qmail-smtpd: | smtpd: | no rule for qmail-smtpd",
                "Makefile | ./load qmail | cc qmail-smtpd.o | 0 lines that load qmail-smtpd",
                "Makefile | ./compile | cc -c | no ./compile",
                "TARGETS | qmail-smtpd~ | smtpd~ | no line qmail-smtpd",
                "qmail-smtpd.8 | .SH \" | .SS \" | no section CONTROL FILES or SEE ALSO",
                "qmail-smtpd.8 | (1)~ | (1) | no line feed at its end",
                "qmail-smtpd.c | /* Stands | /* greydaemon: begin */ /* Stands | without its end",
            })
    void missingPlaceIsNamedAndNothingChanges(
            String file, String place, String instead, String message) throws IOException {
        replace(file, place.replace('~', '\n'), instead.replace('~', '\n'));
        SortedMap<String, String> before = files();
        Run.Result end = apply();
        assertThat(end.exit()).isEqualTo(1);
        assertThat(end.err())
                .contains("/" + file + ": ")
                .contains(message)
                .endsWith("apply.sh: nothing is changed\n");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void everyMissingPlaceIsNamed() throws IOException {
        Files.delete(tree.resolve("Makefile"));
        replace("qmail-smtpd.8", ".SH", ".SS");
        Files.delete(tree.resolve("TARGETS"));
        replace("qmail-smtpd.c", "smtp_data(arg)", "data(arg)");
        SortedMap<String, String> before = files();
        assertThat(apply().err()).contains("/Makefile: ", "/qmail-smtpd.8: ", "/qmail-smtpd.c: ");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void greylistingOfSomebodyElseIsLeftAlone() throws IOException {
        write("grey.c", "/* another patch */\n");
        replace("TARGETS", "stralloc.o\n", "stralloc.o\ngrey.o\n");
        SortedMap<String, String> before = files();
        Run.Result end = apply();
        assertThat(end.exit()).isEqualTo(1);
        assertThat(end.err()).contains("/grey.c: is there already and is not ours");
        assertThat(undo().exit()).isEqualTo(1);
        assertThat(files()).isEqualTo(before);
    }

    /// The ways in which qmail's relatives write the same function; `~` is a line feed.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "void smtp_data(arg) char *arg; {",
                "void smtp_data(char *arg) {",
                "static void smtp_data(char *arg)~{",
                "void smtp_data(arg) char *arg;~{",
                "void smtp_data(arg)~char *arg;~{",
                "void~smtp_data(char *arg)~{",
                "void smtp_data();~void smtp_data(char *);~void smtp_data(arg) char *arg; {",
            })
    void everyStyleOfSmtpDataIsFound(String head) throws IOException {
        replace("qmail-smtpd.c", "void smtp_data(arg) char *arg; {", head.replace('~', '\n'));
        buildsAndIsUndone();
    }

    @Test
    void onlySmtpDataItselfIsLookedAt() throws IOException {
        replace("qmail-smtpd.c", "void smtp_rset(arg)", "void smtp_data();\nvoid smtp_rset(arg)");
        replace("qmail-smtpd.c", "struct {", "void smtp_x()\n{\n  seenmail = 0;\n}\nstruct {");
        buildsAndIsUndone();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qmail-smtpd: load qmail-smtpd.o stralloc.o~\t./load qmail-smtpd stralloc.o~",
                "qmail-smtpd: compile load qmail-smtpd.c \\~"
                        + "stralloc.o~"
                        + "\t./compile qmail-smtpd.c~"
                        + "\t./load qmail-smtpd \\~"
                        + "\tstralloc.o~",
                "qmail-smtpd: \\~"
                        + "load qmail-smtpd.o stralloc.o~"
                        + "\t./load\tqmail-smtpd\tstralloc.o~",
            })
    void everyStyleOfTheRuleIsFound(String rule) throws IOException {
        String makefile = read("Makefile");
        int start = makefile.indexOf("qmail-smtpd: \\");
        int end = makefile.indexOf("\nqmail-smtpd.0");
        write(
                "Makefile",
                makefile.substring(0, start) + rule.replace('~', '\n') + makefile.substring(end));
        buildsAndIsUndone();
    }

    @Test
    void pageThatIsMadeFromAnotherIsEditedAtItsSource() throws IOException {
        Files.move(tree.resolve("qmail-smtpd.8"), tree.resolve("qmail-smtpd.9"));
        assertThat(apply().exit()).isZero();
        assertThat(read("qmail-smtpd.9")).contains(".SH GREYLISTING\n");
    }

    /// eQmail has its pages in man/8, aQmail has had them in man.
    @ParameterizedTest
    @ValueSource(strings = {"man/8", "man", "man/man8"})
    void pageIsFoundInTheFolderOfPages(String pages) throws IOException {
        Files.createDirectories(tree.resolve(pages));
        Files.move(tree.resolve("qmail-smtpd.8"), tree.resolve(pages).resolve("qmail-smtpd.8"));
        SortedMap<String, String> before = files();
        assertThat(apply().exit()).isZero();
        assertThat(read(pages + "/qmail-smtpd.8")).contains(".SH GREYLISTING\n");
        undo();
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void treeWithoutThePageIsEdited() throws IOException {
        Files.delete(tree.resolve("qmail-smtpd.8"));
        SortedMap<String, String> before = files();
        assertThat(apply().exit()).isZero();
        assertThat(read("qmail-smtpd.c")).contains("grey_check");
        undo();
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void constantsOfTheOperatorStay() throws IOException {
        apply();
        replace("grey.h", "MAXGREYDATASIZE 1999", "MAXGREYDATASIZE 1470");
        SortedMap<String, String> edited = files();
        Run.Result again = apply();
        assertThat(again.exit()).isZero();
        assertThat(again.out())
                .contains("/grey.h differs from ")
                .endsWith("already, nothing is changed\n");
        assertThat(files()).isEqualTo(edited);
        assertThat(undo().exit()).isZero();
        assertThat(files()).containsOnlyKeys(names("grey.h"));
        apply();
        assertThat(files()).as("after a patch was put in").isEqualTo(edited);
        Files.delete(tree.resolve("grey.h"));
        apply();
        assertThat(read("grey.h")).contains("MAXGREYDATASIZE 1999");
    }

    /// grey.c makes up for what the grey.h of an older release does not say.
    @Test
    void olderConstantsAreGoodForTheNewClient() throws IOException {
        apply();
        write(
                "grey.h",
                read("grey.h")
                        .replace("MAXGREYDATASIZE 1999", "MAXGREYDATASIZE 2000")
                        .replaceAll("#define GREY(CUTSIZE|REPEAT) .*\n", ""));
        assertThat(apply().exit()).isZero();
        Run.Result make = Run.run("make", "-C", tree.toString(), "qmail-smtpd");
        assertThat(make.exit()).as(make.err()).isZero();
        assertThat(make.err()).isEmpty();
    }

    @Test
    void manualPageIsWellFormed() {
        Tools.require("mandoc", "mandoc");
        apply();
        // What the page had to complain about before stays: no date, and blank lines.
        Run.Result lint = Run.run("mandoc", "-T", "lint", "-W", "error", tree + "/qmail-smtpd.8");
        assertThat(lint).isEqualTo(new Run.Result(0, "", ""));
        assertThat(Run.run("mandoc", "-T", "ascii", tree + "/qmail-smtpd.8").out())
                .contains("451 greylisted, please try again later (#4.7.1)");
    }

    @Test
    void fileModesAreKept() {
        Run.run("chmod", "664", tree + "/Makefile");
        apply();
        assertThat(Run.run("stat", "-c", "%a", tree + "/Makefile").out()).isEqualTo("664\n");
    }

    @Test
    void wrongUsageExits2() {
        assertThat(Run.run(APPLY.toString()).exit()).isEqualTo(2);
        assertThat(Run.run(APPLY.toString(), "--undo").exit()).isEqualTo(2);
        assertThat(Run.run(APPLY.toString(), "/nonexistent").exit()).isEqualTo(2);
        assertThat(Run.run(APPLY.toString(), tree.toString(), "x").exit()).isEqualTo(2);
    }

    /// apply.sh edits this tree, it builds, and `--undo` restores it.
    private void buildsAndIsUndone() throws IOException {
        SortedMap<String, String> before = files();
        assertThat(apply().exit()).isZero();
        Run.Result make = Run.run("make", "-C", tree.toString(), "qmail-smtpd");
        assertThat(make.exit()).as(make.err()).isZero();
        Run.run("make", "-C", tree.toString(), "clean");
        undo();
        assertThat(files()).isEqualTo(before);
    }

    private Run.Result apply() {
        return Run.run(APPLY.toString(), tree.toString());
    }

    private Run.Result undo() {
        return Run.run(APPLY.toString(), "--undo", tree.toString());
    }

    /// All files below the tree and what is in them.
    private SortedMap<String, String> files() throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(tree.relativize(path).toString(), Files.readString(path, ISO_8859_1));
            }
        }
        return files;
    }

    /// The names of the stand-in's files, and another one.
    private static List<String> names(String more) throws IOException {
        try (Stream<Path> files = Files.list(Programs.QMAIL.resolve("test/standin"))) {
            return Stream.concat(files.map(f -> f.getFileName().toString()), Stream.of(more))
                    .toList();
        }
    }

    private String read(String file) throws IOException {
        return Files.readString(tree.resolve(file), ISO_8859_1);
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(tree.resolve(file), text, ISO_8859_1);
    }

    private void replace(String file, String what, String by) throws IOException {
        assertThat(read(file)).contains(what);
        write(file, read(file).replace(what, by));
    }
}
