/// The databases of other greylisters, as the text that their own programs print: lines in, entries
/// out, and entries to lines. A file for each form. Knows no socket and no file, and whatever a
/// line says, reading it never throws: the addresses in it were chosen by strangers.
///
/// *Threads:* any number; each reading belongs to one.
@NullMarked
package org.greydaemon.exchange;

import org.jspecify.annotations.NullMarked;
