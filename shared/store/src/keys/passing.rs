//! Keys of short-lived and technical items: unique names, uploads, jobs, connections, outbox events, answers for repeated
//! requests.

use domain::{
    calendar::WorkDate,
    day::DeviceText,
    event::Subject,
    id::{DepartmentId, EventId, JobId, KioskId, ServiceTokenId, UploadId, UserId},
    kiosk::CodeStep,
    outgoing::{OutgoingMessage, Recipient},
    pay::{PayPeriod, PersonnelNumber},
    scheduled_jobs::Check,
    service_token::RequestMinute,
    terminal::{Serial, TerminalNumber},
};

use super::{Key, user_partition};
use crate::{audit_digests::AuditHour, event_feed::FeedPosition, presence_windows::PresenceWindow};

/// The owner of a username.
pub fn unique_username(username: &str) -> Key {
    Key::new(format!("UNIQUE#username#{username}"), "UNIQUE")
}

/// The owner of an email address.
pub fn unique_email(email: &str) -> Key {
    Key::new(format!("UNIQUE#email#{email}"), "UNIQUE")
}

/// The owner of a badge, under a hash of the badge number.
pub fn unique_badge(hash: &str) -> Key {
    Key::new(format!("UNIQUE#badge#{hash}"), "UNIQUE")
}

/// The owner of a personnel number.
pub fn unique_personnel_number(number: &PersonnelNumber) -> Key {
    unique_personnel_text(number.as_str())
}

/// The owner of a personnel number, for a text that may be one.
pub fn unique_personnel_text(text: &str) -> Key {
    Key::new(format!("UNIQUE#personnel#{text}"), "UNIQUE")
}

/// The terminal with a serial number.
pub fn unique_serial(serial: &Serial) -> Key {
    Key::new(format!("UNIQUE#terminal#{}", serial.as_str()), "UNIQUE")
}

/// The person to whom a terminal's number was assigned.
pub fn unique_terminal_number(number: &TerminalNumber) -> Key {
    Key::new(format!("UNIQUE#terminalnumber#{}", number.as_str()), "UNIQUE")
}

/// The record that a person has punched with a kiosk's code of that time step.
pub fn used_kiosk_code(kiosk: KioskId, step: CodeStep, user: UserId) -> Key {
    Key::new(format!("KIOSKCODE#{kiosk}#{}#{user}", step.number()), "USED")
}

/// The number of requests with a service token in that minute.
pub fn service_requests(id: ServiceTokenId, minute: RequestMinute) -> Key {
    Key::new(format!("SERVICETOKEN#{id}"), format!("MINUTE#{}", minute.number()))
}

/// Failed attempts at a secret of a name, whether the name exists or not. The name is hashed because people also type
/// passwords into the field by mistake.
pub fn failed_sign_ins(name_hash: &str) -> Key {
    Key::new(format!("LOCK#{name_hash}"), "LOCK")
}

/// The number of people who registered from a network on a date (UTC). The network is hashed to keep addresses out of the
/// keys.
pub fn registrations_of_network(network_hash: &str, on: WorkDate) -> Key {
    Key::new(format!("REGISTER#{network_hash}#{on}"), "REGISTER")
}

/// The number of e-mails with links on a date (UTC), by the hash of the person or network.
pub fn account_links_of_day(of: &str, on: WorkDate) -> Key {
    Key::new(format!("LINKS#{of}#{on}"), "LINKS")
}

/// The wrong PINs at a kiosk.
pub fn wrong_pins(kiosk: KioskId) -> Key {
    Key::new(format!("LOCK#kiosk#{kiosk}"), "LOCK")
}

/// A photo that may be uploaded for a punch.
pub fn upload(id: UploadId) -> Key {
    Key::new(format!("UPLOAD#{id}"), "UPLOAD")
}

/// A job and its progress.
pub fn job(id: JobId) -> Key {
    Key::new(format!("{JOB}{id}"), "JOB")
}

/// The prefix of the partition keys of jobs.
pub const JOB: &str = "JOB#";

/// One step of a job.
pub fn job_step(id: JobId, number: u32) -> Key {
    Key::new(format!("JOB#{id}"), format!("STEP#{number:06}"))
}

/// A ticket that opens one connection. It is stored under a hash, so that the table's content can't be used to connect.
pub fn live_ticket(hash: &str) -> Key {
    Key::new(format!("TICKET#{hash}"), "TICKET")
}

/// An open connection.
pub fn connection(id: &str) -> Key {
    Key::new(format!("CONN#{id}"), "CONN")
}

/// A person's open connections.
pub fn connections(user: UserId) -> Key {
    Key::new(user_partition(user), "CONNECTIONS")
}

/// A connection that receives a department's updates.
pub fn subscription(department: DepartmentId, connection: &str) -> Key {
    Key::new(topic_partition(department), format!("CONN#{connection}"))
}

/// The partition of the connections that receive a department's updates.
pub fn topic_partition(department: DepartmentId) -> String {
    format!("TOPIC#{department}")
}

/// The changes of presence of a department that one shard of the stream adds to a window.
pub fn presence_part(department: DepartmentId, window: PresenceWindow, part: EventId) -> Key {
    Key::new(presence_parts(department), format!("{}{part}", presence_parts_of(window)))
}

/// The partition of a department's windows of presence changes.
pub fn presence_parts(department: DepartmentId) -> String {
    format!("PRESENCEWINDOW#{department}")
}

/// The prefix of the sort keys of a window.
pub fn presence_parts_of(window: PresenceWindow) -> String {
    format!("{:012}#", window.number())
}

/// The progress of a scheduled check over all people.
pub fn check_progress(check: Check) -> Key {
    Key::new(format!("CHECK#{check}"), "PROGRESS")
}

/// The progress of the weekly notifications about days that wait for a manager.
pub fn weekly_reviews() -> Key {
    Key::new("CHECK#reviews", "PROGRESS")
}

/// The progress of the reminders of a pay period's timesheets, before or after its end.
pub fn timesheet_reminder(period: PayPeriod, has_ended: bool) -> Key {
    let time = if has_ended { "after" } else { "before" };
    Key::new(format!("CHECK#timesheets#{period}#{time}"), "PROGRESS")
}

/// The progress of a job.
pub fn progress(job: JobId) -> Key {
    Key::new(format!("JOB#{job}"), "PROGRESS")
}

/// An event of the outbox. Events of one subject share a partition, so that the stream keeps their order.
pub fn outbox(subject: Subject, event: EventId) -> Key {
    Key::new(format!("OUTBOX#{subject}"), event.to_string())
}

/// An event of the feed. Each day has several partitions, because one partition takes 1,000 writes a second.
pub fn event_feed(position: &FeedPosition, shard: u8) -> Key {
    Key::new(event_feed_partition(position.date(), shard), position.to_string())
}

/// The partition of a shard's events that were written to the feed on a date (UTC).
pub fn event_feed_partition(date: &str, shard: u8) -> String {
    format!("FEED#{date}#{shard}")
}

/// The prefix of the outbox's partition keys, which the filters of the stream's consumers use.
pub const OUTBOX: &str = "OUTBOX#";

/// The audit of a subject.
pub fn audit_partition(subject: Subject) -> String {
    format!("{AUDIT}{subject}")
}

/// An audit entry.
pub fn audit(subject: Subject, entry: EventId) -> Key {
    Key::new(audit_partition(subject), entry.to_string())
}

/// The prefix of the audit's partition keys.
pub const AUDIT: &str = "AUDIT#";

/// The partition of the hours of the audit that have hashes and no digest.
pub const AUDIT_HOURS: &str = "AUDITHOURS";

/// An hour of the audit that has no digest.
pub fn audit_hour(hour: AuditHour) -> Key {
    Key::new(AUDIT_HOURS, hour.to_string())
}

/// The partition of the hashes of an hour.
pub fn audit_hashes_partition(hour: AuditHour) -> String {
    format!("AUDITHASH#{hour}")
}

/// The hashes of a batch of the stream, by the id of their commit.
pub fn audit_hashes(hour: AuditHour, commit: EventId) -> Key {
    Key::new(audit_hashes_partition(hour), commit.to_string())
}

/// The partition of the digests of the audit.
pub const AUDIT_DIGESTS: &str = "AUDITDIGEST";

/// The digest of an hour of the audit.
pub fn audit_digest(hour: AuditHour) -> Key {
    Key::new(AUDIT_DIGESTS, hour.to_string())
}

/// The answer to a punch that a device recorded offline. Neither part contains a space, so no two punches share a key.
pub fn offline_punch(user: UserId, device_id: &DeviceText, client_id: &DeviceText) -> Key {
    Key::new(format!("OFFLINE#{user} {device_id}"), client_id.to_string())
}

/// The saved answer of a request that may be repeated.
pub fn idempotency(hash: &str) -> Key {
    Key::new(format!("IDEM#{hash}"), "IDEM")
}

/// A message that waits to be sent.
pub fn outgoing(message: &OutgoingMessage) -> Key {
    let sk = format!("{OUTGOING}{}#{}", message.channel, message.number);
    Key::new(outgoing_partition(message.to), sk)
}

/// The mark that the chat of a department got the news of an event.
pub fn chat_notified(department: DepartmentId, event: EventId) -> Key {
    Key::new(outgoing_partition(Recipient::Department(department)), format!("TOLD#{event}"))
}

/// The partition of the messages to a recipient.
pub fn outgoing_partition(to: Recipient) -> String {
    match to {
        Recipient::Person(user) => user_partition(user),
        Recipient::Department(department) => format!("CHAT#{department}"),
    }
}

/// The prefix of the sort keys of messages that wait to be sent.
pub const OUTGOING: &str = "OUT#";
