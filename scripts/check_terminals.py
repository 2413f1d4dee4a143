"""A day of a simulated reader, whose bridge sends to a local stack.

scripts/check-terminals.sh runs this script. To run it yourself, start a stack that isn't set up:
`python3 scripts/check_terminals.py <url> <set-up token>`. The reader is written from the public descriptions of the protocol.
"""

import datetime
import json
import logging
import pathlib
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zoneinfo

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "terminals"))
import bridge as bridges  # noqa: E402

PASSWORD = "a fine long password"
SERIAL = "CJ5Z201460012"
ZONE = zoneinfo.ZoneInfo("Europe/Istanbul")
# The clock of the stack and of the bridge stands on the morning of a working day. By real time, a punch before the window of a
# shift would wait for a manager, so the check would pass or fail by the hour at which it runs.
NOW = datetime.datetime(2026, 11, 24, 10, 0, tzinfo=ZONE).astimezone(datetime.UTC)


class Api:
    """Calls of the administrator."""

    def __init__(self, url):
        self.url, self.token = url, None

    def call(self, method, path, body=None):
        headers = {"content-type": "application/json"}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as response:
            text = response.read()
        return json.loads(text) if text else None

    def sign_in(self):
        self.token = None
        self.token = self.call("POST", "/auth/login", {"username": "ada", "password": PASSWORD})["access_token"]


class Reader:
    """A reader with a memory. It sends again what wasn't answered with OK."""

    def __init__(self, serial):
        self.serial, self.port, self.memory = serial, None, []

    def request(self, path, body=None):
        url = f"http://127.0.0.1:{self.port}/iclock/{path}"
        try:
            with urllib.request.urlopen(urllib.request.Request(url, data=body), timeout=20) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def greet(self):
        return self.request(f"cdata?SN={self.serial}&options=all&language=69&pushver=2.4.1")

    def punch(self, pin, at, state):
        local = at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")
        self.memory.append(f"{pin}\t{local}\t{state}\t15\t0\t0\t0\t0")

    def push(self, stamp=9999):
        body = ("\n".join(self.memory) + "\n").encode()
        return self.request(f"cdata?SN={self.serial}&table=ATTLOG&Stamp={stamp}", body)


def until(what, is_so):
    for _ in range(300):
        if is_so():
            return
        time.sleep(0.1)
    raise AssertionError(what)


def main(url, setup_token):
    logging.basicConfig(level=logging.CRITICAL)
    bridges.utc_now = lambda: NOW
    api = Api(url)
    # People have their badges for an hour when the day begins.
    api.call("PUT", "/_local/clock", {"now": bridges.text(NOW - datetime.timedelta(hours=1))})
    api.call("POST", "/auth/setup", {"setup_token": setup_token, "username": "ada", "full_name": "Ada Admin", "password": PASSWORD})
    api.sign_in()
    department = api.call("POST", "/departments", {"name": "Harbour"})["id"]
    site = api.call("POST", "/sites", {"name": "Harbour", "time_zone": ZONE.key})["id"]
    people = {}
    for name in ("maria", "omar", "lena"):
        body = {"username": name, "full_name": name.title(), "password": PASSWORD, "department_id": department, "site_id": site}
        people[name] = api.call("POST", "/users", body)["id"]
    profile = {"personnel_number": "17", "account": False, "effective_from": "2020-01-01"}
    api.call("PUT", f"/users/{people['maria']}/pay-profile", profile)
    api.call("PUT", f"/users/{people['omar']}/badge", {"number": "4711"})
    terminal = api.call("POST", "/terminals", {"serial": SERIAL, "site_id": site, "name": "Gate"})

    api.call("PUT", "/_local/clock", {"now": bridges.text(NOW)})
    api.sign_in()

    def at(minutes):
        return NOW + datetime.timedelta(minutes=minutes - 20)

    def sessions(name):
        date = NOW.astimezone(ZONE).date()
        return api.call("GET", f"/attendance/{people[name]}/{date}")["sessions"]

    def state():
        return api.call("GET", f"/terminals/{terminal['id']}")["state"]

    def counts():
        return tuple(state()[f"punches_{kind}"] for kind in ("taken", "waiting", "unknown"))

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "secret").write_text(terminal["secret"])

        def start_bridge(api_url):
            lines = [f'api = "{api_url}"', 'listen = "127.0.0.1"', "port = 0"]
            lines += ["[[terminals]]", f'serial = "{SERIAL}"', 'secret_file = "secret"']
            (folder / "bridge.toml").write_text("\n".join(lines))
            bridge = bridges.Bridge(bridges.Config(folder / "bridge.toml"))
            bridge.start()
            reader.port = bridge.server.server_port
            return bridge

        def waiting():
            (known,) = bridge.spool.status(NOW)["readers"]
            return known["requests_waiting"]

        reader = Reader(SERIAL)
        # A bridge that never reached Rollcall has no options for the reader, which asks again.
        bridge = start_bridge("http://127.0.0.1:9")
        assert reader.greet()[0] == 503
        bridge.close()

        bridge = start_bridge(url)
        status, options = reader.greet()
        assert status == 200 and "TimeZone=3\n" in options and "TransFlag=TransData AttLog\n" in options, options
        reader.punch("17", at(0), 0)
        assert reader.push(1)[1] == "OK: 1"
        until("the clock-in arrives", lambda: len(sessions("maria")) == 1)
        (session,) = sessions("maria")
        assert datetime.datetime.fromisoformat(session["clock_in"]["at"]) == at(0), session
        assert session["clock_in"]["kiosk"]["name"] == "Gate", session
        assert state()["last_seen_at"] is not None

        # People are put into the reader, which answers.
        api.call("POST", "/_local/settle", {})
        status, commands = reader.request(f"getrequest?SN={SERIAL}&INFO=Ver%208.0.4.7-20230116,3,5,40,10.0.0.5")
        assert "DATA UPDATE USERINFO PIN=17\tName=Maria" in commands, commands
        ids = [line.split(":")[1] for line in commands.splitlines()]
        answer = "\n".join(f"ID={command}&Return=0&CMD=DATA" for command in ids).encode()
        assert reader.request(f"devicecmd?SN={SERIAL}", answer)[1] == "OK"
        until("the commands are settled", lambda: reader.request(f"getrequest?SN={SERIAL}")[1] == "OK")

        # Templates and photos are dropped, and a serial that nobody configured is refused.
        template = b"FP PIN=17\tFID=1\tSize=4\tValid=1\tTMP=SECRETTEMPLATE\n"
        assert reader.request(f"cdata?SN={SERIAL}&table=OPERLOG&Stamp=1", template)[1] == "OK: 1"
        assert reader.request(f"cdata?SN={SERIAL}&table=ATTPHOTO&Stamp=1", b"PIN=1.jpg\n\xff\xd8SECRETTEMPLATE")[1] == "OK"
        assert all(b"SECRETTEMPLATE" not in file.read_bytes() for file in folder.iterdir())
        assert reader.request("cdata?SN=OTHER&table=ATTLOG&Stamp=1", b"17\t2026-01-01 00:00:00\t0\n")[0] == 403
        bridge.close()

        # Without a network, after a restart: the reader is told that its punches are safe, and they are.
        bridge = start_bridge("http://127.0.0.1:9")
        status, kept = reader.greet()
        assert status == 200 and "TimeZone=3\n" in kept and "\nATTLOGStamp=1\n" in kept, kept
        reader.punch("17", at(5), 2)
        reader.punch("17", at(8), 3)
        reader.punch("4711", at(2), 255)
        reader.punch("4711", at(2), 255)
        reader.punch("99", at(3), 0)
        reader.punch("4711", at(10), 255)
        reader.memory.append("broken")
        assert reader.push(2)[1] == "OK: 8"
        assert reader.push(2)[1] == "OK: 8" and waiting() == 1, "the same request waits once"
        bridge.close()
        assert len(sessions("maria")[0]["breaks"]) == 0

        bridge = start_bridge(url)
        until("all is forwarded", lambda: waiting() == 0)
        assert counts() == (5, 0, 1), counts()
        (session,) = sessions("maria")
        (pause,) = session["breaks"]
        assert datetime.datetime.fromisoformat(pause["started_at"]) == at(5), pause
        assert datetime.datetime.fromisoformat(pause["ended_at"]) == at(8), pause
        (session,) = sessions("omar")
        assert datetime.datetime.fromisoformat(session["clock_out"]["at"]) == at(10), "a punch without a state is the next action"

        # All of it again, as after a reset of the reader, changes nothing.
        before = json.dumps([sessions("maria"), sessions("omar")])
        reader.memory.remove("broken")
        assert reader.push(0)[1] == "OK: 7"
        until("it is forwarded", lambda: waiting() == 0)
        assert counts() == (5, 0, 1) and json.dumps([sessions("maria"), sessions("omar")]) == before

        # The punches of a number that nobody has are applied when it is assigned.
        (unknown,) = api.call("GET", "/terminals/unknown")["items"]
        assert (unknown["number"], unknown["count"]) == ("99", 1), unknown
        assert sessions("lena") == []
        assigned = api.call("POST", "/terminals/unknown/99/assign", {"user_id": people["lena"]})
        assert assigned["punches_taken"] == 1 and assigned["done"], assigned
        assert datetime.datetime.fromisoformat(sessions("lena")[0]["clock_in"]["at"]) == at(3)

        # A clock that runs ahead is announced, and no time of the future is booked.
        reader.memory = []
        reader.punch("17", NOW + datetime.timedelta(hours=3), 1)
        reader.push(3)
        until("the clock is known to be wrong", lambda: state()["clock_wrong_since"] is not None)
        assert state()["drift_seconds"] == 10_800, state()
        assert counts() == (5, 1, 1) and sessions("maria")[0]["clock_out"] is None
        api.call("POST", "/_local/settle", {})
        kinds = [note["kind"] for note in api.call("GET", "/notifications")["items"]]
        assert kinds.count("terminal_clock_wrong") == 1, kinds

        # The secret is rotated, and the bridge goes on with the new one.
        rotated = api.call("POST", f"/terminals/{terminal['id']}/secret", {})["secret"]
        (folder / "secret").write_text(rotated)
        status, commands = reader.request(f"getrequest?SN={SERIAL}")
        assert "DATA UPDATE USERINFO PIN=99\tName=Lena" in commands, commands
        bridge.close()
    print("The reader's day went well.")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
