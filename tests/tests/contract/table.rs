//! The template's table agrees with the one that `store` uses.

use serde_yaml_ng::Value;
use store::keys::{EXPIRES_AT, Index, PK, SK};

use crate::template::{Template, text, texts};

/// Returns the partition key and the sort key of a key schema.
fn keys(schema: &Value) -> (&str, &str) {
    let keys = schema.as_sequence().expect("a key schema is a list");
    let [hash, range] = keys.as_slice() else { panic!("{keys:?}") };
    assert_eq!((text(&hash["KeyType"]), text(&range["KeyType"])), ("HASH", "RANGE"));
    (text(&hash["AttributeName"]), text(&range["AttributeName"]))
}

#[test]
fn its_keys_and_indexes_are_those_of_the_store() {
    let template = Template::read();
    let table = &template.resource("Table")["Properties"];
    assert_eq!(keys(&table["KeySchema"]), (PK, SK));
    let indexes = table["GlobalSecondaryIndexes"].as_sequence().unwrap();
    assert_eq!(indexes.len(), Index::ALL.len());
    for (index, declared) in Index::ALL.into_iter().zip(indexes) {
        assert_eq!(text(&declared["IndexName"]), index.name());
        assert_eq!(keys(&declared["KeySchema"]), (index.pk(), index.sk()));
        assert_eq!(declared["Projection"]["ProjectionType"], "INCLUDE");
        assert_eq!(texts(&declared["Projection"]["NonKeyAttributes"]), index.projected());
    }
}

#[test]
fn every_key_attribute_is_declared_as_text_and_no_other_is() {
    let template = Template::read();
    let declared = template.resource("Table")["Properties"]["AttributeDefinitions"].as_sequence().unwrap();
    let mut names: Vec<&str> = declared.iter().map(|attribute| text(&attribute["AttributeName"])).collect();
    let mut expected: Vec<&str> =
        Index::ALL.iter().flat_map(|index| [index.pk(), index.sk()]).chain([PK, SK]).collect();
    names.sort_unstable();
    expected.sort_unstable();
    assert_eq!(names, expected);
    assert!(declared.iter().all(|attribute| attribute["AttributeType"] == "S"));
}

#[test]
fn the_table_has_ttl_a_stream_backups_and_deletion_protection() {
    let template = Template::read();
    let resource = template.resource("Table");
    let table = &resource["Properties"];
    assert_eq!(text(&table["TimeToLiveSpecification"]["AttributeName"]), EXPIRES_AT);
    assert_eq!(table["TimeToLiveSpecification"]["Enabled"], true);
    assert_eq!(text(&table["StreamSpecification"]["StreamViewType"]), "NEW_IMAGE");
    assert_eq!(text(&table["BillingMode"]), "PAY_PER_REQUEST");
    assert_eq!(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true);
    assert_eq!(table["DeletionProtectionEnabled"], true);
    assert_eq!((text(&resource["DeletionPolicy"]), text(&resource["UpdateReplacePolicy"])), ("Retain", "Retain"));
}
