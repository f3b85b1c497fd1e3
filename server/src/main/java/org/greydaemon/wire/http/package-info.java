/// HTTP: the question of a mail server as JSON, health for supervisors and load balancers, and
/// metrics for Prometheus.
///
/// ```
/// POST /v1/check   {"client_address": "192.0.2.1", "sender": "a@b", "recipient": "c@d"}
///              200 {"action": "defer", "reason": "new", "retry_after": 300, "smtp": {...}}
/// GET  /metrics    OpenMetrics or Prometheus' text format
/// GET  /healthz    200 while the process answers
/// GET  /readyz     200 if everybody is answered, 503 and what is wrong, a line each
/// ```
///
/// A decision is always 200, whatever it is: a mail server that gets something else has learned
/// nothing about the mail, and is to let it pass. HTTP itself is spoken by the JDK's own server.
///
/// {@link org.greydaemon.wire.http.HttpFrontEnd} listens and sends, `Paths` knows what is answered
/// where, `Access` who is answered.
///
/// *Threads:* `HTTP-Dispatcher` and `server-timer` are the JDK server's; each request is answered
/// by a virtual thread of its own.
@NullMarked
package org.greydaemon.wire.http;

import org.jspecify.annotations.NullMarked;
