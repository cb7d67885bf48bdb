//! What to measure, and for how long. Everything is bounded: by count where that is exact, by time everywhere else.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};

use crate::records::Sizes;

/// Measures Lexi beside what this machine can do at all, and prints a report in Markdown.
#[derive(Debug, Parser)]
#[command(name = "lexi-bench", version, max_term_width = 100)]
pub(crate) struct Options {
    /// Shorter and rougher: under 30 seconds instead of under 3 minutes
    #[arg(long)]
    pub(crate) quick: bool,
    /// Print JSON instead of Markdown
    #[arg(long)]
    pub(crate) json: bool,
    /// Where the databases are made; it decides which disk is measured [default: target]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) dir: Option<PathBuf>,
    /// The lexi program [default: the one beside this program]
    #[arg(long, value_name = "FILE")]
    pub(crate) lexi: Option<PathBuf>,
    /// Measure only these parts
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PARTS")]
    pub(crate) only: Vec<Part>,
    /// How many writers wait at once
    #[arg(long, default_value_t = 64, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub(crate) writers: u16,
    /// How many connections chat at once
    #[arg(long, default_value_t = 32, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub(crate) connections: u16,
    /// How many silent streams to hold open [default: 1000, with --quick 200]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10000))]
    pub(crate) streams: Option<u16>,
    /// How many contacts to import in the part `records`
    #[arg(long, default_value_t = 1_000_000, value_name = "N", value_parser = clap::value_parser!(u32).range(100..=20_000_000))]
    pub(crate) contacts: u32,
    /// How many deals to import in the part `records`
    #[arg(long, default_value_t = 500_000, value_name = "N", value_parser = clap::value_parser!(u32).range(100..=20_000_000))]
    pub(crate) deals: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// The disk alone, and admissions beside it
    Store,
    /// Chats over HTTP
    Http,
    /// Encoding and parsing of frames
    Sse,
    /// The server's memory
    Memory,
    /// A million records imported, searched and summed up: only when it is named, for it takes minutes
    Records,
}

/// How much to measure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) repetitions: usize,
    /// How long one measurement lasts.
    pub(crate) slice: Duration,
    /// A measurement over HTTP lasts longer, for the sake of its 99th percentile.
    pub(crate) http_slice: Duration,
    pub(crate) streams: usize,
}

impl Options {
    pub(crate) fn wants(&self, part: Part) -> bool {
        self.only.contains(&part) || (self.only.is_empty() && part != Part::Records)
    }

    /// A twentieth as many companies as contacts, a fifth as many notes.
    pub(crate) const fn sizes(&self) -> Sizes {
        let (contacts, deals) = (self.contacts, self.deals);
        Sizes { companies: contacts.div_ceil(20), contacts, deals, notes: contacts.div_ceil(5) }
    }

    pub(crate) fn effort(&self) -> Effort {
        let streams = |default| usize::from(self.streams.unwrap_or(default));
        if self.quick {
            return Effort {
                repetitions: 3,
                slice: Duration::from_millis(200),
                http_slice: Duration::from_millis(500),
                streams: streams(200),
            };
        }
        Effort {
            repetitions: 5,
            slice: Duration::from_millis(800),
            http_slice: Duration::from_millis(2000),
            streams: streams(1000),
        }
    }
}
