//! Keys of a section that hold tables.

use super::Section;
use toml::de::DeValue;

impl<'a> Section<'a> {
    pub(in crate::plan) fn section(&self, key: &str) -> Option<Section<'a>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Section::new(
                self.source,
                self.child_name(key),
                table,
                value.span(),
            )),
            _ => {
                self.wrong_type(key, value, "a table");
                None
            }
        }
    }

    pub(in crate::plan) fn required_section(&self, key: &str) -> Option<Section<'a>> {
        if self.get(key).is_none() {
            let rule = format!("the table [{}] is missing", self.child_name(key));
            self.source
                .problem("missing_key", self.span.start..self.span.start, rule);
        }
        self.section(key)
    }

    /// The named tables under a key, in the order of the text.
    pub(in crate::plan) fn sections(&self, key: &str) -> Vec<(String, Section<'a>)> {
        self.section(key)
            .map_or_else(Vec::new, |parent| parent.children())
    }

    /// The tables of this table, in the order of the text; anything else in it is an error.
    pub(in crate::plan) fn children(&self) -> Vec<(String, Section<'a>)> {
        let parent = self;
        let mut entries: Vec<_> = parent.table.iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        let mut found = Vec::new();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        for (name, value) in entries {
            if name.get_ref().is_empty() || !name.get_ref().chars().all(is_plain) {
                let rule = format!(
                    "a key of [{}] is made of the letters a to z, digits, `_` and `-`",
                    parent.name
                );
                self.source.problem("bad_key", name.span(), rule);
            }
            match value.get_ref() {
                DeValue::Table(table) => {
                    let child = parent.child_name(name.get_ref());
                    let section = Section::new(self.source, child, table, name.span());
                    found.push((name.get_ref().to_string(), section));
                }
                _ => parent.wrong_type(name.get_ref(), value, "a table"),
            }
        }
        found
    }

    /// A key that holds either a table or a text.
    pub(in crate::plan) fn section_or_string(
        &self,
        key: &str,
    ) -> Option<Result<Section<'a>, String>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Err(text.to_string())),
            DeValue::Table(_) => self.section(key).map(Ok),
            _ => {
                self.wrong_type(key, value, "a text or a table");
                None
            }
        }
    }
}
