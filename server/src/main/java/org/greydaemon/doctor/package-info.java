/// Looks at the mail server of this host and at its configuration, and says why it does not ask the
/// daemon as it should. It knows nothing of the daemon but where it listens; whoever asks the
/// daemon is `greyctl`.
@NullMarked
package org.greydaemon.doctor;

import org.jspecify.annotations.NullMarked;
