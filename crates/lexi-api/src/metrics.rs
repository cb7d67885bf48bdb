//! What is counted of requests. A route stands for its paths, so that nothing that a client sends becomes a label.

use std::time::Duration;

use http::Method;
use prometheus_client::encoding::{EncodeLabelSet, prometheus_text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::router::GATEWAY;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AnswerLabels {
    route: String,
    method: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Debug)]
pub(crate) struct HttpMetrics {
    registry: Registry,
    answers: Family<AnswerLabels, Counter>,
    seconds: Family<RouteLabels, Histogram, fn() -> Histogram>,
}

impl Default for HttpMetrics {
    fn default() -> Self {
        let mut registry = Registry::default();
        let answers = Family::default();
        let buckets: fn() -> Histogram =
            || Histogram::new([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0]);
        let seconds = Family::new_with_constructor(buckets);
        registry.register("lexi_http_requests", "Requests, by their answers", answers.clone());
        registry.register("lexi_http_request_seconds", "To the head of the answer", seconds.clone());
        Self { registry, answers, seconds }
    }
}

impl HttpMetrics {
    /// `route` as the router knows it; the gateway's prefix makes no other route of it.
    pub(crate) fn answered(&self, route: &str, method: &Method, status: u16, after: Duration) {
        let route = route.strip_prefix(GATEWAY).unwrap_or(route).to_owned();
        self.seconds.get_or_create(&RouteLabels { route: route.clone() }).observe(after.as_secs_f64());
        self.answers.get_or_create(&AnswerLabels { route, method: known(method), status }).inc();
    }

    /// In the text format of Prometheus.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a String cannot fail.
        let _infallible = prometheus_text::encode(&mut text, &self.registry);
        text
    }
}

/// A client may send any word as a method.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::PUT => "PUT",
        _ => "other",
    }
}
