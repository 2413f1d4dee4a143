"""A company's first day in the cloud: set-up, people, a roster, a punch with a photo, a break, leave, notifications and every
schedule. It tests what only the deployed whole can show: routes, roles, variables, the stream, the bus, WebSocket connections."""

import datetime
import importlib.util
import json
import os
import re
import subprocess
import sys
import time
import urllib.request

import boto3
import botocore.exceptions

import build
from bootstrap import REGION
from client import Http, Live, Person
from permissions import without_any_action_of_breaks_a_call_of_it_fails
from picture import picture

PASSWORD = "correct horse battery staple"
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def noon_zone(now):
    """Returns a time zone in which it is between 12:00 and 13:00, so that the tests have enough of the day before and after."""
    ahead = 12 - now.hour
    # POSIX offsets have the opposite sign.
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT", now + datetime.timedelta(hours=ahead)


class Journey:
    """The steps, in order."""

    def __init__(self, emulator, stack, http):
        self.emulator, self.stack, self.http = emulator, stack, http
        self.zone, self.local = noon_zone(datetime.datetime.now(datetime.timezone.utc))
        self.today = self.local.date()
        # A leave year that neither began recently nor ends soon, on any date.
        self.leave_year = (self.today.replace(day=1) - datetime.timedelta(days=85)).replace(day=1)

    def steps(self):
        """Returns the steps in order. The name of each says what it shows."""
        return [
            self.documents_and_unknown_paths,
            self.the_console_and_what_its_page_links,
            self.the_company_is_set_up_with_the_token_that_the_outputs_tell_of,
            self.people_and_a_roster,
            self.others_listen,
            self.a_late_clock_in_with_a_photo_by_presigned_upload,
            self.others_hear_of_it_through_stream_notify_and_socket,
            self.a_break,
            self.without_any_action_of_its_role_a_function_fails,
            self.going_home,
            self.leave_is_asked_for_and_decided,
            self.what_a_holiday_means_for_leave_is_worked_out_by_jobs_through_relay_and_bus,
            self.an_imported_person_signs_in_with_the_password_that_jobs_has_set,
            self.every_schedule_runs_twice_and_harms_nothing,
            self.a_report,
            self.each_request_has_one_log_line_with_what_it_spent,
            self.what_was_given_up_is_sent_again,
            self.every_audit_entry_has_its_hash,
            self.a_release_is_rolled_back_by_the_alias,
            self.a_restored_copy_is_brought_back_into_the_table,
            self.connections_end,
            self.nothing_was_given_up,
            self.a_deployer_sees_the_stack_and_no_data,
            self.a_second_stage_runs_next_to_the_first,
            self.the_data_moves_into_a_new_stack,
        ]

    def documents_and_unknown_paths(self):
        api = self.http.send("GET", "/openapi.json", expect=200)
        assert "/clock/in" in api["paths"]
        assert self.http.send("GET", "/docs", expect=200).text
        unknown = self.http.send("GET", "/nothing/here", expect=404)
        assert unknown["code"] == "not_found", unknown
        assert self.http.send("DELETE", "/clock", expect=405)["code"] == "method_not_allowed"
        assert self.http.send("GET", "/clock", expect=401).headers["www-authenticate"]

    def the_console_and_what_its_page_links(self):
        # The emulator drops the slash of `/app/`, so a page below it is asked for.
        assert self.http.send("GET", "/app/", expect=200).text
        page = self.http.send("GET", "/app/today", expect=200)
        assert page.headers["content-security-policy"].startswith("default-src 'none';"), page.headers
        links = re.findall(r'(?:src|href)="\./([^"]+)"', page.text.decode())
        assert any(link.endswith("app.js") for link in links), links
        for link in links:
            assert self.http.send("GET", f"/app/{link}", expect=200).text, link
        assert self.http.send("GET", "/app/requests", expect=200).text == page.text
        assert self.http.send("GET", "/app/000000000000/app.js", expect=404)["code"] == "not_found"

    def the_company_is_set_up_with_the_token_that_the_outputs_tell_of(self):
        command = self.stack.outputs["SetupTokenCommand"]
        secret = command.split("--secret-id ")[1].split(" ")[0]
        # `--query SecretString --output text` prints this.
        text = self.emulator.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
        body = {"username": "ada", "full_name": "Ada Admin", "password": PASSWORD}
        self.http.send("POST", "/auth/setup", body | {"setup_token": "guessed"}, expect=403)
        self.http.send("POST", "/auth/setup", body | {"setup_token": json.loads(text)["token"]}, expect=201)
        self.http.send("POST", "/auth/setup", body | {"setup_token": json.loads(text)["token"]}, expect=409)
        self.ada = Person(self.http, "ada", PASSWORD)
        assert self.ada.get("/auth/me")["role"] == "admin"
        assert self.http.send("GET", "/.well-known/jwks.json", expect=200)["keys"]

    def people_and_a_roster(self):
        # Today is a workday, on any day of the week.
        offs = [WEEKDAYS[(self.today.weekday() + days) % 7] for days in (2, 3)]
        settings = {
            "time_zone": self.zone,
            "default_weekly_offs": offs,
            "leave_year_start": f"{self.leave_year:%m-%d}",
            "late_grace_minutes": 0,
            "late_deduction": {"mode": "per_minute"},
        }
        self.ada.patch("/settings", settings)
        self.department = self.ada.post("/departments", {"name": "Harbour"}, expect=201)["id"]
        hired = str(self.today - datetime.timedelta(days=400))
        common = {"department_id": self.department, "password": PASSWORD, "hired_on": hired}
        for username, more in (
            ("hana", {"role": "manager", "manages": [self.department], "tracks_attendance": False}),
            ("maria", {}),
            ("paul", {}),
        ):
            body = {"username": username, "full_name": username.title()} | common | more
            self.ada.post("/users", body, expect=201)
            setattr(self, username, Person(self.http, username, PASSWORD))
        # Her shift began on the hour, some minutes ago.
        start = self.local.replace(minute=0)
        shift = {"start": f"{start:%H:%M}", "end": "19:00", "break_minutes": 30}
        day = {"shifts": [shift], "reason": "The ship is late"}
        self.hana.put(f"/roster/{self.maria.id}/days/{self.today}", day)
        days = self.maria.get(f"/roster/me/shifts?from={self.today}&to={self.today}")
        assert f"{start:%H:%M}" in json.dumps(days), days

    def others_listen(self):
        self.hana_live, self.paul_live, self.maria_live = Live(self.hana), Live(self.paul), Live(self.maria)
        # The function's answer to a message arrives on the connection.
        self.paul_live.say({"action": "ping"})
        self.paul_live.until(lambda message: message["type"] == "pong")

    def a_late_clock_in_with_a_photo_by_presigned_upload(self):
        photo = picture()
        upload = self.maria.post(
            "/clock/photos", {"content_type": "image/png", "content_length": len(photo)}, expect=201
        )
        request = urllib.request.Request(upload["url"], data=photo, method=upload["method"], headers=upload["headers"])
        with urllib.request.urlopen(request, timeout=30) as response:
            assert response.status == 200
        body = {"remark": "Fog", "photo": {"upload_id": upload["upload_id"]}}
        day = self.maria.post("/clock/in", body, expect=201)
        (session,) = day["sessions"]
        assert session["clock_in"]["has_photo"], day
        self.maria.post("/clock/in", expect=409)
        link = self.hana.get(f"/attendance/{self.maria.id}/{self.today}/photos/{session['id']}?of=in")
        with urllib.request.urlopen(link["url"], timeout=30) as response:
            assert response.headers["content-type"] == "image/png"
            assert response.read().startswith(b"\x89PNG")
        board = self.hana.get(f"/attendance/board?date={self.today}")
        assert any(row["user_id"] == self.maria.id and row["presence"] == "working" for row in board["items"]), board

    def others_hear_of_it_through_stream_notify_and_socket(self):
        def is_presence(message):
            changes = message["data"]["changes"] if message["type"] == "presence" else []
            return any(change["user_id"] == self.maria.id and change["presence"] == "working" for change in changes)

        self.paul_live.until(is_presence)
        self.hana_live.until(lambda message: message["type"] == "day" and message["data"]["user_id"] == self.maria.id)
        self.maria_live.until(lambda message: message["type"] == "day")
        if self.local.minute:
            self.hana_live.until(notification("late_arrival"))
            inbox = self.hana.get("/notifications?unread=true")
            assert any(item["kind"] == "late_arrival" for item in inbox["items"]), inbox

    def a_break(self):
        self.maria.post("/breaks/start", expect=201)
        assert self.maria.get("/clock")["presence"] == "on_break"
        self.maria.post("/breaks/end")

    def without_any_action_of_its_role_a_function_fails(self):
        without_any_action_of_breaks_a_call_of_it_fails(self)

    def going_home(self):
        day = self.maria.post("/clock/out")
        (session,) = day["sessions"]
        assert session["clock_out"] and session["breaks"], day

    def leave_is_asked_for_and_decided(self):
        # A week whose first day isn't a day off.
        first = self.today + datetime.timedelta(days=14)
        body = {"start_date": str(first), "end_date": str(first), "reason": "A wedding"}
        request = self.maria.post("/leave/requests", body, expect=201)
        self.hana_live.until(notification("leave_requested"))
        self.maria.post(f"/leave/requests/{request['id']}/decision", {"status": "approved"}, expect=403)
        self.hana.post(f"/leave/requests/{request['id']}/decision", {"status": "approved", "note": "Enjoy"})
        self.maria_live.until(notification("leave_decided"))
        self.leave, self.leave_date = request["id"], first
        assert self.used() == 1

    def used(self):
        """Returns the days of annual leave that she has used or requested."""
        balances = self.maria.get(f"/leave/balances/me?year={self.leave_year.year}")
        (annual,) = [item for item in balances["items"] if item["type"] == "annual"]
        return annual["used_days"] + annual["pending_days"]

    def what_a_holiday_means_for_leave_is_worked_out_by_jobs_through_relay_and_bus(self):
        self.ada.post("/holidays", {"date": str(self.leave_date), "name": "Harbour day"}, expect=201)
        eventually(lambda: self.used() == 0, "the holiday gives the day of leave back")

    def an_imported_person_signs_in_with_the_password_that_jobs_has_set(self):
        sheet = b"username,full_name\nnora,Nora Newcomer\n"
        requested = self.http.send("POST", "/users/import", sheet, self.ada.token, expect=202)
        path = f"/users/import/{requested['id']}"
        eventually(lambda: self.ada.get(path)["status"] == "done", lambda: self.ada.get(path))
        assert self.ada.get(path)["counts"]["created"] == 1, self.ada.get(path)
        (temporary,) = requested["temporary_passwords"]
        Person(self.http, temporary["username"], temporary["temporary_password"])

    def every_schedule_runs_twice_and_harms_nothing(self):
        """Makes EventBridge Scheduler run each schedule now, with a copy of it."""
        scheduler = self.emulator.client("scheduler")
        schedules = [s for page in scheduler.get_paginator("list_schedules").paginate() for s in page["Schedules"]]
        # The other schedules write no line of a check.
        names = {schedule["Name"].removeprefix("rollcall-") for schedule in schedules} - {"messages", "webhooks"}
        assert names == {"open-day", "lateness", "close-day", "balances", "leave-year", "housekeeping", "audit-digest"}, names
        logs = LogLines(self.emulator, "checks")

        def ran(name):
            return sum(line["check"] == name for line in logs.saying("check"))

        for runs in (1, 2):
            for schedule in schedules:
                whole = scheduler.get_schedule(Name=schedule["Name"])
                at = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=1)
                scheduler.create_schedule(
                    Name=f"{schedule['Name']}-now-{runs}",
                    ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
                    FlexibleTimeWindow=whole["FlexibleTimeWindow"],
                    Target=whole["Target"],
                )
            eventually(
                lambda: all(ran(name) >= runs for name in names),
                lambda: f"each has run {runs} times, but: { {name: ran(name) for name in names} }",
            )
        assert self.used() == 0
        (day,) = [d for d in self.maria.get(f"/attendance/me?from={self.today}&to={self.today}")["items"]]
        assert len(day["sessions"]) == 1, day

    def a_report(self):
        """Reads the department's month as JSON and as a workbook, if the template has the function."""
        if "Reports" not in build.of_functions():
            print("          SKIPPED: the template has no function for reports")
            return
        month = f"year={self.today.year}&month={self.today.month}"
        report = self.hana.get(f"/reports/monthly-work?{month}&department_id={self.department}")
        assert any(row["user_id"] == self.maria.id for row in report["rows"]), report
        workbook = self.hana.get(f"/reports/monthly-work?{month}&department_id={self.department}&format=xlsx")
        assert workbook.text.startswith(b"PK"), workbook.text[:100]
        body = {"report": "attendance", "format": "csv", "from": str(self.today), "to": str(self.today)}
        export = self.hana.post("/reports/exports", body, expect=202)

        def exported():
            return self.hana.get(f"/reports/exports/{export['id']}")

        eventually(lambda: exported()["status"] in ("done", "failed"), exported)
        with urllib.request.urlopen(exported()["url"], timeout=30) as response:
            assert b"Maria" in response.read()

    def each_request_has_one_log_line_with_what_it_spent(self):
        breaks = LogLines(self.emulator, "breaks")
        started = [line for line in breaks.saying("request") if line["route"] == "POST /breaks/start"]
        first = started[0]
        assert first["caller"] == self.maria.id and first["status"] == 201, first
        # One read and one transaction, as docs/data-model.md says.
        assert first["calls"] == 2 and first["write_units"] > 0, first
        # (The emulator doesn't report the capacity of a BatchGetItem.)
        assert all("read_units" in line for line in started), started
        assert first["cold"] is True and [line["cold"] for line in started[1:]] == [False] * len(started[1:]), started
        assert first["stack"] == "rollcall", first
        (directive,) = first["_aws"]["CloudWatchMetrics"]
        assert all(metric["Name"] in first for metric in directive["Metrics"]), first
        for name in ("notify", "relay", "jobs", "checks"):
            lines = LogLines(self.emulator, name).saying("event")
            assert lines and all("error" not in line and line["calls"] >= 0 for line in lines), lines

    def what_was_given_up_is_sent_again(self):
        """docs/operations.md: sends dead letters of `notify` again, one from the stream and one from the table."""
        streams, sqs = self.emulator.client("dynamodbstreams"), self.emulator.client("sqs")
        table, queue = self.stack.outputs["TableName"], self.stack.physical("NotifyDeadLetters")
        (stream,) = streams.list_streams(TableName=table)["Streams"]
        shard = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"][0]["ShardId"]
        iterator = streams.get_shard_iterator(
            StreamArn=stream["StreamArn"], ShardId=shard, ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        records = streams.get_records(ShardIterator=iterator)["Records"]
        now = datetime.datetime.now(datetime.timezone.utc).isoformat()
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        for shard_id, first, last in ((shard, numbers[0], numbers[-1]), (f"shardId-{'0' * 28}", "1" * 21, "2" * 21)):
            stretch = {
                "streamArn": stream["StreamArn"], "shardId": shard_id,
                "startSequenceNumber": first, "endSequenceNumber": last,
                "approximateArrivalOfFirstRecord": now, "approximateArrivalOfLastRecord": now, "batchSize": len(records),
            }
            sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"DDBStreamBatchInfo": stretch}))
        told = self.operator_runs(
            "redrive-stream.py", "--queue", queue, "--function", self.stack.physical("Notify"), "--table", table
        )
        assert "2 dead letters sent again, 0 left" in told, told
        assert "from the stream" in told and "from the table" in told and "0 events" not in told, told

    def a_restored_copy_is_brought_back_into_the_table(self):
        """docs/operations.md: restores the table after a mistake, without temporary items."""
        dynamodb = self.emulator.client("dynamodb")
        table = self.stack.outputs["TableName"]
        told = self.operator_runs("pause-stack.py", "pause")
        counts = {
            "schedules": build.count_of_events("ScheduleV2"),
            "readers": build.count_of_events("DynamoDB"),
            "functions": len(build.of_functions()),
        }
        for what, count in counts.items():
            assert f"{count} {what} paused" in told, told
        # The emulator doesn't count invocations of an alias against the reserved concurrency of its function, as AWS does.
        functions = self.emulator.client("lambda")
        try:
            functions.invoke(FunctionName=self.stack.physical("Auth"))
            raise AssertionError("nothing runs while paused")
        except functions.exceptions.TooManyRequestsException:
            pass
        # Copied while nothing writes, so that the copy differs from the table only by what follows.
        dynamodb.restore_table_to_point_in_time(
            SourceTableName=table, TargetTableName="rollcall-restored", UseLatestRestorableTime=True
        )
        dynamodb.get_waiter("table_exists").wait(TableName="rollcall-restored")
        profile = {"pk": {"S": f"USER#{self.maria.id}"}, "sk": {"S": "PROFILE"}}
        dynamodb.delete_item(TableName=table, Key=profile)
        dynamodb.put_item(TableName=table, Item={"pk": {"S": "ORG"}, "sk": {"S": "NONSENSE"}})
        dynamodb.put_item(TableName=table, Item={"pk": {"S": "AUDIT#org"}, "sk": {"S": "SINCE"}})
        # Only tests scan the table.
        items = dynamodb.scan(TableName=table)["Items"]
        sessions = [item for item in items if item["sk"]["S"].startswith("SESSION#")]
        event = next({"pk": item["pk"], "sk": item["sk"]} for item in items if item["pk"]["S"].startswith("OUTBOX#"))
        dynamodb.delete_item(TableName=table, Key=event)
        told = self.operator_runs("restore-table.py", "--from", "rollcall-restored", "--to", table, "--write")
        assert f"1 items to put, {len(sessions) + 1} to delete, {len(sessions)} of them sign-ins" in told, told
        assert "Item" not in dynamodb.get_item(TableName=table, Key=event), "an event would be delivered again"
        assert f"{counts['functions']} functions resumed" in self.operator_runs("pause-stack.py", "resume")
        assert Person(self.http, "maria", PASSWORD).get("/auth/me")["id"] == self.maria.id

    def every_audit_entry_has_its_hash(self):
        """docs/operations.md: `notify` hashes the audit from the stream. An hour is closed an hour after its end, which this journey
        doesn't wait for: tests/tests/journeys/audit_digests.rs does."""
        check = check_audit()
        audit = check.Audit(self.emulator.client("dynamodb"), self.stack.outputs["TableName"])

        def unhashed():
            # Only tests scan the table.
            items = self.emulator.client("dynamodb").scan(TableName=self.stack.outputs["TableName"])["Items"]
            hours = {item["pk"]["S"].removeprefix(check.HASHES) for item in items if item["pk"]["S"].startswith(check.HASHES)}
            hashes = {pair for hour in hours for pair in audit.hashes(hour)}
            entries = {
                (f"{item['pk']['S']} / {item['sk']['S']}", check.hash_of(item))
                for item in items if item["pk"]["S"].startswith("AUDIT#")
            }
            assert entries, "there are entries"
            return entries - hashes

        eventually(lambda: not unhashed(), unhashed)
        told = self.operator_runs(
            "check-audit.py", "--table", self.stack.outputs["TableName"], "--from", "2020-01-01", "--to", str(self.today)
        )
        assert "the audit is as it was written" in told, told

    def a_release_is_rolled_back_by_the_alias(self):
        """docs/operations.md: rolls back to an instant after a new version of one function. `restart` publishes it."""
        before = datetime.datetime.now(datetime.timezone.utc)
        # Versions have whole seconds.
        time.sleep(1.1)
        told = self.operator_runs("versions.py", "restart", "Breaks")
        assert "Breaks: version 2 is live" in told, told
        assert self.maria.get("/breaks/me")
        told = self.operator_runs("versions.py", "roll-back", "--to", before.isoformat(), "--write")
        assert "Breaks: version 2 becomes 1" in told and "1 functions rolled back" in told, told
        assert self.maria.get("/breaks/me")

    def a_deployer_sees_the_stack_and_no_data(self):
        """Uses scripts/deployer-policy.json. A deployment with it can't be tried here: SAM's bucket refuses a user without TLS."""
        iam = self.emulator.client("iam")
        iam.create_user(UserName="deployer")
        policy = (build.ROOT / "scripts" / "deployer-policy.json").read_text()
        iam.put_user_policy(UserName="deployer", PolicyName="deployer", PolicyDocument=policy)
        key = iam.create_access_key(UserName="deployer")["AccessKey"]

        def client(service):
            return boto3.client(
                service, region_name=REGION, endpoint_url=self.emulator.url,
                aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"],
            )

        table = self.stack.outputs["TableName"]
        assert client("cloudformation").describe_stacks(StackName=self.stack.name)["Stacks"]
        assert client("cloudformation").describe_stack_events(StackName=self.stack.name)["StackEvents"]
        assert client("lambda").get_alias(FunctionName=self.stack.physical("Auth"), Name="live")["FunctionVersion"]
        assert client("dynamodb").describe_table(TableName=table)["Table"]
        for refused in (
            lambda: client("dynamodb").get_item(TableName=table, Key={"pk": {"S": "KEYS"}, "sk": {"S": "PUBLISHED"}}),
            lambda: client("secretsmanager").get_secret_value(SecretId=self.stack.physical("SigningKeys")),
            lambda: client("s3").list_objects_v2(Bucket=self.stack.outputs["PhotoBucketName"]),
        ):
            try:
                refused()
            except botocore.exceptions.ClientError as error:
                assert error.response["Error"]["Code"].startswith("AccessDenied"), error
            else:
                raise AssertionError("a deployer reads data")

    def a_second_stage_runs_next_to_the_first(self):
        staging = self.stack.deployed_as("rollcall-staging", Stage="staging", AuditArchiveDays=1)
        for resource in ("Table", "Photos", "SigningKeys", "EventBus", "AuthRole", "JobsDeadLetters"):
            assert staging.physical(resource) != self.stack.physical(resource), resource
        http = Http(self.emulator, staging.physical("Api"))
        assert "/clock/in" in http.send("GET", "/openapi.json", expect=200)["paths"]
        # Nobody of the first stage is known there.
        http.send("POST", "/auth/login", {"username": "ada", "password": PASSWORD}, expect=401)
        assert Person(self.http, "ada", PASSWORD).id == self.ada.id
        self.its_archive_gets_a_digest(staging)

    def its_archive_gets_a_digest(self, staging):
        """Closes an hour of long ago: its marker and one hash are put into the table. The emulator makes the bucket without Object Lock."""
        table, hour = staging.outputs["TableName"], "2026-01-01T00"
        one = {"M": {"entry": {"S": "AUDIT#settings / 01KDVC5J00W0M3T9K5ZXH8R6CD"}, "hash": {"S": "0" * 64}}}
        dynamodb = self.emulator.client("dynamodb")
        dynamodb.put_item(TableName=table, Item={"pk": {"S": "AUDITHOURS"}, "sk": {"S": hour}, "hour": {"S": hour}})
        dynamodb.put_item(TableName=table, Item={"pk": {"S": f"AUDITHASH#{hour}"}, "sk": {"S": "1"}, "hashes": {"L": [one]}})
        answer = self.emulator.client("lambda").invoke(
            FunctionName=f"{staging.physical('Checks')}:live", Payload=json.dumps({"schedule": "audit-digest"})
        )
        outcome = json.loads(answer["Payload"].read())
        assert outcome.get("changed") == 1, outcome
        s3, bucket = self.emulator.client("s3"), staging.outputs["AuditArchiveName"]
        digest = json.loads(s3.get_object(Bucket=bucket, Key=f"audit/{hour}.json")["Body"].read())
        hashes = {(one["entry"], one["hash"]) for one in digest["hashes"]}
        assert digest["digest"] == check_audit().digest_of("", hour, hashes), digest

    def the_data_moves_into_a_new_stack(self):
        """docs/operations.md: a new stack takes over what a deleted one left behind. The emulator imports no secrets, so people's
        sessions and badges aren't part of this."""
        table, photos = self.stack.outputs["TableName"], self.stack.outputs["PhotoBucketName"]
        data = str(self.stack.scratch / "rollcall-data.json")
        assert "6 resources" in self.operator_runs("adopt-data.py", "note", "--data", data)
        self.stack.is_deleted()
        secrets = ["SigningKeys", "CompanyKeys", "SetupToken"]
        told = self.operator_runs("adopt-data.py", "import", "--data", data, "--to", "rollcall-new", "--without", *secrets)
        assert "3 resources imported into rollcall-new" in told, told
        moved = self.stack.deployed_as("rollcall-new")
        assert (moved.outputs["TableName"], moved.outputs["PhotoBucketName"]) == (table, photos)
        http = Http(self.emulator, moved.physical("Api"))
        maria = Person(http, "maria", PASSWORD)
        assert maria.id == self.maria.id
        (day,) = maria.get(f"/attendance/me?from={self.today}&to={self.today}")["items"]
        (session,) = day["sessions"]
        link = Person(http, "hana", PASSWORD).get(f"/attendance/{maria.id}/{self.today}/photos/{session['id']}?of=in")
        with urllib.request.urlopen(link["url"], timeout=30) as response:
            assert response.read().startswith(b"\x89PNG")
        # The new functions write to the old table.
        maria.post("/clock/in", expect=201)

    def operator_runs(self, script, *arguments):
        """Runs one of the scripts in an operator's shell. Returns its output."""
        command = [sys.executable, f"scripts/{script}", *arguments]
        environment = os.environ | self.emulator.operator()
        told = subprocess.run(command, cwd=build.ROOT, env=environment, capture_output=True, text=True)
        assert told.returncode == 0, told.stdout + told.stderr
        return told.stdout

    def connections_end(self):
        for live in (self.hana_live, self.paul_live, self.maria_live):
            live.close()

        def open_connections():
            table = self.emulator.client("dynamodb")
            # Only tests scan the table.
            items = table.scan(TableName=self.stack.outputs["TableName"])["Items"]
            return [item["pk"]["S"] for item in items if item["pk"]["S"].startswith("CONN#")]

        eventually(lambda: not open_connections(), "no connection is left in the table")

    def nothing_was_given_up(self):
        sqs = self.emulator.client("sqs")
        for queue in ("NotifyDeadLetters", "RelayDeadLetters", "JobsDeadLetters", "ChecksDeadLetters"):
            url = self.stack.physical(queue)
            count = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
            assert count["Attributes"]["ApproximateNumberOfMessages"] == "0", queue


def check_audit():
    """Imports scripts/check-audit.py, whose name has a hyphen."""
    spec = importlib.util.spec_from_file_location("check_audit", build.ROOT / "scripts" / "check-audit.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def notification(kind):
    return lambda message: message["type"] == "notification" and message["data"]["kind"] == kind


def eventually(holds, what, seconds=90):
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"timed out waiting until {what() if callable(what) else what}")
        time.sleep(0.2)


class LogLines:
    """The log lines of a function."""

    def __init__(self, emulator, function):
        self.logs = emulator.client("logs")
        self.group = f"/aws/lambda/rollcall/{function}"

    def saying(self, message):
        """Returns the parsed lines with a message."""
        lines = []
        for page in self.logs.get_paginator("filter_log_events").paginate(logGroupName=self.group):
            for event in page["events"]:
                # Lines of the platform (START, END, REPORT) are text here.
                if event["message"].startswith("{"):
                    lines.append(json.loads(event["message"]))
        return [line for line in lines if line["message"] == message]
