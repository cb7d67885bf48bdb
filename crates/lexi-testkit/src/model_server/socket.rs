//! A connection to a client, which is noticed to have left while nothing is read from it.

use std::io;
use std::time::Duration;

use tokio::net::TcpStream;

/// What a client may send ahead before it is left waiting.
const AHEAD_BYTES_MAX: usize = 1024 * 1024;

/// The client has hung up.
#[derive(Debug)]
pub(super) struct Gone;

#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    /// Read and not yet used.
    pub(super) unread: Vec<u8>,
}

impl Socket {
    pub(super) fn new(stream: TcpStream) -> Self {
        // Without it small chunks wait for the acknowledgement of the one before.
        let _as_it_is = stream.set_nodelay(true);
        Self { stream, unread: Vec::new() }
    }

    /// Waits for more bytes.
    pub(super) async fn fill(&mut self) -> Result<(), Gone> {
        read(&self.stream, &mut self.unread).await
    }

    /// Writes all of it, unless the client leaves first.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), Gone> {
        let Self { stream, unread } = self;
        tokio::select! {
            biased;
            Gone = gone(stream, unread) => return Err(Gone),
            written = write(stream, bytes) => written.map_err(|_broken| Gone)?,
        }
        // A client that reads as fast as this writes would keep the other connections from their turn.
        tokio::task::yield_now().await;
        Ok(())
    }

    pub(super) async fn sleep(&mut self, pause: Duration) -> Result<(), Gone> {
        tokio::time::timeout(pause, self.gone()).await.map_or(Ok(()), Err)
    }

    /// Waits until the client hangs up.
    pub(super) async fn gone(&mut self) -> Gone {
        gone(&self.stream, &mut self.unread).await
    }

    /// Dropping the socket will reset the connection instead of ending it.
    pub(super) fn reset(&self) {
        let _ended_instead = self.stream.set_zero_linger();
    }
}

async fn gone(stream: &TcpStream, unread: &mut Vec<u8>) -> Gone {
    while unread.len() < AHEAD_BYTES_MAX {
        if let Err(gone) = read(stream, unread).await {
            return gone;
        }
    }
    std::future::pending().await
}

async fn read(stream: &TcpStream, into: &mut Vec<u8>) -> Result<(), Gone> {
    loop {
        stream.readable().await.map_err(|_broken| Gone)?;
        match stream.try_read_buf(into) {
            Ok(0) => return Err(Gone),
            Ok(_) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_broken) => return Err(Gone),
        }
    }
}

async fn write(stream: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        stream.writable().await?;
        match stream.try_write(bytes) {
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
