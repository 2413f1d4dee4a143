"""Tests least privilege on one function: without any one of the actions that its role allows, a call of it fails.

This shows that roles are enforced. So a journey that succeeds shows that no role lacks an action.
"""

import contextlib
import copy
import json
import time

# ConditionCheckItem: needed only if a break changes a day on which leave is booked for the first time in the company.
# GetItem: reads the published keys when a function starts, and the functions run already.
NOT_SHOWN = {"dynamodb:ConditionCheckItem", "dynamodb:GetItem"}


def without_any_action_of_breaks_a_call_of_it_fails(journey):
    """Runs while a person is clocked in."""
    iam = journey.emulator.client("iam")
    role = journey.stack.physical("BreaksRole")
    (policy,) = [name for name in iam.list_role_policies(RoleName=role)["PolicyNames"]]
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    actions = [action for statement in document["Statement"] for action in statement["Action"]]
    assert len(actions) >= 4, document
    shown = [action for action in actions if action not in NOT_SHOWN]
    needless = [action for action in shown if not failures(journey, iam, role, policy, document, action)]
    assert not needless, f"breaks is allowed what it doesn't need: {needless}"
    assert not calls_that_fail(journey), "and with all of them everything is well"


def failures(journey, iam, role, policy, document, action):
    with reduced(iam, role, policy, document, action):
        failed = calls_that_fail(journey)
    print(f"          without {action}: {', '.join(failed) or 'nothing'} failed")
    return failed


@contextlib.contextmanager
def reduced(iam, role, policy, document, action):
    less = copy.deepcopy(document)
    for statement in less["Statement"]:
        statement["Action"] = [kept for kept in statement["Action"] if kept != action]
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(less))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))


def calls_that_fail(journey):
    """Returns the calls that answer 5xx: break start, break end, one's own list of breaks and a manager's list."""
    maria, hana = journey.maria, journey.hana
    beginning = journey.http.send("POST", "/breaks/start", {}, maria.token)
    # The clock is real here, and a break of zero seconds would change no totals.
    time.sleep(1.1)
    answers = {
        "beginning": beginning,
        "ending": journey.http.send("POST", "/breaks/end", {}, maria.token),
        "listing": journey.http.send("GET", "/breaks/me", token=maria.token),
        "a manager's listing": journey.http.send("GET", f"/breaks/{maria.id}", token=hana.token),
    }
    return [name for name, answer in answers.items() if answer.status >= 500]
