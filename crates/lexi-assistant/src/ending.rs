use lexi_types::{ErrorCode, FinishReason};

/// How a turn ended.
#[derive(Debug, Clone)]
pub(crate) enum Ending {
    Done(FinishReason),
    Failed { code: ErrorCode, message: &'static str },
}

impl Ending {
    pub(crate) const fn failed(code: ErrorCode, message: &'static str) -> Self {
        Self::Failed { code, message }
    }
}
