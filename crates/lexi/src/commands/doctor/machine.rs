//! The machine: room for the database.

use std::path::Path;

use super::report::Report;

const MEBIBYTE: u64 = 1024 * 1024;
/// Less room than this is soon used up.
const LITTLE: u64 = 1024 * MEBIBYTE;
/// With less than this, writing fails.
const TOO_LITTLE: u64 = 50 * MEBIBYTE;

pub(super) fn disk(database: &Path, report: &mut Report) {
    let Some(folder) =
        database.ancestors().skip(1).find(|folder| folder.is_dir() || folder.as_os_str().is_empty())
    else {
        return;
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let free = match rustix::fs::statvfs(folder) {
        Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize),
        Err(error) => {
            return report.wrong("disk", format!("{} cannot be looked at: {error}", folder.display()));
        }
    };
    let says = format!("{} MiB are free where the database is", free / MEBIBYTE);
    if free < TOO_LITTLE {
        report.wrong("disk", format!("{says}: make room"));
    } else if free < LITTLE {
        report.doubtful("disk", format!("{says}: make room soon"));
    } else {
        report.fine("disk", says);
    }
}
