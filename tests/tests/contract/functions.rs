//! The functions in the template: their builds, permissions and logs.

use jiff::Timestamp;
use serde_yaml_ng::Value;
use store::{audit_digests::AuditHour, credentials::Credential, keys, kiosks::Pin, second_factors::SecondFactor};

use crate::{
    WITHOUT_OPERATIONS, WITHOUT_REQUESTS, declared,
    template::{Template, intrinsic, referenced, text, texts},
};

/// Returns the statements of a function's own policies.
fn statements(function: &Value) -> Vec<&Value> {
    let policies = function["Properties"].get("Policies").and_then(Value::as_sequence);
    policies.into_iter().flatten().flat_map(|policy| policy["Statement"].as_sequence().unwrap()).collect()
}

/// Returns one value or the values of a list.
fn several(value: &Value) -> Vec<&Value> {
    value.as_sequence().map_or_else(|| vec![value], |list| list.iter().collect())
}

/// The keys of the bucket's objects.
const PHOTO_PREFIXES: [&str; 2] = ["${Photos.Arn}/uploads/*", "${Photos.Arn}/photos/*"];

/// The keys of exported reports.
const EXPORTS: &str = "${Exports.Arn}/exports/*";

/// The identities of SES: a domain or an address, whichever the operator has verified.
const IDENTITIES: &str = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*";

/// The permissions to send to connections of the WebSocket API, and to close them.
const CONNECTIONS: [&str; 2] = [
    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${LiveApi}/${LiveStage}/POST/@connections/*",
    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${LiveApi}/${LiveStage}/DELETE/@connections/*",
];

#[test]
fn the_template_deploys_every_function_and_no_other() {
    let template = Template::read();
    let deployed: Vec<String> = template.functions().into_keys().collect();
    let mut ours: Vec<&str> = declared().into_keys().chain(WITHOUT_OPERATIONS).chain(WITHOUT_REQUESTS).collect();
    ours.sort_unstable();
    assert_eq!(deployed, ours);
}

#[test]
fn each_is_built_from_its_own_crate() {
    for (name, function) in Template::read().functions() {
        assert_eq!(text(&function["Metadata"]["BuildMethod"]), "rust-cargolambda");
        assert_eq!(text(&function["Properties"]["CodeUri"]), format!("functions/{name}"));
    }
}

#[test]
fn permissions_name_their_actions_and_resources() {
    for (name, function) in Template::read().functions() {
        for statement in statements(function) {
            assert_eq!(text(&statement["Effect"]), "Allow");
            for action in several(&statement["Action"]) {
                assert!(!text(action).contains('*'), "{name} may do {action:?}");
            }
            for resource in several(&statement["Resource"]) {
                let resource = referenced(resource)
                    .or_else(|| intrinsic("GetAtt", resource))
                    .or_else(|| intrinsic("Sub", resource));
                // The names of objects and connections aren't known in advance: their resource is a prefix in one bucket, or in
                // one API.
                let prefix = |resource: &str| {
                    PHOTO_PREFIXES.contains(&resource)
                        || CONNECTIONS.contains(&resource)
                        || [EXPORTS, IDENTITIES].contains(&resource)
                };
                let is_named = resource.is_some_and(|resource| !resource.contains('*') || prefix(resource));
                assert!(is_named, "{name} may do it to {resource:?}");
            }
        }
    }
}

#[test]
fn only_clock_writes_photos_and_only_attendance_shows_them() {
    let mut permissions = Vec::new();
    for (name, function) in Template::read().functions() {
        for statement in statements(function) {
            for resource in several(&statement["Resource"]) {
                let Some(prefix) = intrinsic("Sub", resource).filter(|prefix| PHOTO_PREFIXES.contains(prefix)) else {
                    continue;
                };
                let actions: Vec<&str> = several(&statement["Action"]).into_iter().map(text).collect();
                permissions.push(format!("{name}: {} on {prefix}", actions.join(", ")));
            }
        }
    }
    permissions.sort_unstable();
    assert_eq!(
        permissions,
        [
            "attendance: s3:GetObject on ${Photos.Arn}/photos/*",
            "checks: s3:DeleteObject on ${Photos.Arn}/photos/*",
            "clock: s3:DeleteObject, s3:GetObject, s3:PutObject on ${Photos.Arn}/uploads/*",
            "clock: s3:DeleteObject, s3:PutObject, s3:PutObjectTagging on ${Photos.Arn}/photos/*",
        ]
    );
}

#[test]
fn only_jobs_writes_exports_and_reports_signs_links_to_them() {
    let mut permissions = Vec::new();
    for (name, function) in Template::read().functions() {
        for statement in statements(function) {
            let resources = several(&statement["Resource"]);
            if resources.into_iter().any(|resource| intrinsic("Sub", resource) == Some(EXPORTS)) {
                let actions: Vec<&str> = several(&statement["Action"]).into_iter().map(text).collect();
                permissions.push(format!("{name}: {}", actions.join(", ")));
            }
        }
    }
    permissions.sort_unstable();
    assert_eq!(permissions, ["jobs: s3:AbortMultipartUpload, s3:PutObject", "reports: s3:GetObject"]);
}

#[test]
fn an_export_fails_in_the_last_attempt_that_lambda_makes() {
    let template = Template::read();
    let retries = template.functions()["jobs"]["Properties"]["EventInvokeConfig"]["MaximumRetryAttempts"].as_u64();
    assert_eq!(retries.map(|retries| retries + 1), Some(u64::from(jobs::MAX_RUNS)));
}

#[test]
fn wrong_passwords_in_masses_and_reused_refresh_tokens_set_alarms_off() {
    let template = Template::read();
    for (name, metric) in
        [("CredentialsGuessed", "invalid_credentials"), ("RefreshTokenReused", "refresh_token_reused")]
    {
        let alarm = &template.resource(name)["Properties"];
        // The names of `runtime::metrics`.
        assert_eq!((text(&alarm["Namespace"]), text(&alarm["MetricName"])), ("Rollcall", metric));
        assert_eq!(text(&alarm["Dimensions"][0]["Name"]), "stack");
    }
}

#[test]
fn differing_month_totals_and_undecided_punches_in_any_log_raise_an_alarm() {
    let template = Template::read();
    let month_totals = r#"{ $.alarm = "month_totals_differ" }"#;
    assert_eq!(logs_of(&template, "MonthTotalsDiffer", month_totals), ["ChecksLogs", "ReportsLogs"]);
    let undecided = r#"{ $.alarm = "punches_undecided" }"#;
    assert_eq!(logs_of(&template, "PunchesUndecided", undecided), ["TerminalsLogs"]);
}

/// Returns the log groups in which lines that fit a pattern set an alarm off.
fn logs_of(template: &Template, alarm: &str, pattern: &str) -> Vec<String> {
    let alarm = template.resource(alarm);
    let mut logs = Vec::new();
    for filter in template.of_type("AWS::Logs::MetricFilter") {
        let filter = &filter["Properties"];
        let metric = &filter["MetricTransformations"][0];
        if metric["MetricName"] != alarm["Properties"]["MetricName"] {
            continue;
        }
        assert_eq!(text(&filter["FilterPattern"]), pattern);
        let namespace = |value| intrinsic("Sub", value).map(str::to_owned);
        assert_eq!(namespace(&metric["MetricNamespace"]), namespace(&alarm["Properties"]["Namespace"]));
        logs.push(referenced(&filter["LogGroupName"]).unwrap().to_owned());
    }
    logs.sort_unstable();
    logs
}

#[test]
fn only_live_and_notify_send_to_connections() {
    for (name, function) in Template::read().functions() {
        let statements = statements(function).into_iter();
        let actions: Vec<&Value> = statements.flat_map(|statement| several(&statement["Action"])).collect();
        let sends = actions.iter().any(|action| text(action) == "execute-api:ManageConnections");
        assert_eq!(sends, ["live", "notify"].contains(&name.as_str()), "{name}");
    }
}

#[test]
fn only_functions_that_derive_keys_may_read_secrets() {
    for (name, function) in Template::read().functions() {
        let secrets = statements(function).into_iter().flat_map(|statement| several(&statement["Action"]));
        let reads = secrets.into_iter().any(|action| text(action).starts_with("secretsmanager:"));
        assert_eq!(
            reads,
            ["auth", "clock", "jobs", "messages", "notifications", "people", "terminals", "webhooks"]
                .contains(&name.as_str()),
            "{name}"
        );
    }
}

#[test]
fn every_function_logs_to_a_group_with_a_retention() {
    let template = Template::read();
    for (name, function) in template.functions() {
        let group = referenced(&function["Properties"]["LoggingConfig"]["LogGroup"]);
        let group = template.resource(group.unwrap_or_else(|| panic!("{name} has no log group")));
        assert_eq!(text(&group["Type"]), "AWS::Logs::LogGroup");
        assert_eq!(referenced(&group["Properties"]["RetentionInDays"]), Some("LogRetentionDays"));
    }
}

#[test]
fn browsers_may_send_and_read_the_headers_of_the_contract() {
    let template = Template::read();
    let cors = &template.resource("Api")["Properties"]["CorsConfiguration"];
    assert_eq!(texts(&cors["AllowMethods"]), ["GET", "POST", "PUT", "PATCH", "DELETE"]);
    assert_eq!(texts(&cors["AllowHeaders"]), ["authorization", "content-type", "idempotency-key", "if-match"]);
    assert_eq!(
        texts(&cors["ExposeHeaders"]),
        ["etag", "retry-after", "x-request-id", "idempotent-replayed", "location", "date", "content-disposition"]
    );
}

/// Returns the values of a denying policy, by its name in the template.
fn denied(template: &Template, policy: &str, operator: &str, key: &str) -> Vec<String> {
    let statement = &template.resource(policy)["Properties"]["PolicyDocument"]["Statement"][0];
    assert_eq!(text(&statement["Effect"]), "Deny");
    texts(&statement["Condition"][operator][key]).into_iter().map(str::to_owned).collect()
}

#[test]
fn what_functions_are_denied_is_named_as_the_store_names_it() {
    let template = Template::read();
    let partitions = |policy, operator| denied(&template, policy, operator, "dynamodb:LeadingKeys");
    let audit = format!("{}*", keys::AUDIT);
    let hour = AuditHour::of(Timestamp::UNIX_EPOCH);
    let hashes = keys::audit_hashes_partition(hour).replace(&hour.to_string(), "*");
    let digests = keys::AUDIT_DIGESTS.to_owned();
    assert_eq!(partitions("TableLimits", "ForAnyValue:StringLike"), [audit, hashes.clone(), digests.clone()]);
    assert_eq!(partitions("DigestLimits", "ForAnyValue:StringLike"), [hashes, digests]);
    assert_eq!(partitions("KeyLimits", "ForAnyValue:StringEquals"), [keys::published_keys().pk]);

    let credential =
        Credential { password_hash: String::new(), session_epoch: 1, password_set_at: None, temporary_until: None };
    let pin = Pin { pin_hash: String::new(), changed_at: Timestamp::UNIX_EPOCH };
    let second_factor = SecondFactor {
        sealed_secret: String::new(),
        enabled_at: None,
        last_step: None,
        recovery_hashes: Vec::new(),
        version: 1,
    };
    let items = [
        serde_json::to_value(credential).unwrap(),
        serde_json::to_value(pin).unwrap(),
        serde_json::to_value(second_factor).unwrap(),
    ];
    let attributes = |policy| denied(&template, policy, "ForAnyValue:StringEquals", "dynamodb:Attributes");
    let all = attributes("CredentialLimits");
    for attribute in &all {
        assert!(items.iter().any(|item| item.get(attribute).is_some()), "no credential has {attribute}");
    }
    // `jobs` sets the temporary passwords of imported people.
    let mut but_passwords = all;
    but_passwords.retain(|attribute| attribute != "password_hash");
    assert_eq!(attributes("ImportCredentialLimits"), but_passwords);
}
