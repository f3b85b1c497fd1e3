/// The configuration: what the command line and the file greydaemon.toml say, checked against one
/// table and turned into one {@link org.greydaemon.config.DaemonSettings}.
///
/// ```
/// greydaemon.toml --TomlFile--.
///                              >-- Written --Values--> Setting --> DaemonSettings
/// command line ---------------'        (by the rows of Options)
/// ```
///
/// To add an option: one row in {@link org.greydaemon.config.Options} (and its place in the order
/// of `Options.SWITCHES` if the command line has it), one component in {@link
/// org.greydaemon.config.DaemonSettings} and the line that fills it, one item in
/// greydaemon.toml(5). Reader, checks, help, `--print-config` and the difference at a reload follow
/// from the row; `./greydaemon --sample-config >packaging/greydaemon.toml` makes the sample anew.
/// The tests name what is missing.
///
/// *Threads:* everything here is immutable or confined to the thread that reads.
@NullMarked
package org.greydaemon.config;

import org.jspecify.annotations.NullMarked;
