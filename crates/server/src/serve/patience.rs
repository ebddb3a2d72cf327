//! The body of a request, waited for so long and no longer. Not here: how long it may
//! be (`extract`).

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use tokio::time::Sleep;

/// A body that ends in an error when it is not there in time. The time is that of the
/// whole body: a byte now and then does not lengthen it.
pub(super) struct Patient {
    body: Incoming,
    most: Duration,
    /// Runs from the first time that there was nothing to read.
    runs_out: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    pub(super) fn new(body: Incoming, most: Duration) -> Self {
        Self {
            body,
            most,
            runs_out: None,
        }
    }
}

impl Body for Patient {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let most = self.most;
        let runs_out = self
            .runs_out
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(most)));
        ready!(runs_out.as_mut().poll(context));
        Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::TimedOut).into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
