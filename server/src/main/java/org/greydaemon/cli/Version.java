package org.greydaemon.cli;

import java.lang.module.ModuleDescriptor;

/// The version of this build.
public final class Version {
    private Version() {}

    /// As it stands in the module.
    public static String text() {
        ModuleDescriptor module = Version.class.getModule().getDescriptor();
        return module == null ? "unknown" : module.rawVersion().orElse("unknown");
    }
}
