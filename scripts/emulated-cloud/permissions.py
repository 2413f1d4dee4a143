"""Least privilege, shown on one function: without any one of the actions that its role allows, something it does fails.

So roles are enforced here, and a journey that succeeds proves that none of them lacks anything.
"""

import contextlib
import copy
import json


def without_any_action_of_breaks_a_call_of_it_fails(journey):
    """While somebody is at work."""
    iam = journey.emulator.client("iam")
    role = journey.stack.physical("BreaksRole")
    (policy,) = [name for name in iam.list_role_policies(RoleName=role)["PolicyNames"]]
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    actions = [action for statement in document["Statement"] for action in statement["Action"]]
    assert len(actions) >= 4, document
    needless = [a for a in actions if not failures(journey, iam, role, policy, document, a)]
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
    """Of a break's beginning, its end, and the list of breaks: those that are answered with 5xx."""
    failed = []
    for method, path in (("POST", "/breaks/start"), ("POST", "/breaks/end"), ("GET", "/breaks/me")):
        answer = journey.http.send(method, path, {} if method == "POST" else None, journey.maria.token)
        if answer.status >= 500:
            failed.append(f"{method} {path}")
    return failed
