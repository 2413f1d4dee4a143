//! The text for a person who has just started a stack: URLs, people who can sign in, and requests to paste.

use crate::{
    demo::company::{self, APPLICANT, AWAITED, PASSWORD, PEOPLE, Role},
    stack::Stack,
};

impl Stack {
    /// Returns the text for the person who started the stack.
    pub fn welcome(&self) -> String {
        let (url, live, aws, token) = (self.url(), self.live_url(), self.aws_url(), self.setup_token());
        let data = match self.home() {
            Some(folder) => folder.display().to_string(),
            None => "in memory, gone at the end".to_owned(),
        };
        let clock = match self.clock().frozen() {
            Some(moment) => format!("stands at {moment}"),
            None => "real time".to_owned(),
        };
        let next = if self.has_demo() { demo(&url) } else { set_up(&url, token) };
        let terminals = self.terminals_url().map_or_else(String::new, |url| format!("  terminals      {url}\n"));
        let network = self.network();
        format!(
            "
Rollcall is running. Ctrl-C ends it.

  console        {url}/app/
  API            {url}
  try it out     {url}/docs
  live           {live}  (with a ticket of POST {url}/live/tickets)
  AWS endpoint   {aws}
  set-up token   {token}
  data           {data}
  clock          {clock}  (PUT {url}/_local/clock)
{terminals}{network}{next}"
        )
    }

    /// Returns the URLs for other machines, and the browser features that are missing there.
    fn network(&self) -> String {
        let urls = self.network_urls();
        if urls.is_empty() {
            return String::new();
        }
        let note = if self.certificate().is_some() {
            "the certificate is the stack's own: a browser asks once whether to trust it"
        } else {
            "no camera, position or service worker there: browsers want https, which --tls serves"
        };
        let lines = urls.iter().map(|url| format!("  in the network {url}\n"));
        lines.chain([format!("                 ({note})\n")]).collect()
    }
}

/// Returns the text for a stack with the demo company.
fn demo(url: &str) -> String {
    let names = |role| {
        let names = PEOPLE.iter().filter(|person| person.role == role).map(|person| person.username);
        names.collect::<Vec<_>>().join(", ")
    };
    let (admins, managers, employees) = (names(Role::Admin), names(Role::Manager), names(Role::Employee));
    let (company, (applicant, full_name)) = (company::COMPANY.name, APPLICANT);
    format!(
        r#"
The people of {company}, each with the password {PASSWORD}

  admin          {admins}
  managers       {managers}
  employees      {employees}
  waiting        {applicant} ({full_name}), for a manager to activate

Paste this to clock {AWAITED} in and to see her days:

  TOKEN=$(curl -s {url}/auth/login -H 'content-type: application/json' \
    -d '{{"username":"{AWAITED}","password":"{PASSWORD}"}}' | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
  curl -s {url}/clock/in -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \
    -d '{{"remark":"From the train","location":{{"label":"Platform 3"}}}}'
  curl -s {url}/attendance/me -H "authorization: Bearer $TOKEN"
"#
    )
}

/// Returns the text for an empty stack.
fn set_up(url: &str, token: &str) -> String {
    format!(
        r#"
Paste this to make the first admin, unless you have one:

  curl -s {url}/auth/setup -H 'content-type: application/json' \
    -d '{{"setup_token":"{token}","username":"admin","full_name":"First Admin","password":"choose-a-better-one"}}'
"#
    )
}
