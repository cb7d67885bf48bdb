//! Tasks that do one thing again and again, side by side, for a while.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

/// How often per second it was done, all tasks together.
pub(crate) async fn rate<F, Fut>(
    tasks: usize,
    slice: Duration,
    member: impl Fn(usize) -> F,
) -> anyhow::Result<f64>
where
    F: FnMut() -> Fut + Send + 'static,
    Fut: Future<Output = anyhow::Result<()>> + Send,
{
    let started = Instant::now();
    let mut crowd = JoinSet::new();
    for number in 0..tasks {
        let mut act = member(number);
        crowd.spawn(async move {
            let mut done = 0u32;
            while started.elapsed() < slice {
                act().await?;
                done += 1;
            }
            anyhow::Ok(done)
        });
    }
    let mut done = 0.0;
    while let Some(ended) = crowd.join_next().await {
        done += f64::from(ended??);
    }
    // The last ones end after the slice: they count, and so does their time.
    Ok(done / started.elapsed().as_secs_f64())
}
