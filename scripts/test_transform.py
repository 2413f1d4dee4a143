"""Checks what SAM makes of template.yaml.

The contract tests in tests/ compare template.yaml with the code. These tests compare CloudFormation's view of it with template.yaml,
because SAM merges globals, drops what it doesn't know, and adds roles and permissions. scripts/check-template.sh runs them. To run them
yourself: "$(scripts/tools.sh)/python" -m unittest scripts/test_transform.py
"""

import copy
import json
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent / "emulated-cloud"))

from adaptations import function_of_alias, function_of_route, transformed  # noqa: E402
from build import ROOT, template  # noqa: E402

FUNCTIONS = {
    "Auth", "People", "Clock", "Breaks", "Attendance", "Roster", "Leave", "Pay", "Reports", "Notifications", "Terminals", "Docs", "Console",
}
# Functions that the WebSocket API, the stream, the bus or a schedule invokes instead of the HTTP API.
WITHOUT_REQUESTS = {"Live", "Notify", "Relay", "Jobs", "Checks", "Messages", "Webhooks"}
# The functions that schedules invoke and the inputs, by the names of the schedules' resources.
SCHEDULES = {
    "ChecksOpenDay": ("Checks", "open-day"),
    "ChecksLateness": ("Checks", "lateness"),
    "ChecksCloseDay": ("Checks", "close-day"),
    "ChecksBalances": ("Checks", "balances"),
    "ChecksLeaveYear": ("Checks", "leave-year"),
    "ChecksHousekeeping": ("Checks", "housekeeping"),
    "ChecksAuditDigest": ("Checks", "audit-digest"),
    "MessagesDue": ("Messages", "messages"),
    "WebhooksRetries": ("Webhooks", "webhooks"),
}
# The rules of the bus with their functions, and the sources that they match.
RULES = {
    "JobsWork": ("Jobs", "rollcall"),
    "ChecksHandedOver": ("Checks", "rollcall"),
    "WebhooksDue": ("Webhooks", "rollcall.webhooks"),
    "MessagesReports": ("Messages", "aws.ses"),
}


def gradual(source):
    """Returns the resources with gradual deployments."""
    source = copy.deepcopy(source)
    source["Parameters"]["GradualDeployments"]["Default"] = "true"
    return transformed(source)["Resources"]


def references(value):
    """Yields the names that a value refers to."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "Ref":
                yield inner
            elif key == "Fn::GetAtt":
                yield inner[0] if isinstance(inner, list) else inner.split(".")[0]
            elif key == "Fn::Sub":
                text = inner[0] if isinstance(inner, list) else inner
                for part in text.split("${")[1:]:
                    yield part.split("}")[0].split(".")[0]
                if isinstance(inner, list):
                    yield from references(inner[1])
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


class Transformed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.source = template()
        cls.resources = transformed(cls.source)["Resources"]

    def of_type(self, kind):
        return {name: body["Properties"] for name, body in self.resources.items() if body["Type"] == kind}

    def routes(self):
        """Returns the function's name for each method and path."""
        routes = {}
        for path, methods in self.resources["Api"]["Properties"]["Body"]["paths"].items():
            for method, operation in methods.items():
                integration = operation["x-amazon-apigateway-integration"]
                self.assertEqual(integration["payloadFormatVersion"], "2.0", path)
                self.assertEqual(integration["type"], "aws_proxy", path)
                routes[method, path] = function_of_route(integration)
        return routes

    def test_every_event_of_the_template_is_a_route_to_its_function(self):
        expected = {}
        for name in FUNCTIONS:
            for event in self.source["Resources"][name]["Properties"]["Events"].values():
                self.assertEqual(event["Type"], "HttpApi")
                path = event["Properties"].get("Path", "$default")
                self.assertNotIn(("x-amazon-apigateway-any-method", path), expected)
                expected["x-amazon-apigateway-any-method", path] = name
        self.assertEqual(self.routes(), expected)

    def test_the_default_route_is_marked_as_such_and_leads_to_docs(self):
        paths = self.resources["Api"]["Properties"]["Body"]["paths"]
        self.assertTrue(paths["$default"]["x-amazon-apigateway-any-method"]["isDefaultRoute"])
        self.assertEqual(self.routes()["x-amazon-apigateway-any-method", "$default"], "Docs")

    def test_api_gateway_may_invoke_every_function_on_every_route_it_has(self):
        allowed = {}
        for permission in self.of_type("AWS::Lambda::Permission").values():
            if permission["Principal"] == "events.amazonaws.com":
                continue
            self.assertEqual(permission["Principal"], "apigateway.amazonaws.com")
            function = function_of_alias(permission["FunctionName"]["Ref"])
            if function == "Live":
                continue
            arn = permission["SourceArn"]["Fn::Sub"][0]
            allowed.setdefault(function, set()).add(arn.split("${__Stage__}/")[1])
        for (_, path), function in self.routes().items():
            pattern = "*" + path.replace("{proxy+}", "*")
            # The permission for $default is one for everything.
            # `*` matches nothing too: the permission for what is below a folder covers the folder itself.
            below = {f"{pattern}*"} if pattern.endswith("/") else set()
            self.assertTrue(({pattern, "*"} | below) & allowed[function], f"{path} of {function}: {allowed[function]}")

    def test_the_stage_is_the_default_one_with_throttling_and_an_access_log_without_paths(self):
        stages = self.of_type("AWS::ApiGatewayV2::Stage")
        del stages["LiveStage"]
        (stage,) = stages.values()
        self.assertEqual(stage["StageName"], "$default")
        throttle = {"ThrottlingRateLimit": {"Ref": "RequestRate"}, "ThrottlingBurstLimit": {"Ref": "RequestBurst"}}
        self.assertEqual(stage["DefaultRouteSettings"], throttle | {"DetailedMetricsEnabled": False})
        line = json.loads(stage["AccessLogSettings"]["Format"])
        self.assertNotIn("$context.path", line.values())
        self.assertEqual(line["request_id"], "$context.requestId")

    def test_sign_ins_and_the_files_of_the_console_have_throttles_of_their_own(self):
        stages = self.of_type("AWS::ApiGatewayV2::Stage")
        del stages["LiveStage"]
        (stage,) = stages.values()
        settings = stage["RouteSettings"]
        routes = {f"ANY {path}" for (_, path), function in self.routes().items() if function == "Console"}
        self.assertEqual(set(settings), routes | {"ANY /auth", "ANY /auth/{proxy+}"})
        for route, parameter in (("ANY /auth/{proxy+}", "SignIn"), ("ANY /app/{proxy+}", "Console")):
            throttle = {"ThrottlingRateLimit": {"Ref": f"{parameter}Rate"}, "ThrottlingBurstLimit": {"Ref": f"{parameter}Burst"}}
            self.assertEqual(settings[route], throttle)

    def test_operations_md_has_each_throttle_in_its_table_of_sizes(self):
        told = (ROOT / "docs" / "operations.md").read_text()
        throttles = [name for name in self.source["Parameters"] if name.endswith(("Rate", "Burst"))]
        self.assertEqual(len(throttles), 8)
        (sizes,) = [line for line in told.splitlines() if line.startswith("| people |")]
        self.assertEqual([name for name in throttles if f"`{name}`" not in sizes], [])

    def test_operations_md_explains_each_parameter(self):
        told = (ROOT / "docs" / "operations.md").read_text()
        self.assertEqual([name for name in self.source["Parameters"] if f"`{name}`" not in told], [])

    def test_the_websocket_api_is_untouched_and_reaches_its_function(self):
        for name, resource in self.source["Resources"].items():
            if name.startswith("Live") and resource["Type"].startswith("AWS::ApiGatewayV2"):
                self.assertEqual(self.resources[name]["Type"], resource["Type"])
        routes = {route["RouteKey"]: route for route in self.of_type("AWS::ApiGatewayV2::Route").values()}
        self.assertEqual(set(routes), {"$connect", "$disconnect", "$default"})
        for route in routes.values():
            self.assertEqual(route["Target"], {"Fn::Sub": "integrations/${LiveIntegration}"})
        integration = self.resources["LiveIntegration"]["Properties"]
        self.assertEqual(integration["IntegrationType"], "AWS_PROXY")
        self.assertIn("functions/${Live.Arn}:live/invocations", integration["IntegrationUri"]["Fn::Sub"])
        permission = self.resources["LivePermission"]["Properties"]
        self.assertEqual(function_of_alias(permission["FunctionName"]["Ref"]), "Live")
        self.assertTrue(permission["SourceArn"]["Fn::Sub"].endswith(":${LiveApi}/*"))
        stage = self.resources["LiveStage"]["Properties"]
        self.assertTrue(stage["AutoDeploy"])
        self.assertEqual(stage["DefaultRouteSettings"]["ThrottlingRateLimit"], {"Ref": "LiveRate"})
        self.assertEqual(stage["DefaultRouteSettings"]["ThrottlingBurstLimit"], {"Ref": "LiveBurst"})
        # An access log of the WebSocket API needs an account-wide role, which a stack must not create. Without it the deployment fails.
        self.assertNotIn("AccessLogSettings", stage)

    def test_cors_allows_and_exposes_the_documented_headers(self):
        cors = self.resources["Api"]["Properties"]["Body"]["x-amazon-apigateway-cors"]
        self.assertEqual(cors["allowHeaders"], ["authorization", "content-type", "idempotency-key", "if-match"])
        self.assertEqual(
            cors["exposeHeaders"],
            ["etag", "retry-after", "x-request-id", "idempotent-replayed", "location", "date", "content-disposition"],
        )
        self.assertEqual(cors["allowMethods"], ["GET", "POST", "PUT", "PATCH", "DELETE"])
        # Unlike CloudFormation, the translator replaces the reference with the parameter's default.
        self.assertEqual(cors["allowOrigins"], self.source["Parameters"]["CorsOrigins"]["Default"])
        self.assertNotIn("allowCredentials", cors)

    def test_functions_have_the_globals_and_exactly_their_own_variables(self):
        functions = self.of_type("AWS::Lambda::Function")
        self.assertEqual(set(functions), FUNCTIONS | WITHOUT_REQUESTS)
        common = {"TABLE_NAME", "TOKEN_ISSUER"}
        variables = {name: set(f["Environment"]["Variables"]) - {"STACK"} for name, f in functions.items()}
        self.assertEqual(variables["Auth"], common | {"SIGNING_KEYS_SECRET", "SETUP_TOKEN_SECRET", "COMPANY_KEYS_SECRET", "MAIL_FROM", "PROXY_SECRET_HASH"})
        self.assertEqual(variables["People"], common | {"COMPANY_KEYS_SECRET", "MAIL_FROM", "OUTBOUND_LOOPBACK"})
        self.assertEqual(variables["Webhooks"], {"TABLE_NAME", "COMPANY_KEYS_SECRET", "OUTBOUND_LOOPBACK"})
        self.assertEqual(variables["Docs"], set())
        self.assertEqual(variables["Console"], {"LIVE_ORIGIN", "PHOTO_HOST"})
        self.assertEqual(variables["Relay"], {"EVENT_BUS", "TABLE_NAME"})
        self.assertEqual(variables["Jobs"], {"TABLE_NAME", "EXPORT_BUCKET", "COMPANY_KEYS_SECRET", "OUTBOUND_LOOPBACK"})
        self.assertEqual(variables["Reports"], common | {"EXPORT_BUCKET"})
        self.assertEqual(variables["Checks"], {"TABLE_NAME", "PHOTO_BUCKET", "AUDIT_ARCHIVE"})
        for name in ("Breaks", "Leave", "Roster"):
            self.assertEqual(variables[name], common, name)
        self.assertEqual(variables["Live"], common | {"LIVE_URL"})
        self.assertEqual(variables["Notifications"], common | {"LIVE_URL", "COMPANY_KEYS_SECRET", "MAIL_FROM"})
        mail = {"MAIL_FROM", "MAIL_CONFIGURATION_SET", "PUBLIC_URL", "OUTBOUND_LOOPBACK"}
        self.assertEqual(variables["Messages"], {"TABLE_NAME", "COMPANY_KEYS_SECRET"} | mail)
        self.assertEqual(variables["Notify"], {"TABLE_NAME", "LIVE_URL"})
        self.assertEqual(variables["Attendance"], common | {"PHOTO_BUCKET"})
        self.assertEqual(variables["Clock"], common | {"PHOTO_BUCKET", "COMPANY_KEYS_SECRET"})
        for name, function in functions.items():
            self.assertEqual(function["Runtime"], "provided.al2023")
            self.assertEqual(function["Handler"], "bootstrap")
            self.assertEqual(function["TracingConfig"], {"Mode": "Active"})
            self.assertEqual(function["LoggingConfig"]["LogFormat"], "JSON")
            self.assertEqual(function["LoggingConfig"]["LogGroup"], {"Ref": f"{name}Logs"})
            # API Gateway's limit.
            if name in FUNCTIONS:
                self.assertLess(function["Timeout"], 30)

    def test_roles_hold_our_statements_and_nothing_of_aws_but_logs_and_traces(self):
        roles = self.of_type("AWS::IAM::Role")
        for schedule in SCHEDULES:
            del roles[f"{schedule}Role"]
        del roles["BackupRole"]
        self.assertEqual(set(roles), {f"{name}Role" for name in FUNCTIONS | WITHOUT_REQUESTS})
        for name, role in roles.items():
            function = name.removesuffix("Role")
            managed = {arn.rsplit("/", 1)[1] for arn in role["ManagedPolicyArns"]}
            expected = {"AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess"}
            statements = [policy["PolicyDocument"]["Statement"] for policy in role.get("Policies", [])]
            if function in ("Notify", "Relay"):
                expected.add("AWSLambdaDynamoDBExecutionRole")
            if function in WITHOUT_REQUESTS - {"Live"}:
                # SAM allows a function to send to its own dead-letter queue and no other.
                sends = [s for s in statements if "sqs:SendMessage" in json.dumps(s)]
                (send,) = {json.dumps(s, sort_keys=True) for s in sends}
                self.assertIn(f"{function}DeadLetters", send)
                statements = [s for s in statements if s not in sends]
            self.assertEqual(managed, expected, name)
            own = self.source["Resources"][function]["Properties"].get("Policies", [])
            self.assertEqual(statements, [p["Statement"] for p in own], name)

    def test_the_stream_and_the_bus_call_what_the_template_says(self):
        mappings = self.of_type("AWS::Lambda::EventSourceMapping")
        readers = {function_of_alias(mapping["FunctionName"]["Ref"]): mapping for mapping in mappings.values()}
        self.assertEqual(set(readers), {"Notify", "Relay"})
        for name, mapping in readers.items():
            pattern, *audit = (json.loads(f["Pattern"]) for f in mapping["FilterCriteria"]["Filters"])
            self.assertEqual(pattern["eventName"], ["INSERT"], name)
            self.assertEqual(len(audit), 1 if name == "Notify" else 0, name)
            self.assertEqual(mapping["FunctionResponseTypes"], ["ReportBatchItemFailures"], name)
            self.assertTrue(mapping["BisectBatchOnFunctionError"], name)
            destination = mapping["DestinationConfig"]["OnFailure"]["Destination"]
            self.assertEqual(destination, {"Fn::GetAtt": [f"{name}DeadLetters", "Arn"]})
        rules = self.of_type("AWS::Events::Rule")
        self.assertEqual(set(rules), set(RULES))
        for name, rule in rules.items():
            function, source = RULES[name]
            # SES sends its events to the default bus of the account.
            bus = None if source == "aws.ses" else {"Ref": "EventBus"}
            self.assertEqual(rule.get("EventBusName"), bus)
            self.assertEqual(rule["EventPattern"]["source"], [source])
            (target,) = rule["Targets"]
            self.assertEqual(function_of_alias(target["Arn"]["Ref"]), function)
            self.assertEqual(target["DeadLetterConfig"], {"Arn": {"Fn::GetAtt": [f"{function}DeadLetters", "Arn"]}})
            permission = self.resources[f"{name}Permission"]["Properties"]
            self.assertEqual(function_of_alias(permission["FunctionName"]["Ref"]), function)
            self.assertEqual(permission["Principal"], "events.amazonaws.com")
            self.assertEqual(permission["SourceArn"], {"Fn::GetAtt": [name, "Arn"]})
        configs = self.of_type("AWS::Lambda::EventInvokeConfig").values()
        invoked = {config["FunctionName"]["Ref"]: config for config in configs}
        self.assertEqual(set(invoked), {"Jobs", "Checks", "Messages", "Webhooks"})
        for function, config in invoked.items():
            self.assertEqual(config["MaximumRetryAttempts"], 2)
            # The configuration of the alias that is invoked.
            self.assertIn("live", json.dumps(config["Qualifier"]))
            destination = config["DestinationConfig"]["OnFailure"]["Destination"]
            self.assertEqual(destination, {"Fn::GetAtt": [f"{function}DeadLetters", "Arn"]})

    def test_each_schedule_calls_for_its_check_and_may_do_nothing_else(self):
        schedules = self.of_type("AWS::Scheduler::Schedule")
        self.assertEqual(set(schedules), set(SCHEDULES))
        for name, (function, check) in SCHEDULES.items():
            schedule = schedules[name]
            self.assertEqual(schedule["Name"], {"Fn::Sub": f"${{AWS::StackName}}-{check}"})
            # Schedules are enabled when they are deployed.
            self.assertEqual(schedule.get("State", "ENABLED"), "ENABLED")
            target = schedule["Target"]
            self.assertEqual(json.loads(target["Input"]), {"schedule": check})
            self.assertEqual(function_of_alias(target["Arn"]["Ref"]), function)
            self.assertEqual(target["DeadLetterConfig"], {"Arn": {"Fn::GetAtt": [f"{function}DeadLetters", "Arn"]}})
            self.assertEqual(target["RoleArn"], {"Fn::GetAtt": [f"{name}Role", "Arn"]})
            role = self.resources[f"{name}Role"]["Properties"]
            statements = [s for policy in role["Policies"] for s in policy["PolicyDocument"]["Statement"]]
            allowed = {s["Action"]: s["Resource"] for s in statements}
            self.assertEqual(set(allowed), {"lambda:InvokeFunction", "sqs:SendMessage"}, name)
            self.assertEqual(function_of_alias(allowed["lambda:InvokeFunction"]["Ref"]), function, name)
            self.assertEqual(allowed["sqs:SendMessage"], {"Fn::GetAtt": [f"{function}DeadLetters", "Arn"]}, name)
            self.assertNotIn("ManagedPolicyArns", role)

    def test_a_rule_may_send_what_it_could_not_deliver_to_the_queue_of_its_function(self):
        policies = self.of_type("AWS::SQS::QueuePolicy")
        queues = {policy["Queues"][0]["Ref"]: policy for policy in policies.values()}
        self.assertEqual(set(queues), {"JobsDeadLetters", "ChecksDeadLetters", "MessagesDeadLetters", "WebhooksDeadLetters"})
        for queue, policy in queues.items():
            (statement,) = policy["PolicyDocument"]["Statement"]
            self.assertEqual(statement["Principal"], {"Service": "events.amazonaws.com"})
            self.assertEqual(statement["Action"], "sqs:SendMessage")
            self.assertEqual(statement["Resource"], {"Fn::GetAtt": [queue, "Arn"]})
            rules = statement["Condition"]["ArnLike"]["aws:SourceArn"]["Fn::Sub"]
            self.assertTrue(rules.endswith(":rule/*" if queue == "MessagesDeadLetters" else ":rule/${EventBus}/*"), queue)

    def test_the_table_is_untouched(self):
        table = self.resources["Table"]
        self.assertEqual(table, self.source["Resources"]["Table"] | {"Properties": table["Properties"]})
        properties = table["Properties"]
        self.assertEqual([key["AttributeName"] for key in properties["KeySchema"]], ["pk", "sk"])
        self.assertEqual([index["IndexName"] for index in properties["GlobalSecondaryIndexes"]], ["gsi1", "gsi2"])
        self.assertEqual(properties["TimeToLiveSpecification"], {"AttributeName": "expires_at", "Enabled": True})
        self.assertEqual(properties["StreamSpecification"], {"StreamViewType": "NEW_IMAGE"})

    def test_nothing_waits_for_itself(self):
        """CloudFormation refuses circular references; cfn-lint sees SAM's input, this sees its output."""
        for resources in (self.resources, gradual(self.source)):
            needs = {name: set(references(body)) & set(resources) for name, body in resources.items()}
            while free := [name for name, needed in needs.items() if not needed]:
                for name in free:
                    del needs[name]
                for needed in needs.values():
                    needed.difference_update(free)
            self.assertEqual(needs, {}, "these wait for each other")

    def test_everything_invokes_an_alias_and_a_change_of_configuration_publishes_a_version(self):
        for name in self.of_type("AWS::Lambda::Function"):
            properties = self.source["Resources"][name]["Properties"]
            self.assertTrue(properties["AutoPublishAliasAllProperties"], name)
            alias = self.resources[f"{name}Aliaslive"]
            self.assertEqual(alias["Properties"]["Name"], "live")
            # Without a gradual deployment, CloudFormation moves the alias at once.
            self.assertNotIn("UpdatePolicy", alias, name)
        self.assertEqual(self.of_type("AWS::CodeDeploy::DeploymentGroup"), {})

    def test_a_gradual_deployment_is_reversed_by_errors_of_its_function_or_of_any_request(self):
        resources = gradual(self.source)
        for name in self.of_type("AWS::Lambda::Function"):
            self.assertIn("CodeDeployLambdaAliasUpdate", resources[f"{name}Aliaslive"]["UpdatePolicy"], name)
            group = resources[f"{name}DeploymentGroup"]["Properties"]
            alarms = {alarm["Name"]["Ref"] for alarm in group["AlarmConfiguration"]["Alarms"]}
            self.assertEqual(alarms, {"WorkFailed", f"{name}Errors"})
            self.assertIn("DEPLOYMENT_STOP_ON_ALARM", group["AutoRollbackConfiguration"]["Events"])
            self.assertIn("Canary10Percent5Minutes", json.dumps(group["DeploymentConfigName"]))

    def limits(self):
        """Returns the policies that take permissions away: for each the functions, the actions and the condition."""
        limits = {}
        for name, policy in self.of_type("AWS::IAM::ManagedPolicy").items():
            (statement,) = policy["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Deny":
                self.assertEqual(statement["Resource"], {"Fn::GetAtt": ["Table", "Arn"]}, name)
                functions = {role["Ref"].removesuffix("Role") for role in policy["Roles"]}
                actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
                limits[name] = (functions, {action.removeprefix("dynamodb:") for action in actions}, statement["Condition"])
        return limits

    def test_each_limit_names_the_functions_that_it_denies_and_nobody_changes_the_audit(self):
        """The emulator knows neither dynamodb:LeadingKeys nor dynamodb:Attributes. The local stack applies these policies
        (local/src/aws/denials.rs), so a journey fails if one gets in the way of a function."""
        variables = {name: f["Environment"]["Variables"] for name, f in self.of_type("AWS::Lambda::Function").items()}
        with_table = {name for name, told in variables.items() if "TABLE_NAME" in told}
        digests = ["AUDITHASH#*", "AUDITDIGEST"]
        self.assertEqual(self.limits(), {
            "TableLimits": (
                with_table, {"DeleteItem", "UpdateItem"},
                {"ForAnyValue:StringLike": {"dynamodb:LeadingKeys": ["AUDIT#*", *digests]}},
            ),
            "KeyLimits": (
                with_table - {"Auth"}, {"DeleteItem", "PutItem", "UpdateItem"},
                {"ForAnyValue:StringEquals": {"dynamodb:LeadingKeys": ["KEYS"]}},
            ),
            "CredentialLimits": (
                with_table - {"Auth", "People", "Jobs"}, {"PutItem", "UpdateItem"},
                {"ForAnyValue:StringEquals": {"dynamodb:Attributes": ["password_hash", "pin_hash", "recovery_hashes", "sealed_secret"]}},
            ),
            # Imported people get a temporary password from `jobs`.
            "ImportCredentialLimits": (
                {"Jobs"}, {"PutItem", "UpdateItem"},
                {"ForAnyValue:StringEquals": {"dynamodb:Attributes": ["pin_hash", "recovery_hashes", "sealed_secret"]}},
            ),
            "DigestLimits": (
                with_table - {"Notify", "Checks"}, {"PutItem"},
                {"ForAnyValue:StringLike": {"dynamodb:LeadingKeys": digests}},
            ),
        })
        # No function has an action that these policies don't know.
        for name in with_table:
            for policy in self.source["Resources"][name]["Properties"]["Policies"]:
                for statement in policy["Statement"]:
                    actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
                    for action in actions:
                        self.assertNotRegex(action, "dynamodb:(BatchWriteItem|PartiQL|ExecuteStatement)", name)

    def test_a_key_of_ones_own_encrypts_what_holds_data_and_functions_may_use_it(self):
        key = {"Fn::If": ["HasKmsKey", {"Ref": "KmsKeyArn"}, {"Ref": "AWS::NoValue"}]}
        self.assertEqual(self.resources["Table"]["Properties"]["SSESpecification"]["KMSMasterKeyId"], key)
        for bucket in self.of_type("AWS::S3::Bucket").values():
            (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
            self.assertEqual(rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"], key)
        for secret in self.of_type("AWS::SecretsManager::Secret").values():
            self.assertEqual(secret["KmsKeyId"], key)
        use = self.resources["KmsKeyUse"]
        self.assertEqual(use["Condition"], "HasKmsKey")
        functions = {role["Ref"].removesuffix("Role") for role in use["Properties"]["Roles"]}
        # These two have no data.
        self.assertEqual(functions, set(self.of_type("AWS::Lambda::Function")) - {"Docs", "Console"})

    def test_what_a_parameter_turns_on_is_off_by_default(self):
        conditions = {
            "AuditArchive": "HasAuditArchive", "AuditArchivePolicy": "HasAuditArchive", "AuditArchiveWriting": "HasAuditArchive",
            "BackupVault": "HasBackupCopy", "BackupPlan": "HasBackupCopy", "BackupSelection": "HasBackupCopy",
            "BackupRole": "HasBackupCopy", "Budget": "HasBudget", "KmsKeyUse": "HasKmsKey",
        }
        for name, condition in conditions.items():
            self.assertEqual(self.resources[name]["Condition"], condition, name)
        for name in ("MonthlyBudget", "AuditArchiveDays", "MaxReadUnits", "MaxWriteUnits", "WarmReadUnits", "ClockConcurrency"):
            self.assertEqual(self.source["Parameters"][name]["Default"], 0, name)
        reserved = {
            name: function["ReservedConcurrentExecutions"]["Fn::If"][1]["Ref"]
            for name, function in self.of_type("AWS::Lambda::Function").items() if "ReservedConcurrentExecutions" in function
        }
        self.assertEqual(reserved, {
            "Auth": "AuthConcurrency", "Clock": "ClockConcurrency", "Breaks": "ClockConcurrency",
            "Jobs": "WorkConcurrency", "Checks": "WorkConcurrency", "Reports": "WorkConcurrency",
        })

    def test_the_archive_of_the_audit_locks_its_objects_and_only_checks_writes_to_it(self):
        archive = self.resources["AuditArchive"]["Properties"]
        self.assertTrue(archive["ObjectLockEnabled"])
        rule = archive["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
        self.assertEqual(rule, {"Mode": {"Ref": "AuditArchiveMode"}, "Days": {"Ref": "AuditArchiveDays"}})
        writing = self.resources["AuditArchiveWriting"]["Properties"]
        self.assertEqual(writing["Roles"], [{"Ref": "ChecksRole"}])
        (statement,) = writing["PolicyDocument"]["Statement"]
        self.assertEqual(statement["Action"], "s3:PutObject")
        for name, role in self.of_type("AWS::IAM::Role").items():
            self.assertNotIn("AuditArchive", json.dumps(role), name)

    def test_every_function_is_told_its_stack_for_the_metrics_of_its_log_lines(self):
        for name, function in self.of_type("AWS::Lambda::Function").items():
            self.assertEqual(function["Environment"]["Variables"]["STACK"], {"Ref": "AWS::StackName"}, name)
            self.assertEqual(function["TracingConfig"], {"Mode": "Active"}, name)

    def alarms_of(self, metric):
        """Returns the functions that have an alarm on a metric, with the alarm's name."""
        watched = {}
        for name, alarm in self.of_type("AWS::CloudWatch::Alarm").items():
            metrics = [entry["MetricStat"]["Metric"] for entry in alarm.get("Metrics", []) if "MetricStat" in entry]
            for looked_at in metrics or [alarm]:
                if (looked_at["Namespace"], looked_at["MetricName"]) == ("AWS/Lambda", metric):
                    (dimension,) = looked_at["Dimensions"]
                    watched[dimension["Value"]["Ref"]] = name
        return watched

    def test_alarms_look_at_errors_and_throttles_of_every_function_and_at_what_falls_behind(self):
        functions = set(self.of_type("AWS::Lambda::Function"))
        self.assertEqual(set(self.alarms_of("Errors")), functions)
        self.assertEqual(set(self.alarms_of("Throttles")), functions)
        mappings = self.of_type("AWS::Lambda::EventSourceMapping").values()
        streams = {function_of_alias(mapping["FunctionName"]["Ref"]) for mapping in mappings}
        self.assertEqual(set(self.alarms_of("IteratorAge")), streams)
        queues = {
            alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
            for alarm in self.of_type("AWS::CloudWatch::Alarm").values()
            if alarm.get("Namespace") == "AWS/SQS"
        }
        self.assertEqual(queues, set(self.of_type("AWS::SQS::Queue")))
        for name, alarm in self.of_type("AWS::CloudWatch::Alarm").items():
            told = {"Fn::If": ["HasAlarmEmail", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]}
            self.assertEqual(alarm["AlarmActions"], told, name)
            self.assertEqual(alarm["OKActions"], told, name)
            self.assertLessEqual(len([m for m in alarm.get("Metrics", []) if "MetricStat" in m]), 10, name)
            # Missing data is a failure only for the schedules, which always run.
            expected = "breaching" if name == "ChecksStopped" else "notBreaching"
            self.assertEqual(alarm["TreatMissingData"], expected, name)

    def test_operations_md_explains_each_alarm(self):
        told = (ROOT / "docs" / "operations.md").read_text()
        for name in self.of_type("AWS::CloudWatch::Alarm"):
            # Named in full, or as a kind: `…Errors`.
            kind = next((k for k in ("Errors", "GaveUp", "Behind") if name.endswith(k)), None)
            self.assertTrue(f"`{name}`" in told or kind and f"`…{kind}`" in told, name)

    def test_the_dashboard_shows_every_function_and_queue(self):
        body = self.resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
        widgets = json.loads(body)["widgets"]
        shown = {}
        for widget in widgets:
            for metric in widget["properties"].get("metrics", []):
                name = next(part for part in reversed(metric) if isinstance(part, str))
                shown.setdefault(widget["properties"]["title"], set()).add(name)
        functions = {f"${{{name}}}" for name in self.of_type("AWS::Lambda::Function")}
        for title in ("Errors by function", "Throttles by function", "Duration by function, p95, ms"):
            self.assertEqual(shown[title], functions, title)
        queues = {f"${{{name}.QueueName}}" for name in self.of_type("AWS::SQS::Queue")}
        self.assertEqual(shown["Dead letters"], queues)
        # Everything that it refers to exists.
        for reference in set(re.findall(r"\$\{([A-Za-z]+)[.}]", body)):
            self.assertIn(reference, self.resources)
        (query,) = (widget["properties"]["query"] for widget in widgets if widget["type"] == "log")
        groups = {group["LogGroupName"]["Fn::Sub"] for name, group in self.of_type("AWS::Logs::LogGroup").items()
                  if name.removesuffix("Logs") in FUNCTIONS}
        self.assertEqual(set(re.findall(r"SOURCE '([^']+)'", query)), groups)

    def test_a_domain_of_ones_own_leads_to_the_api_and_is_left_out_without_one(self):
        domain, mapping = self.resources["Domain"], self.resources["DomainMapping"]
        self.assertEqual(domain["Condition"], "HasDomain")
        self.assertEqual(mapping["Condition"], "HasDomain")
        self.assertEqual(mapping["Properties"]["ApiId"], {"Ref": "Api"})
        stage = self.resources[mapping["Properties"]["Stage"]["Ref"]]
        self.assertEqual(stage["Properties"]["StageName"], "$default")
        self.assertEqual(self.resources["AlarmTopic"]["Condition"], "HasAlarmEmail")
        # With a name of its own, API Gateway's address is switched off, unless clients still use it.
        (server,) = self.resources["Api"]["Properties"]["Body"]["servers"]
        endpoint = server["x-amazon-apigateway-endpoint-configuration"]
        self.assertEqual(endpoint["disableExecuteApiEndpoint"], {"Fn::If": ["HasDomainOnly", True, False]})

    def test_a_429_of_api_gateway_itself_is_counted_from_its_access_log(self):
        lines = self.resources["RequestsRefusedLines"]["Properties"]
        self.assertEqual(lines["LogGroupName"], {"Ref": "ApiLogs"})
        # What a function answered has its status as `integration_status`.
        self.assertEqual(lines["FilterPattern"], '{ $.status = "429" && $.integration_status = "-" }')
        (stage,) = (s for name, s in self.of_type("AWS::ApiGatewayV2::Stage").items() if name != "LiveStage")
        line = json.loads(stage["AccessLogSettings"]["Format"])
        self.assertEqual((line["status"], line["integration_status"]), ("$context.status", "$context.integrationStatus"))
        alarm = self.resources["RequestsRefused"]["Properties"]
        (metric,) = lines["MetricTransformations"]
        self.assertEqual((alarm["MetricName"], alarm["Namespace"]), (metric["MetricName"], metric["MetricNamespace"]))

    def test_every_parameter_has_a_default_so_that_a_guided_deployment_needs_no_editing(self):
        for name, parameter in self.source["Parameters"].items():
            self.assertIn("Default", parameter, name)
            self.assertIn("Description", parameter, name)
        self.assertEqual(self.source["Parameters"]["Architecture"]["Default"], "x86_64")
        for function in self.of_type("AWS::Lambda::Function").values():
            self.assertEqual(function["Architectures"], [{"Ref": "Architecture"}])
        # No role has an explicit name, so CAPABILITY_IAM is enough.
        for role in self.of_type("AWS::IAM::Role").values():
            self.assertNotIn("RoleName", role)

    # These tests cover what scripts/emulated-cloud/adaptations.py removes from the template or changes.

    def test_a_guided_deployment_has_no_route_to_ask_about(self):
        """`sam deploy --guided` asks for every route of an API that says nothing of authorization, and gives up at the default
        answer. Functions check tokens themselves, and no authorizer stands before them."""
        self.assertTrue(self.source["Resources"]["Api"]["Properties"]["Auth"])
        body = self.resources["Api"]["Properties"]["Body"]
        self.assertNotIn("components", body)
        self.assertFalse([path for path, methods in body["paths"].items() for m in methods.values() if "security" in m])

    def test_sam_builds_functions_with_the_profile_of_the_workspace(self):
        """cargo-lambda would put thin LTO and `panic = "abort"` in its place, under which a panic ends the environment."""
        for name, resource in self.source["Resources"].items():
            if resource["Type"] == "AWS::Serverless::Function":
                self.assertEqual(resource["Metadata"]["BuildMethod"], "rust-cargolambda", name)
                flags = resource["Metadata"]["BuildProperties"]["CargoLambdaFlags"]
                self.assertEqual(flags, ["--locked", "--disable-optimizations"], name)

    def test_each_function_reads_only_its_own_secrets_by_their_arns(self):
        readers = {}
        for name, role in self.of_type("AWS::IAM::Role").items():
            for policy in role.get("Policies", []):
                for statement in policy["PolicyDocument"]["Statement"]:
                    if "secretsmanager" in json.dumps(statement["Action"]):
                        readers[name] = statement
        # A reference to a secret is its ARN.
        company_keys = {"Ref": "CompanyKeys"}
        resources = {name: statement["Resource"] for name, statement in readers.items()}
        self.assertEqual(
            resources,
            {
                "AuthRole": [{"Ref": "SigningKeys"}, {"Ref": "SetupToken"}, company_keys],
                "ClockRole": company_keys,
                "JobsRole": company_keys,
                "MessagesRole": company_keys,
                "NotificationsRole": company_keys,
                "PeopleRole": company_keys,
                "TerminalsRole": company_keys,
                "WebhooksRole": company_keys,
            },
        )
        self.assertEqual({s["Action"] for s in readers.values()}, {"secretsmanager:GetSecretValue"})

    def test_buckets_want_tls(self):
        policies = self.of_type("AWS::S3::BucketPolicy")
        self.assertEqual({p["Bucket"]["Ref"] for p in policies.values()}, set(self.of_type("AWS::S3::Bucket")))
        for policy in policies.values():
            (statement,) = policy["PolicyDocument"]["Statement"]
            self.assertEqual((statement["Effect"], statement["Principal"]), ("Deny", "*"))
            self.assertEqual(statement["Condition"], {"Bool": {"aws:SecureTransport": "false"}})

    def test_pages_may_upload_photos_and_do_nothing_else_with_them(self):
        (rule,) = self.resources["Photos"]["Properties"]["CorsConfiguration"]["CorsRules"]
        self.assertEqual(rule["AllowedMethods"], ["PUT"])
        self.assertEqual(rule["AllowedOrigins"], {"Ref": "CorsOrigins"})

    def test_the_answer_to_a_live_message_is_sent_back_and_functions_know_the_address(self):
        response = self.resources["LiveMessageResponse"]
        self.assertEqual(response["Type"], "AWS::ApiGatewayV2::RouteResponse")
        self.assertEqual(response["Properties"]["RouteId"], {"Ref": "LiveMessage"})
        address = self.source["Outputs"]["LiveUrl"]["Value"]
        for name in ("Live", "Notify", "Notifications"):
            variables = self.resources[name]["Properties"]["Environment"]["Variables"]
            self.assertEqual(variables["LIVE_URL"], address, name)

    def test_what_holds_data_outlives_the_stack_and_is_encrypted(self):
        # After a failed first deployment, CloudFormation can't delete a table with deletion protection. It can delete buckets.
        kept = {"Table": "Retain"}
        for name in ("Photos", "Exports", "AuditArchive", "SigningKeys", "CompanyKeys", "SetupToken"):
            kept[name] = "RetainExceptOnCreate"
        for name, policy in kept.items():
            self.assertEqual(self.resources[name]["DeletionPolicy"], policy, name)
            self.assertEqual(self.resources[name]["UpdateReplacePolicy"], "Retain", name)
        table = self.resources["Table"]["Properties"]
        self.assertTrue(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"])
        self.assertTrue(table["DeletionProtectionEnabled"])
        self.assertTrue(self.resources["Photos"]["Properties"]["BucketEncryption"])
        self.assertTrue(all(self.resources["Photos"]["Properties"]["PublicAccessBlockConfiguration"].values()))


if __name__ == "__main__":
    unittest.main()
