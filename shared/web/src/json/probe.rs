//! Finds all values of a document that a type refuses.
//!
//! serde stops at the first error. To check a value by itself, this module deserializes a document that shows only the path to
//! that value ([`Node::focus`]). If the value is invalid, the deserialization fails there, before serde reports the hidden
//! members as missing. Each part of a value that fails is deserialized again by itself, down to the values that are invalid
//! themselves. Valid documents cost nothing extra: they are deserialized once.

use domain::FieldRule;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    MAX_ERRORS, Step,
    node::{Fault, Node, Reader},
    written,
};
use crate::problem::FieldError;

/// The maximum number of attempts for one document. It limits the work that a malicious document causes.
const MAX_ATTEMPTS: usize = 2_000;

/// Deserializes a document, or returns every value that the type refuses.
pub(super) fn deserialized<T: DeserializeOwned>(document: &Value, reader: Reader) -> Result<T, Vec<FieldError>> {
    let attempt = |focus: &[Step]| T::deserialize(Node { value: document, focus, reader }).map_err(Fault::into_parts);
    let (path, rule) = match attempt(&[]) {
        Ok(value) => return Ok(value),
        Err(fault) => fault,
    };
    let mut probe = Probe { attempt: &|focus| attempt(focus).err(), left: MAX_ATTEMPTS, faults: Vec::new() };
    probe.visit(&mut Vec::new(), document, (path, rule));
    Err(probe.faults)
}

/// The path of a value, and the rule that the value breaks.
type Broken = (Vec<Step>, FieldRule);

struct Probe<'a> {
    attempt: &'a dyn Fn(&[Step]) -> Option<Broken>,
    left: usize,
    faults: Vec<FieldError>,
}

impl Probe<'_> {
    /// Adds the errors of a value that fails: those of its parts, or else its own.
    fn visit(&mut self, path: &mut Vec<Step>, value: &Value, fault: Broken) {
        let known = self.faults.len();
        match value {
            Value::Object(object) => {
                for (key, part) in object {
                    self.visit_part(path, Step::Key(key.clone()), part);
                }
            }
            Value::Array(items) => {
                for (index, part) in items.iter().enumerate() {
                    self.visit_part(path, Step::Index(index), part);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        // A missing field isn't a part that could have been deserialized by itself.
        if self.faults.len() == known || fault.1 == FieldRule::Required {
            self.faults.push(FieldError { path: written(&fault.0), rule: fault.1 });
        }
    }

    fn visit_part(&mut self, path: &mut Vec<Step>, step: Step, part: &Value) {
        if self.left == 0 || self.faults.len() >= MAX_ERRORS {
            return;
        }
        self.left -= 1;
        path.push(step);
        if let Some(fault) = (self.attempt)(path).filter(|(at, _)| at.starts_with(path)) {
            self.visit(path, part, fault);
        }
        path.pop();
    }
}
