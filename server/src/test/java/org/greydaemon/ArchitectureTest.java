package org.greydaemon;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Holds the layers of docs/architecture.md: who may know whom.
final class ArchitectureTest {
    private static final String ROOT = "org.greydaemon";

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(ROOT);

    /// Each package with the packages of ours that it may import. A package that is not listed
    /// fails the test.
    private static final Map<String, Set<String>> MAY_IMPORT =
            Map.ofEntries(
                    Map.entry("mistake", Set.of()),
                    Map.entry("net", Set.of("mistake")),
                    Map.entry("file", Set.of()),
                    Map.entry("json", Set.of("mail", "mistake")),
                    Map.entry("mail", Set.of("mistake", "net")),
                    Map.entry("identity", Set.of("mistake", "file", "mail", "net")),
                    Map.entry("decision", Set.of("identity", "mail", "net")),
                    Map.entry(
                            "exempt",
                            Set.of("mistake", "file", "net", "mail", "identity", "decision")),
                    Map.entry("exchange", Set.of("mail", "net", "json")),
                    Map.entry("doctor", Set.of("mistake", "net")),
                    Map.entry("metrics", Set.of()),
                    Map.entry("system", Set.of()),
                    Map.entry("history", Set.of("decision", "file", "json", "metrics")),
                    Map.entry("dns", Set.of("exempt", "mail", "metrics", "net")),
                    Map.entry("log", Set.of("json", "net", "mail", "decision")),
                    Map.entry("store", Set.of("net", "mail", "decision")),
                    Map.entry(
                            "config",
                            Set.of(
                                    "mistake",
                                    "file",
                                    "net",
                                    "mail",
                                    "identity",
                                    "decision",
                                    "exempt",
                                    "log",
                                    "server",
                                    "share",
                                    "store.memory")),
                    Map.entry(
                            "share",
                            Set.of(
                                    "mistake",
                                    "store",
                                    "store.memory",
                                    "decision",
                                    "exempt",
                                    "file",
                                    "mail",
                                    "net",
                                    "log",
                                    "metrics")),
                    Map.entry(
                            "store.memory",
                            Set.of(
                                    "store",
                                    "log",
                                    "metrics",
                                    "decision",
                                    "file",
                                    "mail",
                                    "net",
                                    "system")),
                    Map.entry(
                            "gate",
                            Set.of("decision", "mail", "net", "exempt", "store", "log", "metrics")),
                    Map.entry(
                            "replay",
                            Set.of(
                                    "gate",
                                    "store",
                                    "exempt",
                                    "decision",
                                    "mail",
                                    "net",
                                    "json",
                                    "log",
                                    "metrics")),
                    Map.entry("server", Set.of("mistake", "net", "log", "metrics", "system")),
                    Map.entry(
                            "wire.policy",
                            Set.of("server", "gate", "decision", "mail", "net", "log", "metrics")),
                    Map.entry(
                            "wire.words",
                            Set.of("server", "gate", "decision", "mail", "net", "log", "metrics")),
                    Map.entry(
                            "wire.udp",
                            Set.of("server", "gate", "decision", "mail", "net", "log", "metrics")),
                    Map.entry(
                            "wire.http",
                            Set.of(
                                    "mistake",
                                    "file",
                                    "server",
                                    "gate",
                                    "decision",
                                    "mail",
                                    "net",
                                    "history",
                                    "json",
                                    "log",
                                    "metrics")),
                    Map.entry(
                            "admin",
                            Set.of(
                                    "mistake",
                                    "server",
                                    "gate",
                                    "decision",
                                    "exempt",
                                    "mail",
                                    "net",
                                    "json",
                                    "history",
                                    "log",
                                    "metrics",
                                    "store.memory")),
                    Map.entry(
                            "observe",
                            Set.of(
                                    "admin",
                                    "config",
                                    "decision",
                                    "exempt",
                                    "gate",
                                    "history",
                                    "json",
                                    "log",
                                    "mail",
                                    "metrics",
                                    "net",
                                    "server",
                                    "store.memory",
                                    "wire.http")),
                    Map.entry(
                            "wire.milter",
                            Set.of("server", "gate", "decision", "mail", "net", "log", "metrics")));

    /// The wiring may know everybody; nobody may know it.
    private static final Set<String> TOP = Set.of("", "cli");

    @Test
    void packagesImportOnlyLowerLayers() {
        ArchRuleDefinition.classes()
                .that()
                .resideInAPackage(ROOT + "..")
                .should(
                        new ArchCondition<>("import only what the layers allow") {
                            @Override
                            public void check(JavaClass type, ConditionEvents events) {
                                type.getDirectDependenciesFromSelf().stream()
                                        .filter(d ->
                                                d.getTargetClass()
                                                        .getPackageName()
                                                        .startsWith(ROOT))
                                        .filter(d -> !allowed(name(type), name(d.getTargetClass())))
                                        .forEach(d ->
                                                events.add(
                                                        SimpleConditionEvent.violated(
                                                                type, d.getDescription())));
                            }
                        })
                .check(CLASSES);
    }

    private static boolean allowed(String from, String to) {
        return from.equals(to)
                || (TOP.contains(from) && !to.isEmpty())
                || MAY_IMPORT.getOrDefault(from, Set.of()).contains(to);
    }

    private static String name(JavaClass type) {
        String packageName = type.getPackageName();
        return packageName.equals(ROOT) ? "" : packageName.substring(ROOT.length() + 1);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void rulesKnowNoClockNoThreadAndNoFile() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".net", ROOT + ".mail", ROOT + ".decision")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io..", "java.nio.file..", "java.util.concurrent..", "java.net..")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void onlyTheWiringReadsTheClock() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT, ROOT + ".cli", ROOT + ".server")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void namesSayWhatATypeIs() {
        noClasses()
                .should()
                .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Abstract.*)")
                .check(CLASSES);
    }

    /// Whoever reads a name need not ask which one: neither of classes nor of those in them. The
    /// forms of a sealed type are read with its name, and a builder with that of what it builds.
    @Test
    void aNameMeansOneThing() {
        Map<String, List<String>> byName =
                CLASSES.stream()
                        .map(JavaClass::reflect)
                        .filter(ArchitectureTest::isReadAlone)
                        .collect(
                                groupingBy(
                                        Class::getSimpleName, mapping(Class::getName, toList())));
        byName.values().removeIf(types -> types.size() == 1);
        assertThat(byName).isEmpty();
    }

    private static boolean isReadAlone(Class<?> type) {
        String name = type.getSimpleName();
        return !name.isEmpty()
                && !name.equals("package-info")
                && !name.equals("Builder")
                && !type.isLocalClass()
                && !isPrivate(type)
                && !isForm(type);
    }

    /// Only its own file sees it.
    private static boolean isPrivate(Class<?> type) {
        return Modifier.isPrivate(type.getModifiers())
                || (type.getEnclosingClass() != null && isPrivate(type.getEnclosingClass()));
    }

    private static boolean isForm(Class<?> type) {
        return type.isMemberClass()
                && (isSealed(type.getSuperclass())
                        || Stream.of(type.getInterfaces()).anyMatch(ArchitectureTest::isSealed));
    }

    private static boolean isSealed(@Nullable Class<?> type) {
        return type != null && type.isSealed();
    }
}
