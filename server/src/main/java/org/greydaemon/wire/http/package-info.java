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
/// nothing about the mail, and is to let it pass.
///
/// {@link org.greydaemon.wire.http.HttpFrontEnd} listens, `HttpConversation` speaks: `HttpReader`
/// and `RequestBody` read, `Exchange` sends. `Paths` knows what is answered where, `Access` who is
/// answered.
///
/// *Threads:* those of a `ConnectionServer` named `http`, one for each connection.
@NullMarked
package org.greydaemon.wire.http;

import org.jspecify.annotations.NullMarked;
