//! Groups the deliveries of a batch by recipient: a thousand clock-ins at nine become one message to a department.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    calendar::WorkDate,
    id::{DepartmentId, FamilyId, UserId},
    notification::{DayLine, Delivery, Notification, PresenceChange, SignIns},
};

/// The deliveries of a batch, by recipient.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Gathered {
    /// The items for each person, in the order in which they came.
    pub(crate) to_people: BTreeMap<UserId, Vec<News>>,
    /// The latest change of each person, by department.
    pub(crate) to_departments: BTreeMap<DepartmentId, Changes>,
    pub(crate) ended_sessions: BTreeMap<UserId, EndedSignIns>,
}

/// The latest change of each person of a department.
pub(crate) type Changes = BTreeMap<UserId, PresenceChange>;

/// Adds a change, unless a later one of the same person is known.
pub(crate) fn add_change(changes: &mut Changes, change: PresenceChange) {
    let is_newer = changes.get(&change.user_id).is_none_or(|known| known.version <= change.version);
    if is_newer {
        changes.insert(change.user_id, change);
    }
}

/// An item for one person.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum News {
    Notification(Box<Notification>),
    Day(Box<DayLine>),
}

/// The connections of a person that end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum EndedSignIns {
    All,
    Of(BTreeSet<FamilyId>),
}

impl EndedSignIns {
    pub(crate) fn ends(&self, family: FamilyId) -> bool {
        match self {
            Self::All => true,
            Self::Of(families) => families.contains(&family),
        }
    }

    fn and(&mut self, sign_ins: SignIns) {
        match (self, sign_ins) {
            (Self::All, _) => {}
            (Self::Of(families), SignIns::One(family)) => {
                families.insert(family);
            }
            (all @ Self::Of(_), SignIns::All) => *all = Self::All,
        }
    }
}

impl News {
    /// Returns the person and the date of the day that the item is about.
    fn day(&self) -> Option<(UserId, WorkDate)> {
        match self {
            Self::Day(line) => Some((line.user_id, line.date)),
            Self::Notification(_) => None,
        }
    }
}

impl Gathered {
    pub(crate) fn new(deliveries: Vec<Delivery>) -> Self {
        let mut gathered = Self::default();
        for delivery in deliveries {
            match delivery {
                Delivery::Notification(note) => {
                    gathered.to_people.entry(note.to()).or_default().push(News::Notification(note));
                }
                Delivery::Day { to, line } => {
                    for person in to {
                        gathered.add_day(person, News::Day(line.clone()));
                    }
                }
                Delivery::Presence { department_id, change } => {
                    add_change(gathered.to_departments.entry(department_id).or_default(), change);
                }
                Delivery::CloseConnections { user_id, sign_ins } => {
                    gathered
                        .ended_sessions
                        .entry(user_id)
                        .or_insert_with(|| EndedSignIns::Of(BTreeSet::new()))
                        .and(sign_ins);
                }
            }
        }
        gathered
    }

    /// Returns the people whose own connections are needed.
    pub(crate) fn people(&self) -> BTreeSet<UserId> {
        self.to_people.keys().chain(self.ended_sessions.keys()).copied().collect()
    }

    /// Returns those of the given people who get notifications, which are written in their language.
    pub(crate) fn readers(&self, people: &BTreeSet<UserId>) -> BTreeSet<UserId> {
        let reads = |news: &News| matches!(news, News::Notification(_));
        let readers = self.to_people.iter().filter(|(person, news)| people.contains(person) && news.iter().any(reads));
        readers.map(|(person, _)| *person).collect()
    }

    /// Replaces an earlier state of the same day.
    fn add_day(&mut self, person: UserId, news: News) {
        let all = self.to_people.entry(person).or_default();
        all.retain(|before| before.day() != news.day() || before.day().is_none());
        all.push(news);
    }
}

#[cfg(test)]
mod tests {
    use domain::{calendar::Zone, day::PresenceKind};
    use jiff::Timestamp;

    use super::*;

    const MARIA: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6CD";
    const TOM: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6CE";

    fn presence(user: &str, version: u64) -> Delivery {
        Delivery::Presence {
            department_id: MARIA.parse().unwrap(),
            change: PresenceChange {
                user_id: user.parse().unwrap(),
                presence: PresenceKind::Working,
                at: Timestamp::UNIX_EPOCH,
                zone: Zone::UTC,
                version,
            },
        }
    }

    #[test]
    fn a_department_gets_only_the_latest_presence_of_each_person() {
        let gathered =
            Gathered::new(vec![presence(MARIA, 1), presence(TOM, 7), presence(MARIA, 3), presence(MARIA, 2)]);
        let changes = gathered.to_departments.into_values().next().unwrap();
        let versions: Vec<u64> = changes.into_values().map(|change| change.version).collect();
        assert_eq!(versions, [3, 7]);
    }

    #[test]
    fn closing_all_sessions_includes_each_single_session() {
        let (one, other): (FamilyId, FamilyId) = (MARIA.parse().unwrap(), TOM.parse().unwrap());
        let close = |sign_ins| Delivery::CloseConnections { user_id: MARIA.parse().unwrap(), sign_ins };
        let of_one = Gathered::new(vec![close(SignIns::One(one))]).ended_sessions.into_values().next().unwrap();
        assert!(of_one.ends(one) && !of_one.ends(other));
        let of_all = Gathered::new(vec![close(SignIns::One(one)), close(SignIns::All), close(SignIns::One(one))]);
        assert!(of_all.ended_sessions.into_values().next().unwrap().ends(other));
    }
}
