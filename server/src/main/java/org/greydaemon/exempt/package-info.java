/// Who bypasses greylisting by configuration: {@link org.greydaemon.exempt.ClientList} is the white
/// list, compiled for look-ups.
///
/// *Threads:* everything is immutable, so any thread may look up; who reloads swaps the whole list.
@NullMarked
package org.greydaemon.exempt;

import org.jspecify.annotations.NullMarked;
