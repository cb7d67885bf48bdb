//! What the numbers were measured on.

use crate::disk::Disk;

pub(crate) fn about(disk: &Disk, repetitions: usize) -> Vec<(&'static str, String)> {
    let cores = std::thread::available_parallelism().map_or_else(|_| "?".to_owned(), |n| n.to_string());
    let mut about = vec![
        ("processor", format!("{} ({cores} cores for this program)", processor())),
        ("databases", format!("{} on {}", disk.path().display(), disk.kind)),
        ("repetitions", repetitions.to_string()),
        ("load before", load()),
    ];
    if cfg!(debug_assertions) {
        about.push(("warning", "this is a debug build: its numbers mean nothing, use --release".to_owned()));
    }
    about
}

fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find(|line| line.starts_with("model name"));
    model.and_then(|line| line.split_once(": ")).map_or("unknown", |(_, name)| name).to_owned()
}

/// How many programs wanted a core: over the last 1, 5 and 15 minutes.
pub(crate) fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let averages: Vec<_> = load.split(' ').take(3).collect();
    if averages.len() == 3 { averages.join(" ") } else { "unknown".to_owned() }
}
