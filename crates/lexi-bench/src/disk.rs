//! The folder of the databases, and on what kind of disk it lies.

use std::path::{Path, PathBuf};

use anyhow::Context;
use tempfile::TempDir;

/// Removed with everything in it when dropped.
#[derive(Debug)]
pub(crate) struct Disk {
    folder: TempDir,
    /// The file system's type and where it is mounted, as far as the system tells.
    pub(crate) kind: String,
}

impl Disk {
    pub(crate) fn new(dir: Option<&Path>) -> anyhow::Result<Self> {
        let parent = dir.unwrap_or_else(|| Path::new("target"));
        let made = std::fs::create_dir_all(parent)
            .and_then(|()| tempfile::Builder::new().prefix("lexi-bench-").tempdir_in(parent));
        let folder = made.with_context(|| {
            format!("cannot make a folder in {}; name another one with --dir", parent.display())
        })?;
        let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
        let path = std::fs::canonicalize(folder.path())?;
        let kind = kind(&mounts, &path).unwrap_or_else(|| "a file system of unknown type".to_owned());
        Ok(Self { folder, kind })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A new empty folder.
    pub(crate) fn sub(&self, name: &str) -> anyhow::Result<PathBuf> {
        let path = self.path().join(name);
        if path.exists() {
            std::fs::remove_dir_all(&path)?;
        }
        std::fs::create_dir_all(&path)?;
        // A process with a working directory of its own is given paths in here.
        Ok(std::fs::canonicalize(path)?)
    }
}

/// The mount that a path lies on: the longest that is a prefix, the last of several.
fn kind(mounts: &str, path: &Path) -> Option<String> {
    let on = mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ');
        let (device, point, kind) = (fields.next()?, fields.next()?, fields.next()?);
        path.starts_with(point).then_some((point.len(), device, point, kind))
    });
    let (_, device, point, kind) = on.max_by_key(|mount| mount.0)?;
    let memory =
        if matches!(kind, "tmpfs" | "ramfs") { ", which is memory: commits cost nothing" } else { "" };
    Some(format!("{kind} ({device} on {point}){memory}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_mount_counts() {
        let mounts = "/dev/vda / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n/dev/vdb /tmpest xfs rw 0 0\n";
        assert_eq!(kind(mounts, Path::new("/home/a")).unwrap(), "ext4 (/dev/vda on /)");
        assert!(kind(mounts, Path::new("/tmp/a")).unwrap().contains("memory"));
        assert!(kind(mounts, Path::new("/tmpest/a")).unwrap().starts_with("xfs"));
        assert_eq!(kind("", Path::new("/a")), None);
    }
}
