//! One Lexi with a scripted model behind it, whose cells are asked one after the other.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use lexi_testkit::{Lexi, ModelServer};
use tokio::net::TcpSocket;

use super::case::Adapter;
use crate::world::setup;

/// The smallest limits there are, so that hangs are short.
const SETTINGS: &[&str] = &[
    "model_connect_timeout_s=1",
    "model_first_token_timeout_s=2",
    "model_read_timeout_s=1",
    "model_attempts_max=2",
    "model_retry_after_max_s=1",
    "run_time_max_s=6",
    "log=debug",
];
/// Little enough that what has no end is at it soon.
pub(super) const ANSWER_BYTES_MAX: usize = 4000;
const PROVIDER_KEY: &str = "sk-scripted-0123456789";

#[derive(Debug)]
pub(super) struct Rig {
    pub(super) lexi: Lexi,
    pub(super) model: ModelServer,
    /// The same with an address where nobody listens.
    pub(super) alone: Option<Lexi>,
    /// Keeps that address.
    _taken: TcpSocket,
}

impl Rig {
    pub(super) async fn start(adapter: Adapter, with_alone: bool) -> Self {
        let model = ModelServer::start();
        let lexi = lexi(adapter, &model.url).await;
        let (taken, url) = nowhere();
        let alone = if with_alone { Some(self::lexi(adapter, &url).await) } else { None };
        Self { lexi, model, alone, _taken: taken }
    }

    /// What the logs hold and should not.
    pub(super) fn told_too_much(&self) -> Vec<String> {
        let logs = [Some(&self.lexi), self.alone.as_ref()].into_iter().flatten().map(Lexi::logs);
        let secrets = ["zebrafish", "epsilon", "scripted failure", PROVIDER_KEY, self.lexi.key.as_str()];
        let told = |log: String| {
            let lines = log.lines().filter(|line| secrets.iter().any(|secret| line.contains(secret)));
            lines.map(|line| format!("in the log: {line}")).collect::<Vec<_>>()
        };
        logs.flat_map(told).collect()
    }
}

async fn lexi(adapter: Adapter, url: &str) -> Lexi {
    let setup =
        SETTINGS.iter().fold(setup().model(url).credits(100_000), |setup, setting| setup.set(setting));
    setup
        .set(&format!("model={}:scripted", adapter.word()))
        .set(&format!("answer_bytes_max={ANSWER_BYTES_MAX}"))
        .set(&format!("model_api_key={PROVIDER_KEY}"))
        .start()
        .await
}

/// An address that nobody else can take and nobody listens at.
fn nowhere() -> (TcpSocket, String) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
    let url = format!("http://{}/v1", socket.local_addr().unwrap());
    (socket, url)
}

/// Calls of the model so far, by outcome.
pub(super) async fn attempts(lexi: &Lexi) -> BTreeMap<String, u64> {
    let text = lexi.http().with_key("").get("/metrics").await.text();
    let of = |line: &str| {
        let labels = line.strip_prefix("lexi_model_attempts_total{")?;
        let (_, outcome) = labels.split_once("outcome=\"")?;
        let (outcome, count) = outcome.split_once("\"} ")?;
        Some((outcome.to_owned(), count.trim().parse().ok()?))
    };
    text.lines().filter_map(of).collect()
}
