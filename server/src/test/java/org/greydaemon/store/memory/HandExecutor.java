package org.greydaemon.store.memory;

import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// Runs what is due, on the thread that lets time pass.
final class HandExecutor extends AbstractExecutorService implements ScheduledExecutorService {
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private long now;
    private boolean isShutdown;

    /// What is to be done, in seconds.
    private static final class Task implements ScheduledFuture<Object> {
        private final Runnable made;
        private final long period;
        private long at;
        private boolean isCancelled;

        Task(Runnable made, long at, long period) {
            this.made = made;
            this.at = at;
            this.period = period;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(at, ((Task) other).at);
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            isCancelled = true;
            return true;
        }

        @Override
        public boolean isCancelled() {
            return isCancelled;
        }

        @Override
        public boolean isDone() {
            return isCancelled;
        }

        @Override
        public Object get() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Object get(long timeout, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }
    }

    void pass(long seconds) {
        long end = now + seconds;
        while (!isShutdown && !tasks.isEmpty() && tasks.peek().at <= end) {
            Task task = tasks.remove();
            now = task.at;
            if (!task.isCancelled) {
                task.made.run();
                if (task.period > 0) {
                    task.at = now + task.period;
                    tasks.add(task);
                }
            }
        }
        now = end;
    }

    private Task add(Runnable made, long delay, long period) {
        Task task = new Task(made, now + delay, period);
        tasks.add(task);
        return task;
    }

    @Override
    public void execute(Runnable made) {
        Task _ = add(made, 0, 0);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable made, long delay, TimeUnit unit) {
        return add(made, unit.toSeconds(delay), 0);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> made, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
            Runnable made, long delay, long period, TimeUnit unit) {
        return scheduleWithFixedDelay(made, delay, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
            Runnable made, long delay, long period, TimeUnit unit) {
        return add(made, unit.toSeconds(delay), unit.toSeconds(period));
    }

    @Override
    public void shutdown() {
        isShutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        isShutdown = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return isShutdown;
    }

    @Override
    public boolean isTerminated() {
        return isShutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return isShutdown;
    }
}
