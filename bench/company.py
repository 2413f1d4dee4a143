"""The company on which the operations run: made in the local stack, or read from a file if it is deployed."""

import concurrent.futures
import csv
import dataclasses
import datetime
import os

from client import Request, send_all, send_one

PASSWORD = "correct horse battery staple"
ZONE = "Europe/Istanbul"
# The Monday on which the operations run. Istanbul is three hours ahead of UTC all year.
TODAY = datetime.date(2026, 11, 2)
OFFSET = "+03:00"
# A board, a grid or a list has at most 200 people on a page, and a report answers at most 1,000 rows.
CREW, REPORTED = 200, 1000


@dataclasses.dataclass
class Person:
    """A person with a password and, after a sign-in, an access token."""

    username: str
    password: str
    id: str | None = None
    token: str | None = None

    def sign_in(self):
        return Request("POST", "/auth/login", body={"username": self.username, "password": self.password})

    def signed_in(self, body):
        self.id, self.token = body["user"]["id"], body["access_token"]


@dataclasses.dataclass
class Company:
    """A company, with the department that is listed and the one that is reported on."""

    url: str
    admin: Person
    people: list
    crew: str | None
    reported: str | None
    today: datetime.date

    def sign_in_admin(self):
        self.admin.signed_in(send_one(self.url, self.admin.sign_in()))


def moment(time_of_day):
    """Returns an instant of the day on which the operations run."""
    return f"{TODAY}T{time_of_day}:00{OFFSET}"


def first_date(days):
    """Returns the date from which the history has that many days from Monday to Friday, up to yesterday."""
    date = TODAY
    while days:
        date -= datetime.timedelta(days=1)
        days -= date.weekday() < 5
    return date


def sign_in(url, username):
    """Signs a person in who has the password of this module."""
    person = Person(username, PASSWORD)
    person.signed_in(send_one(url, person.sign_in()))
    return person


def set_up(url, settings):
    """Sets a company up in a new stack, and returns its admin. They sign in after the change of settings, because a token has the zone."""
    setup = {"setup_token": "token", "username": "ada", "full_name": "Ada Admin", "password": PASSWORD}
    send_one(url, Request("POST", "/auth/setup", body=setup))
    send_one(url, Request("PATCH", "/settings", sign_in(url, "ada").token, settings))
    return sign_in(url, "ada")


def workforce(department_id, first, people, days):
    """Returns that many people of a department, numbered from the first one, with their history: the body of the stack's `people`."""
    return {
        "department_id": department_id, "first": first, "people": people, "from": str(first_date(days)), "days": days,
        "remark": "At the terminal by the gate",
    }


def written(stack, workforces):
    """Writes people with their history, and yields each workforce when it is written."""
    def write(workforce):
        stack.control("POST", "people", workforce)
        return workforce

    # One waits for the table while the others compute.
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as writers:
        yield from writers.map(write, workforces)


def make(stack, people, days):
    """Creates a company in a new stack: a department for reports, and departments of 200 for the others."""
    url = stack.url
    admin = set_up(url, {"time_zone": ZONE})
    reported = min(REPORTED, people // 2)
    sizes = [reported] + [min(CREW, people - first) for first in range(reported, people, CREW)]
    departments, workforces, first = [], [], 0
    for number, size in enumerate(sizes):
        made = send_one(url, Request("POST", "/departments", admin.token, {"name": f"Department {number}"}))
        departments.append(made["id"])
        workforces.append(workforce(made["id"], first, size, days) | {"password_of": admin.id})
        first += size
    for _ in written(stack, workforces):
        pass
    # The people of the department that the board shows.
    crew = [Person(f"person{number}", PASSWORD) for number in range(reported, people)]
    return Company(url, admin, crew, departments[1], departments[0], TODAY)


def read(url, file):
    """Reads the people of a deployed company: `username,password` in each line, the first one an admin's or a manager's."""
    with open(file, newline="") as lines:
        people = [Person(row["username"], row["password"]) for row in csv.DictReader(lines)]
    if len(people) < 2:
        raise SystemExit(f"{file} needs the columns username and password, an admin and at least one employee")
    admin, *employees = people
    admin.signed_in(send_one(url, admin.sign_in()))
    departments = send_one(url, Request("GET", "/departments", admin.token))["items"]
    first = departments[0]["id"] if departments else None
    return Company(url, admin, employees, first, first, datetime.date.today())


def sign_in_all(company, people, concurrency):
    """Signs people in, and returns the answers with the seconds of all together."""
    answers, seconds = send_all(company.url, [person.sign_in() for person in people], concurrency, keep_body=True)
    for person, answer in zip(people, answers):
        if answer.status == 200:
            person.signed_in(answer.body)
    return answers, seconds
