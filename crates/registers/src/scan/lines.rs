//! The lines of a block without quotation marks, the delimiters of each counted on the way: one pass
//! over the bytes.

use super::strides::{STRIDE, bits};

/// A line: its bytes from `start` to `end`, the line feed aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) delimiters: usize,
}

/// The lines of a block; what follows the last line feed is a line, too, and may be empty.
pub(crate) struct Lines<'a> {
    block: &'a [u8],
    delimiter: u8,
    /// Where the bytes stand whose bits are held.
    at: usize,
    /// Line feeds and delimiters among them that were not yet used.
    feeds: u64,
    delimiters: u64,
    /// Start of the line, and its delimiters in earlier bytes.
    start: usize,
    counted: u32,
    done: bool,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(block: &'a [u8], delimiter: u8) -> Self {
        let (feeds, delimiters) = bits(block, 0, delimiter);
        Self {
            block,
            delimiter,
            at: 0,
            feeds,
            delimiters,
            start: 0,
            counted: 0,
            done: false,
        }
    }

    fn line(&mut self, end: usize, delimiters: u32) -> Line {
        let line = Line {
            start: self.start,
            end,
            delimiters: (self.counted + delimiters) as usize,
        };
        self.start = end + 1;
        self.counted = 0;
        line
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    #[inline]
    fn next(&mut self) -> Option<Line> {
        loop {
            if self.feeds != 0 {
                let place = self.feeds.trailing_zeros();
                let before = (1 << place) - 1;
                let delimiters = (self.delimiters & before).count_ones();
                self.feeds &= self.feeds - 1;
                self.delimiters &= !before;
                return Some(self.line(self.at + place as usize, delimiters));
            }
            if self.done {
                return None;
            }
            self.counted += self.delimiters.count_ones();
            self.at += STRIDE;
            if self.at < self.block.len() {
                (self.feeds, self.delimiters) = bits(self.block, self.at, self.delimiter);
            } else {
                self.done = true;
                return Some(self.line(self.block.len(), 0));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Lines};

    /// By splitting, one line after the other.
    fn plainly(block: &[u8], delimiter: u8) -> Vec<Line> {
        let mut start = 0;
        let line = |text: &[u8]| {
            let end = start + text.len();
            let line = Line {
                start,
                end,
                delimiters: text.iter().filter(|byte| **byte == delimiter).count(),
            };
            start = end + 1;
            line
        };
        block.split(|byte| *byte == b'\n').map(line).collect()
    }

    #[test]
    fn lines_and_delimiters_are_those_of_splitting() {
        // Every length around the strides, with ends and delimiters in ever other places.
        for length in 0..400_u64 {
            for step in [1, 3, 7, 11, 29] {
                let byte = |i: u64| b"a;b;\ncd\0e;fg"[((i * i + step * length) % 12) as usize];
                let block: Vec<u8> = (0..length).map(byte).collect();
                for delimiter in [b';', b'a', b'\0'] {
                    let found: Vec<_> = Lines::new(&block, delimiter).collect();
                    assert_eq!(found, plainly(&block, delimiter), "{length} bytes");
                }
            }
        }
    }
}
