/// Mail text as octets: how it is normalised before it is compared, and how it is escaped before it
/// is written anywhere. Pure functions.
///
/// *Threads:* any; nothing here has state.
@NullMarked
package org.greydaemon.mail;

import org.jspecify.annotations.NullMarked;
