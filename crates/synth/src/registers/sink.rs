//! Where the files go.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A place that files are written to, one after the other or several at once.
pub trait Sink {
    /// Opens a new file. The path is relative, with `/` between its parts.
    ///
    /// # Errors
    /// What the system says.
    fn create(&mut self, path: &str) -> io::Result<Box<dyn Write>>;
}

/// A folder on disk. Its parents are made.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// A folder that need not exist yet.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }
}

impl Sink for Folder {
    fn create(&mut self, path: &str) -> io::Result<Box<dyn Write>> {
        let path = self.root.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        Ok(Box::new(File::create(path)?))
    }
}
