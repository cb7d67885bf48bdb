//! Ctrl-C, heard from start to end, so that none is lost between two waits.

use std::io;

pub(super) enum Interrupts {
    #[cfg(unix)]
    Signal(tokio::signal::unix::Signal),
    #[cfg(not(unix))]
    Signal,
    #[cfg(test)]
    Scripted(tokio::sync::mpsc::Receiver<()>),
}

impl Interrupts {
    #[cfg(unix)]
    pub(super) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self::Signal(signal(SignalKind::interrupt())?))
    }

    #[cfg(not(unix))]
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self::Signal)
    }

    pub(super) async fn next(&mut self) {
        let heard = match self {
            #[cfg(unix)]
            Self::Signal(signal) => signal.recv().await.is_some(),
            #[cfg(not(unix))]
            Self::Signal => tokio::signal::ctrl_c().await.is_ok(),
            #[cfg(test)]
            Self::Scripted(keys) => keys.recv().await.is_some(),
        };
        if !heard {
            std::future::pending::<()>().await;
        }
    }
}
