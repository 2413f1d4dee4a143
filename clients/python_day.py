"""A company's first day through the generated Python client, against a running stack.

ROLLCALL_URL and ROLLCALL_SETUP_TOKEN say which; scripts/check-clients.sh generates the client and starts the stack.
"""

import base64
import datetime
import json
import os

import httpx
from rollcall_client import AuthenticatedClient, Client
from rollcall_client.api.auth import login, set_up_company
from rollcall_client.api.breaks import end_break, start_break
from rollcall_client.api.clock import clock_in, clock_out, create_photo_upload
from rollcall_client.api.departments import create_department
from rollcall_client.api.leave import decide_leave_request, request_leave
from rollcall_client.api.live import create_live_ticket
from rollcall_client.api.reports import report_monthly_work
from rollcall_client.api.swaps import request_swap
from rollcall_client.api.users import create_user
from rollcall_client.models import (
    AskSwap,
    DecideLeave,
    Decision,
    FirstAdmin,
    Login,
    NewDepartment,
    NewUser,
    PhotoBody,
    PhotoType,
    PunchBody,
    RequestLeave,
    UploadBody,
)
from websockets.sync.client import connect

URL = os.environ["ROLLCALL_URL"]
PASSWORD = "a fine long password"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def at(time: str) -> None:
    """Stops the stack's clock at a time of Monday 2 November 2026 in UTC."""
    httpx.put(f"{URL}/_local/clock", json={"now": f"2026-11-02T{time}:00+00:00"}).raise_for_status()


def ok(response, status: int):
    """Returns the parsed body of an answer that must have that status."""
    assert response.status_code == status, f"{response.status_code} {response.content!r}"
    return response.parsed


def signed_in(username: str) -> AuthenticatedClient:
    """Signs a person in; access tokens last 15 minutes of the stack's clock."""
    body = Login(username=username, password=PASSWORD)
    tokens = ok(login.sync_detailed(client=Client(base_url=URL), body=body), 200)
    return AuthenticatedClient(base_url=URL, token=tokens.access_token)


def main() -> None:
    at("08:00")
    token = os.environ["ROLLCALL_SETUP_TOKEN"]
    first = FirstAdmin(setup_token=token, username="ada", full_name="Ada Admin", password=PASSWORD)
    ok(set_up_company.sync_detailed(client=Client(base_url=URL), body=first), 201)
    ada = signed_in("ada")
    sales = ok(create_department.sync_detailed(client=ada, body=NewDepartment(name="Sales")), 201)
    people = []
    for username in ("maria", "omar"):
        body = NewUser(
            username=username,
            full_name=f"{username} Example",
            password=PASSWORD,
            department_id=sales.id,
            hired_on=datetime.date(2026, 1, 1),
        )
        people.append(ok(create_user.sync_detailed(client=ada, body=body), 201))
    at("08:58")
    maria = signed_in("maria")
    wanted = UploadBody(content_type=PhotoType.IMAGEPNG, content_length=len(PIXEL))
    upload = ok(create_photo_upload.sync_detailed(client=maria, body=wanted), 201)
    httpx.put(upload.url, headers=upload.headers.to_dict(), content=PIXEL).raise_for_status()
    punch = PunchBody(remark="From the train", photo=PhotoBody(upload_id=upload.upload_id))
    day = ok(clock_in.sync_detailed(client=maria, body=punch), 201)
    assert day.sessions[0].clock_in.has_photo
    twice = clock_in.sync_detailed(client=maria, body=PunchBody())
    assert twice.status_code == 409, twice
    assert json.loads(twice.content)["code"] == "already_clocked_in"

    at("12:00")
    ok(start_break.sync_detailed(client=signed_in("maria")), 201)
    at("12:45")
    ok(end_break.sync_detailed(client=signed_in("maria")), 200)
    at("18:00")
    maria, ada = signed_in("maria"), signed_in("ada")
    over = ok(clock_out.sync_detailed(client=maria, body=PunchBody()), 200)
    assert over.worked_seconds == 9 * 3600 + 2 * 60 - 45 * 60, over.worked_seconds

    ticket = ok(create_live_ticket.sync_detailed(client=ada), 200)
    with connect(ticket.url) as live:
        body = RequestLeave(start_date=datetime.date(2026, 11, 9), end_date=datetime.date(2026, 11, 10))
        leave = ok(request_leave.sync_detailed(client=maria, body=body), 201)
        assert leave.days == 2
        # Ada is notified of others' days too, such as an absence.
        while (message := json.loads(live.recv(timeout=120)))["type"] != "notification" or (
            message["data"]["kind"] != "leave_requested"
        ):
            pass
    decided = DecideLeave(status=Decision.APPROVED)
    answer = ok(decide_leave_request.sync_detailed(leave.id, client=ada, body=decided), 200)
    assert answer.status.value == "approved"

    swap = AskSwap(my_date=datetime.date(2026, 11, 4), with_user_id=people[1].id)
    assert ok(request_swap.sync_detailed(client=maria, body=swap), 201).status.value == "pending"

    report = ok(report_monthly_work.sync_detailed(client=ada, year=2026, month=11), 200)
    worked = {row.full_name: row.worked_seconds for row in report.rows}
    assert worked["maria Example"] == over.worked_seconds, worked


if __name__ == "__main__":
    main()
    print("a company's first day: ok")
