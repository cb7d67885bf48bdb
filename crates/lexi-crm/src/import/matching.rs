//! Which record that exists a row means, if any.
//!
//! A record that has another id is another record. So is one of which another row of the same file has said something
//! else; a row without an id then becomes a record of its own, whose id is made of the row, so that a second import
//! finds it.

use lexi_types::RecordId;

use super::common::Common;
use super::desk::{Change, Desk, Done, refused};
use super::difference::Kept;
use super::identity::{id_of_row, is_of_row};
use super::memory::{ANYTHING, HAS_ID, NOTED, Recalled, Said};
use super::options::MatchBy;

/// What a row means.
#[derive(Debug)]
pub(super) enum Meant<T> {
    Record(T),
    /// None that exists: a new one, with this id.
    New(RecordId),
}

impl<T> Meant<T> {
    pub(super) const fn change(&self) -> Change {
        match self {
            Self::Record(_) => Change::Unchanged,
            Self::New(_) => Change::Created,
        }
    }

    pub(super) fn record_or(self, new: impl FnOnce(RecordId) -> T) -> T {
        match self {
            Self::Record(record) => record,
            Self::New(id) => new(id),
        }
    }
}

/// The search for the record that a row means.
pub(super) struct Search<'r, T, F> {
    common: &'r Common,
    /// What the row makes of a record.
    fill: F,
    /// The record that has the row's id, where it is not found by that.
    has_id: Option<T>,
    /// Whether there are records by which the row was not taken for a new one at once.
    namesakes: bool,
}

impl<T: Kept, F: Fn(&mut T)> Search<'_, T, F> {
    /// The row's own record, whose id is made of the row.
    fn own_id(&self, desk: &Desk<'_, '_>) -> RecordId {
        id_of_row(desk.workspace, T::PLURAL, &self.common.row)
    }

    fn filled(&self, record: &T) -> T {
        let mut filled = record.clone();
        (self.fill)(&mut filled);
        filled
    }

    /// Those of the records that may be meant: they have no other id, and no row of this file has said something else of
    /// them. `surely` leaves the second out: what they were found by is proof enough.
    pub(super) async fn weigh(
        &mut self,
        desk: &mut Desk<'_, '_>,
        found: Vec<T>,
        surely: bool,
    ) -> Done<Vec<T>> {
        if found.is_empty() {
            return Ok(found);
        }
        self.namesakes = true;
        let without_id = self.common.external_id.is_none();
        let mut kept = Vec::with_capacity(found.len());
        for record in found {
            if without_id && is_of_row(record.id()) && record.id() == self.own_id(desk) {
                return Ok(vec![record]);
            }
            if !self.may_have_id(desk, &record).await? {
                continue;
            }
            let difference = record.difference(&self.filled(&record));
            if surely || !difference.in_telling().contradicts(desk.said(&record)) {
                // Of several, the one of which the row says nothing new.
                if difference.changed == 0 && desk.has_note(self.common, record.id()).await? {
                    return Ok(vec![record]);
                }
                kept.push(record);
            }
        }
        if without_id {
            let own = T::get(desk.tx, desk.workspace, self.own_id(desk)).await?;
            return Ok(own.map_or(kept, |record| vec![record]));
        }
        Ok(kept)
    }

    /// Of records that have the right name, those that fit the rest of the row, where there are such. Where a way to match
    /// was chosen, the rest only decides between several.
    pub(super) fn narrow(
        &self,
        desk: &Desk<'_, '_>,
        mut found: Vec<T>,
        differs: impl Fn(&T) -> bool,
        fits: impl Fn(&T) -> bool,
    ) -> Vec<T> {
        if desk.match_by.is_none() || (found.len() > 1 && !found.iter().all(&differs)) {
            found.retain(|record| !differs(record));
        }
        if found.len() > 1 && found.iter().any(&fits) {
            found.retain(fits);
        }
        found
    }

    async fn may_have_id(&self, desk: &mut Desk<'_, '_>, record: &T) -> Done<bool> {
        if self.common.external_id.is_none()
            || self.has_id.as_ref().is_some_and(|own| own.id() == record.id())
        {
            return Ok(true);
        }
        // Nobody has the row's id: whoever has one has another one.
        match desk.recall(record.id()) {
            Recalled::Said(said) if said & HAS_ID != 0 => Ok(false),
            _ => Ok(T::external_id(desk.tx, desk.workspace, record.id()).await?.is_none()),
        }
    }

    /// The only one that is left, which must not take its id from another record.
    pub(super) fn only(&self, mut found: Vec<T>, field: &'static str, value: &str) -> Done<Option<T>> {
        if found.len() > 1 {
            let reason = format!(
                "fits {} {} that exist: add a column with an id or something else of their own",
                found.len(),
                T::PLURAL
            );
            return Err(refused(field, Some(value.to_owned()), &reason));
        }
        let Some(record) = found.pop() else { return Ok(None) };
        self.leaves_id(Some(record.id()))?;
        Ok(Some(record))
    }

    fn leaves_id(&self, meant: Option<RecordId>) -> Done<()> {
        match &self.has_id {
            Some(owner) if Some(owner.id()) != meant => {
                let reason = "is the id of another record than the one that --match finds: leave --match out";
                Err(refused("external_id", self.common.external_id.clone(), reason))
            }
            _ => Ok(()),
        }
    }

    /// No record was found: a new one, or the one that a row like this became before.
    pub(super) async fn otherwise(self, desk: &mut Desk<'_, '_>) -> Done<Meant<T>> {
        self.leaves_id(None)?;
        let plain = !self.namesakes && desk.match_by.is_none();
        if plain || self.common.external_id.is_some() {
            return Ok(Meant::New(RecordId::new()));
        }
        let own = self.own_id(desk);
        let existing = T::get(desk.tx, desk.workspace, own).await?;
        Ok(existing.map_or(Meant::New(own), Meant::Record))
    }
}

impl Desk<'_, '_> {
    /// Begins the search for the record of a row: the one with its id is found at once.
    pub(super) async fn search<'r, T: Kept, F: Fn(&mut T)>(
        &mut self,
        common: &'r Common,
        fill: F,
    ) -> Done<Result<T, Search<'r, T, F>>> {
        let mut search = Search { common, fill, has_id: None, namesakes: false };
        if let Some(external_id) = &common.external_id {
            let found = T::by_external_id(self.tx, self.workspace, external_id).await?;
            match found {
                Some(record) if self.matches_by(MatchBy::ExternalId) => return Ok(Ok(record)),
                found => search.has_id = found,
            }
        }
        Ok(Err(search))
    }

    pub(super) fn has_noted(&self, id: RecordId) -> bool {
        matches!(self.recall(id), Recalled::Said(said) if said & NOTED != 0)
    }

    fn recall(&self, id: RecordId) -> Recalled {
        self.memory.recall(id, &self.known.said)
    }

    /// What rows of this file have said of a record.
    pub(super) fn said<T: Kept>(&self, record: &T) -> Said {
        match self.recall(record.id()) {
            Recalled::Said(said) => said,
            Recalled::Unsure if record.updated() == self.now => ANYTHING,
            Recalled::Never | Recalled::Unsure => 0,
        }
    }

    /// Remembers what the row says of its record, and notes where that replaces what another row of the file says.
    /// `blank` is a record of which nothing is said, not even its name.
    pub(super) fn remember<T: Kept>(
        &mut self,
        before: &T,
        after: &T,
        blank: &T,
        fill: &impl Fn(&mut T),
        common: &Common,
    ) {
        if before != after && before.difference(after).contradicts(self.said(before)) {
            let reason =
                "another row of the file says something else of the same record; the last one counts";
            self.notice("", None, reason.to_owned());
        }
        let with_id = if common.external_id.is_some() { HAS_ID } else { 0 };
        let mut told = blank.clone();
        fill(&mut told);
        let said = blank.difference(&told).changed | with_id;
        self.known.said.add(after.id(), said);
    }
}
