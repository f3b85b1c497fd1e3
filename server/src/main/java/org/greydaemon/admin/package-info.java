/// The operator's door: a unix socket that takes one request a connection, a line of JSON, and
/// answers in lines of JSON. `greyctl` is its client; docs/greyctl.md has the protocol.
///
/// ```
/// {"command":"check","client":"192.0.2.7","sender":"a@example.org","recipient":"b@example.net"}
/// {"ok":true,"verdict":"defer","reason":"new","retry_in":240}
/// ```
///
/// *Threads:* a virtual one for each connection.
@NullMarked
package org.greydaemon.admin;

import org.jspecify.annotations.NullMarked;
