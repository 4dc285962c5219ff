//! Identifiers one after the other in one text: of millions their own bytes and eight more each.

/// The list.
#[derive(Debug, Clone, Default)]
pub(super) struct List {
    text: String,
    ends: Vec<usize>,
}

impl List {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)?;
        let start = match number {
            0 => 0,
            _ => self.ends[number - 1],
        };
        self.text.get(start..end)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        let starts = std::iter::once(&0).chain(&self.ends);
        let places = starts.zip(&self.ends);
        places.map(|(start, end)| self.text.get(*start..*end).unwrap_or_default())
    }
}

impl<T: AsRef<str>> FromIterator<T> for List {
    fn from_iter<I: IntoIterator<Item = T>>(ids: I) -> Self {
        let ids = ids.into_iter();
        let mut list = Self::default();
        list.ends.reserve(ids.size_hint().0);
        ids.for_each(|id| {
            list.text.push_str(id.as_ref());
            list.ends.push(list.text.len());
        });
        list
    }
}
