//! A loaded program as the set lends it to callers: it is closed when the last of them has
//! given it back, so that `destroy` comes after the last call, whatever replaced it meanwhile.
//!
//! Not here: which program serves, and how closing is done.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use durward_script::{Execution, LoadedProgram, Services, engine::Workers, program::Call};
use tokio::runtime::Handle;

/// A program that closes itself when nobody holds it any more.
pub(super) struct Lent {
    program: Arc<dyn LoadedProgram>,
    closed: AtomicBool,
    /// For the destructor, which may run anywhere.
    runtime: Handle,
}

impl Lent {
    /// Lends a program out; it is closed when everybody has given it back. Must be called
    /// inside a tokio runtime.
    pub(super) fn out(program: Arc<dyn LoadedProgram>) -> Arc<dyn LoadedProgram> {
        Arc::new(Self {
            program,
            closed: AtomicBool::new(false),
            runtime: Handle::current(),
        })
    }
}

#[async_trait]
impl LoadedProgram for Lent {
    async fn call(&self, call: Call) -> Execution {
        self.program.call(call).await
    }

    async fn call_with(&self, call: Call, services: &dyn Services) -> Execution {
        self.program.call_with(call, services).await
    }

    fn services(&self) -> Arc<dyn Services> {
        self.program.services()
    }

    fn workers(&self) -> Workers {
        self.program.workers()
    }

    async fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.program.close().await;
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if self.closed.load(Ordering::SeqCst) {
            return;
        }
        let program = Arc::clone(&self.program);
        self.runtime.spawn(async move { program.close().await });
    }
}
