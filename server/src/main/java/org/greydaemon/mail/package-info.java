/// Mail text as octets: how it is normalised before it is compared, how it is escaped before it is
/// written anywhere, and how it is hashed where strangers choose it. Pure functions.
///
/// *Threads:* any; nothing here has state.
@NullMarked
package org.greydaemon.mail;

import org.jspecify.annotations.NullMarked;
