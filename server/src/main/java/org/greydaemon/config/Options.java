package org.greydaemon.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The table of options. Readers, checks, help, sample and manual follow from it.
public final class Options {
    /// All options in the order of the file.
    public static final List<Option<?>> ALL =
            Stream.of(
                            ListenOptions.ALL,
                            RuleOptions.RETRY,
                            IdentityOptions.RETRY,
                            RuleOptions.FIRST_RULES,
                            IdentityOptions.RULES,
                            StoreOptions.ALL,
                            ShareOptions.ALL,
                            ExemptOptions.ALL,
                            OutputOptions.ALL)
                    .<Option<?>>flatMap(List::stream)
                    .toList();

    /// Those that the command line names, in the order of its help: the original's first, in its
    /// order.
    public static final List<Option<?>> SWITCHES =
            List.of(
                    OutputOptions.DEBUG,
                    ListenOptions.USER,
                    ExemptOptions.WHITE_LIST,
                    StoreOptions.SAVE_INTERVAL,
                    RuleOptions.RETENTION,
                    RuleOptions.WINDOW,
                    RuleOptions.DELAY,
                    RuleOptions.RULES,
                    ExemptOptions.EXEMPT_FILES,
                    ListenOptions.ALLOW,
                    StoreOptions.FSYNC,
                    StoreOptions.STOP_WAIT,
                    StoreOptions.RESCUE,
                    IdentityOptions.SUSPECT_DELAY,
                    StoreOptions.MAX_ENTRIES,
                    ListenOptions.POLICY,
                    ListenOptions.MILTER,
                    ListenOptions.HTTP,
                    OutputOptions.CONTROL,
                    ListenOptions.SOCKET_MODE,
                    OutputOptions.REPLY,
                    OutputOptions.LOG_FORMAT,
                    OutputOptions.SYSLOG,
                    ListenOptions.UDP,
                    StoreOptions.SAVE_FILE);

    private Options() {}

    /// The option with this key.
    static Optional<Option<?>> find(String key) {
        return ALL.stream().filter(option -> option.key().equals(key)).findFirst();
    }

    /// Whether there are options below this.
    static boolean isGroup(String name) {
        return ALL.stream().anyMatch(option -> option.group().equals(name));
    }

    /// All keys.
    static List<String> keys() {
        return ALL.stream().map(Option::key).toList();
    }
}
