/// Who bypasses greylisting by the operator's word: {@link org.greydaemon.exempt.Exemptions} is all
/// of it, compiled for look-ups from the white list ({@link org.greydaemon.exempt.ClientList}), the
/// exemption files and what greyctl has allowed. docs/adr/0010 has the reasons.
///
/// *Threads:* everything is immutable but for counts, so any thread may look up; who reloads swaps
/// the whole.
@NullMarked
package org.greydaemon.exempt;

import org.jspecify.annotations.NullMarked;
