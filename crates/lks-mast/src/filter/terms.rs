//! What is wanted and what is not: the one rule of all filters, whatever they compare.

/// Terms of which a value must satisfy one, if there are any, and terms of which it must satisfy none, as in `astroquery.mast`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms<T> {
    pub(crate) wanted: Vec<T>,
    pub(crate) excluded: Vec<T>,
}

impl<T> Default for Terms<T> {
    fn default() -> Self {
        Self::wanted([])
    }
}

impl<T> Terms<T> {
    /// Only terms that are wanted.
    pub(crate) fn wanted(terms: impl IntoIterator<Item = T>) -> Self {
        Self {
            wanted: terms.into_iter().collect(),
            excluded: Vec::new(),
        }
    }

    /// The same terms in another form, or the first of them that has none.
    pub(crate) fn map<U, E>(&self, change: impl Fn(&T) -> Result<U, E>) -> Result<Terms<U>, E> {
        Ok(Terms {
            wanted: self.wanted.iter().map(&change).collect::<Result<_, E>>()?,
            excluded: self.excluded.iter().map(&change).collect::<Result<_, E>>()?,
        })
    }

    /// Whether a value passes, of which `holds` says which terms it satisfies: one of the wanted and none of the excluded ones. A missing
    /// value satisfies no term, and so passes only when nothing is wanted.
    pub(crate) fn accept(&self, holds: impl Fn(&T) -> bool) -> bool {
        (self.wanted.is_empty() || self.wanted.iter().any(&holds)) && !self.excluded.iter().any(&holds)
    }

    /// As [`Terms::accept`], but every wanted term must be satisfied.
    pub(crate) fn accept_all(&self, holds: impl Fn(&T) -> bool) -> bool {
        self.wanted.iter().all(&holds) && !self.excluded.iter().any(&holds)
    }

    /// All terms, each with whether it is excluded.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (bool, &T)> {
        let wanted = self.wanted.iter().map(|term| (false, term));
        wanted.chain(self.excluded.iter().map(|term| (true, term)))
    }
}

impl Terms<String> {
    /// The words, of which those that begin with `!` are excluded.
    pub(crate) fn of_words<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> Self {
        let mut terms = Self::default();
        for word in words {
            let word = word.as_ref().trim();
            match word.strip_prefix('!') {
                Some(excluded) => terms.excluded.push(excluded.trim().to_owned()),
                None => terms.wanted.push(word.to_owned()),
            }
        }
        terms
    }

    /// The words of a list, with commas, semicolons or blanks between them; `None` if there are none.
    pub(crate) fn of_list(list: &str) -> Option<Self> {
        let terms = Self::of_words(list.split([',', ' ', ';']).filter(|word| !word.is_empty()));
        (!terms.wanted.is_empty() || !terms.excluded.is_empty()).then_some(terms)
    }
}
