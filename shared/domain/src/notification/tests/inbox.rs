//! Tests of unread notifications.

use jiff::{Timestamp, ToSpan};

use super::{
    facts::told,
    fixtures::{Company, NOW, event},
};
use crate::{
    id::NotificationNumber,
    notification::{Channels, Inbox, Notification, NotificationDraft, NotificationKind},
};

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn draft() -> NotificationDraft {
    Company::new().drafts(&event(Some("maria"), "maria", vec![told().remove(0).1])).remove(0)
}

/// Returns an inbox with this number of notifications that arrived at once, and the notifications.
fn filled(count: usize) -> (Inbox, Vec<Notification>) {
    let mut notes = Vec::new();
    let inbox = (0..count).fold(Inbox::default(), |inbox, _| {
        let note = Notification::arrived(&draft(), inbox.last(), now());
        let inbox = inbox.with(&note);
        notes.push(note);
        inbox
    });
    (inbox, notes)
}

#[test]
fn numbers_increase_even_if_the_clock_stops_or_is_set_back() {
    let (inbox, notes) = filled(3);
    assert!(notes.windows(2).all(|two| two[0].number() < two[1].number()));
    let earlier = now() - 1.hour();
    let late = Notification::arrived(&draft(), inbox.last(), earlier);
    assert!(notes[2].number() < late.number());
    let later = Notification::arrived(&draft(), inbox.last(), now() + 1.second());
    assert!(late.number() < later.number());
}

#[test]
fn a_notification_counts_as_unread_until_it_is_read() {
    let (inbox, notes) = filled(3);
    assert_eq!(inbox.unread_count(now()), 3);
    let newest_first: Vec<NotificationNumber> = notes.iter().rev().map(Notification::number).collect();
    assert_eq!(inbox.unread_ids(now()).collect::<Vec<_>>(), newest_first);
    let inbox = inbox.with_read(notes[1].number(), None);
    assert_eq!(inbox.unread_ids(now()).collect::<Vec<_>>(), [newest_first[0], newest_first[2]]);
}

#[test]
fn reading_all_does_not_affect_later_notifications() {
    let (inbox, notes) = filled(3);
    let at = now() + 1.minute();
    let inbox = inbox.with_all_read(at);
    assert_eq!(inbox.unread_count(now()), 0);
    assert!(notes.iter().all(|note| inbox.read_at(note) == Some(at)));
    let read_before = Notification { read_at: Some(now()), ..notes[0].clone() };
    assert_eq!(inbox.read_at(&read_before), Some(now()), "what was read by itself keeps when that was");
    // The number increases even where the clock is set back.
    let new = Notification::arrived(&draft(), inbox.last(), now() - 1.hour());
    let inbox = inbox.with(&new);
    assert_eq!((inbox.unread_count(now()), inbox.read_at(&new)), (1, None));
}

#[test]
fn no_more_than_a_hundred_are_counted_and_older_ones_move_up() {
    let (inbox, notes) = filled(103);
    assert_eq!((inbox.unread_count(now()), inbox.more_unread()), (100, true));
    // The result of the query for older notifications: the three that the count doesn't hold.
    let older: Vec<NotificationNumber> = notes[..3].iter().rev().map(Notification::number).collect();
    let inbox = inbox.with_read(notes[50].number(), Some((older.clone(), false)));
    assert_eq!((inbox.unread_count(now()), inbox.more_unread()), (100, true));
    let inbox = inbox.with_read(notes[1].number(), Some((older[1..].to_vec(), false)));
    assert_eq!((inbox.unread_count(now()), inbox.more_unread()), (100, true), "of 101 one is left over");
    let inbox = inbox.with_read(notes[60].number(), Some((older[2..].to_vec(), false)));
    assert_eq!((inbox.unread_count(now()), inbox.more_unread()), (100, false));
    assert_eq!(inbox.with_read(notes[70].number(), None).unread_count(now()), 99);
}

#[test]
fn expired_notifications_are_not_counted() {
    let (inbox, notes) = filled(2);
    let last_day = notes[0].forgotten_at() - 1.second();
    assert_eq!(inbox.unread_count(last_day), 2);
    assert_eq!(inbox.unread_count(last_day + 2.seconds()), 0);
}

#[test]
fn muting_is_by_kind() {
    let inbox = Inbox::default().with_preferences([NotificationKind::LateArrival].into(), Channels::default());
    assert!(!inbox.wants(NotificationKind::LateArrival) && inbox.wants(NotificationKind::Absent));
    assert_eq!(inbox.preferences_version(), 1);
}

#[test]
fn every_kind_is_spelled_as_in_the_contract() {
    let spelled: Vec<String> = NotificationKind::ALL
        .iter()
        .map(|kind| serde_json::to_value(kind).unwrap().as_str().unwrap().to_owned())
        .collect();
    let contract = "late_arrival not_arrived absent left_early clock_out_reminder auto_clocked_out days_to_review late_deducted leave_adjusted \
        clock_in_flagged clock_in_reviewed day_edited roster_changed leave_balance_low leave_expiring leave_requested leave_cancelled correction_requested leave_decided \
        correction_decided swap_requested swap_accepted swap_decided swap_expired registration_pending \
        password_reset admin_password_reset pin_reset second_factor_reset kiosk_pins_failing webhook_paused timesheet_submitted timesheet_decided timesheet_voided timesheet_due \
        timesheets_to_approve pay_approval_needed pay_approval_decided time_account_mark_passed export_ready export_failed import_finished terminal_silent terminal_clock_wrong holiday_subscription_failed";
    assert_eq!(spelled.join(" "), contract.split_whitespace().collect::<Vec<_>>().join(" "));
}
