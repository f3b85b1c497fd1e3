/// What is counted and measured, and how Prometheus reads it.
///
/// {@link org.greydaemon.metrics.Metric} declares everything that can be measured; {@link
/// org.greydaemon.metrics.Metrics} knows where the values of this process are; {@link
/// org.greydaemon.metrics.Exposition} writes them down when somebody asks.
///
/// *Threads:* any number.
@NullMarked
package org.greydaemon.metrics;

import org.jspecify.annotations.NullMarked;
