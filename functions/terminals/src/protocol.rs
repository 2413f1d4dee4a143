//! The push protocol of ZKTeco: requests and answers as plain text. Nothing here reads templates of fingers and faces, or photos.

use app::terminals::{
    commands::{CommandResult, DeviceCommand},
    punches::DevicePunch,
};
use domain::{
    calendar::Zone,
    terminal::{Serial, TerminalNumber, UNDEFINED_STATE},
};
use jiff::{Timestamp, civil::DateTime};
use store::terminals::DeviceInfo;

/// The seconds between two polls of a device.
pub(crate) const DELAY_SECONDS: u32 = 30;

/// Reads the punches of an `ATTLOG`: number, time and state, in columns that tabs separate. Returns them and the number of lines
/// that aren't punches.
pub(crate) fn read_punches(body: &[u8]) -> (Vec<DevicePunch>, usize) {
    let text = String::from_utf8_lossy(body);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let records: Vec<DevicePunch> = lines.iter().filter_map(|line| read_punch(line)).collect();
    let unread = lines.len() - records.len();
    (records, unread)
}

fn read_punch(line: &str) -> Option<DevicePunch> {
    let mut columns = line.split('\t').map(str::trim);
    let number = columns.next()?.parse().ok()?;
    let local = DateTime::strptime("%Y-%m-%d %H:%M:%S", columns.next()?).ok()?;
    let status = columns.next().and_then(|status| status.parse().ok()).unwrap_or(UNDEFINED_STATE);
    Some(DevicePunch { number, local, status })
}

/// Reads what a device says about itself in the parameter `INFO`: firmware, people, fingers, punches, and more.
pub(crate) fn read_info(text: &str) -> DeviceInfo {
    let mut columns = text.split(',').map(str::trim);
    let firmware: String =
        columns.next().unwrap_or_default().chars().filter(|it| it.is_ascii_graphic() || *it == ' ').take(64).collect();
    let mut number = || columns.next().and_then(|column| column.parse().ok());
    let (people, fingers, punches) = (number(), number(), number());
    DeviceInfo { firmware: Some(firmware).filter(|firmware| !firmware.is_empty()), people, fingers, punches }
}

/// Writes the options that a device asks for when it starts: from where it sends punches, how often it polls, and its zone.
pub(crate) fn options(serial: &Serial, stamp: Option<&str>, zone: &Zone, now: Timestamp) -> String {
    let stamp = stamp.unwrap_or("0");
    [
        format!("GET OPTION FROM: {serial}"),
        format!("Stamp={stamp}"),
        format!("ATTLOGStamp={stamp}"),
        "OpStamp=9999".to_owned(),
        "OPERLOGStamp=9999".to_owned(),
        "PhotoStamp=9999".to_owned(),
        "ATTPHOTOStamp=9999".to_owned(),
        "ErrorDelay=30".to_owned(),
        format!("Delay={DELAY_SECONDS}"),
        "TransTimes=00:00;12:00".to_owned(),
        "TransInterval=1".to_owned(),
        "TransFlag=TransData AttLog".to_owned(),
        format!("TimeZone={}", offset(zone, now)),
        "Realtime=1".to_owned(),
        "Encrypt=None".to_owned(),
        String::new(),
    ]
    .join("\n")
}

/// Returns a zone as devices take it: whole hours, or minutes if the offset isn't in whole hours.
fn offset(zone: &Zone, now: Timestamp) -> i32 {
    let minutes = zone.at(now).offset().seconds() / 60;
    if minutes % 60 == 0 { minutes / 60 } else { minutes }
}

/// Reads the results of commands: `ID=…&Return=0&CMD=DATA`, one a line. Results of commands that query data go on in lines of
/// another form, which are left out.
pub(crate) fn read_results(body: &[u8]) -> Vec<CommandResult> {
    String::from_utf8_lossy(body).lines().filter_map(read_result).collect()
}

fn read_result(line: &str) -> Option<CommandResult> {
    let field = |name: &str| {
        let mut fields = line.trim().split('&').filter_map(|field| field.split_once('='));
        fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    };
    let id =
        field("ID").filter(|id| (1..=16).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    Some(CommandResult { id: id.to_owned(), returned: field("Return")?.parse().ok()? })
}

/// Writes the commands for a device, one a line, or `OK` if there are none.
pub(crate) fn commands(commands: &[DeviceCommand]) -> String {
    if commands.is_empty() {
        return "OK".to_owned();
    }
    let line = |command: &DeviceCommand| match command {
        DeviceCommand::Put { id, number, name, card } => put_person(id, number, name.as_str(), card.as_deref()),
        DeviceCommand::Remove { id, number } => remove_person(id, number),
    };
    commands.iter().map(line).collect::<Vec<_>>().join("\n") + "\n"
}

/// Writes the command that puts a person into a device. Devices take names of at most 24 bytes. The right of a person who
/// administers the device stays, because the command doesn't name it.
fn put_person(id: &str, number: &TerminalNumber, name: &str, card: Option<&str>) -> String {
    let mut short = String::new();
    for character in name.chars().filter(|character| !character.is_control()) {
        if short.len() + character.len_utf8() > 24 {
            break;
        }
        short.push(character);
    }
    let card = card.map_or_else(String::new, |card| format!("\tCard={card}"));
    format!("C:{id}:DATA UPDATE USERINFO PIN={number}\tName={}{card}", short.trim_end())
}

/// Writes the command that removes a person from a device.
fn remove_person(id: &str, number: &TerminalNumber) -> String {
    format!("C:{id}:DATA DELETE USERINFO PIN={number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> TerminalNumber {
        text.parse().unwrap()
    }

    #[test]
    fn punches_are_read_from_columns_and_other_lines_are_counted() {
        let body = b"17\t2026-11-02 08:58:00\t0\t15\t0\t0\t0\r\n\r\nbroken\n18\t2026-11-02 09:00:00\n19\t2026-13-02 09:00:00\t0\n";
        let (records, unread) = read_punches(body);
        let seen: Vec<_> = records.iter().map(|it| (it.number.to_string(), it.local.to_string(), it.status)).collect();
        assert_eq!(
            seen,
            [
                ("17".to_owned(), "2026-11-02T08:58:00".to_owned(), 0),
                ("18".to_owned(), "2026-11-02T09:00:00".to_owned(), UNDEFINED_STATE)
            ]
        );
        assert_eq!(unread, 2);
    }

    #[test]
    fn a_device_says_its_firmware_and_how_much_it_holds() {
        let info = read_info("Ver 8.0.4.7-20230116,3,5,40,10.0.0.5,12,7,15,2,111");
        let expected = DeviceInfo {
            firmware: Some("Ver 8.0.4.7-20230116".to_owned()),
            people: Some(3),
            fingers: Some(5),
            punches: Some(40),
        };
        assert_eq!(info, expected);
        assert_eq!(read_info(""), DeviceInfo::default());
    }

    #[test]
    fn options_name_the_zone_in_hours_or_minutes() {
        let now: Timestamp = "2026-11-02T08:00:00Z".parse().unwrap();
        let zone = |name: &str| offset(&Zone::parse(name).unwrap(), now);
        assert_eq!((zone("Europe/Istanbul"), zone("America/New_York"), zone("Asia/Kolkata")), (3, -5, 330));
        let serial: Serial = "CJ5Z201460012".parse().unwrap();
        let text = options(&serial, Some("77"), &Zone::UTC, now);
        assert!(text.starts_with("GET OPTION FROM: CJ5Z201460012\nStamp=77\nATTLOGStamp=77\n"), "{text}");
        assert!(text.contains("\nTransFlag=TransData AttLog\nTimeZone=0\nRealtime=1\n"), "templates aren't asked for");
    }

    #[test]
    fn results_of_commands_are_read_and_other_lines_left_out() {
        let body = b"ID=019A&Return=0&CMD=DATA\nID=019B&Return=-1003&CMD=DATA\nPIN=17\tName=Maria\n";
        let results: Vec<_> = read_results(body).into_iter().map(|result| (result.id, result.returned)).collect();
        assert_eq!(results, [("019A".to_owned(), 0), ("019B".to_owned(), -1003)]);
    }

    #[test]
    fn a_name_is_cut_to_24_bytes_and_has_no_tabs() {
        let command = put_person("1", &number("17"), "Maria\tÄäÄäÄäÄäÄäÄä Long", Some("4711"));
        assert_eq!(command, "C:1:DATA UPDATE USERINFO PIN=17\tName=MariaÄäÄäÄäÄäÄ\tCard=4711");
        assert_eq!(remove_person("1", &number("17")), "C:1:DATA DELETE USERINFO PIN=17");
    }
}
