//! The attributes of items.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

/// Attributes by name.
pub type Attributes = HashMap<String, AttributeValue>;
