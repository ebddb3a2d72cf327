package durward.host.session;

import durward.host.security.ScriptThreads;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** Runs something of the host's on a thread that has nothing from the worker that asks for it. */
final class OwnThread {
    private OwnThread() {
    }

    static <T> T call(String name, Supplier<T> work) {
        FutureTask<T> task = new FutureTask<>(() -> {
            ScriptThreads.host().enter();
            return work.get();
        });
        Thread thread = new Thread(ScriptThreads.host().group(), task, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(OwnThread.class.getClassLoader());
        thread.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException known) {
                throw known;
            }
            if (failed.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(failed.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
