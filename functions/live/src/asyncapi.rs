//! The AsyncAPI document of live connections, generated from the types that are sent and received.
//!
//! `GET /asyncapi.json` of `docs` serves the document; `cargo run -- --write-asyncapi asyncapi.json` writes it.

use push::{Kind, schema};
use serde_json::{Map, Value, json};
use utoipa::PartialSchema;
use web::openapi::complete_schemas;

use crate::message::ClientMessage;

/// The channel that carries all messages.
const CHANNEL: &str = "#/channels/live";

/// Returns the AsyncAPI document.
///
/// # Errors
///
/// Fails if a schema can't be written as JSON, which would be a bug in this code.
pub fn document() -> Result<Value, serde_json::Error> {
    let mut messages = Map::new();
    let mut operations = Map::new();
    for kind in Kind::ALL {
        messages.insert(kind.as_str().to_owned(), sent(kind));
        operations.insert(format!("send_{}", kind.as_str()), operation("send", kind.as_str(), kind.summary()));
    }
    for (action, message) in received()? {
        let summary = message["summary"].as_str().unwrap_or_default();
        let mut operation = operation("receive", &action, summary);
        if let Some(reply) = reply(&action) {
            operation["reply"] = reply;
        }
        operations.insert(format!("receive_{action}"), operation);
        messages.insert(action, message);
    }
    let mut schemas = schema::components().schemas;
    complete_schemas(&mut schemas);
    let channel_messages: Map<String, Value> =
        messages.keys().map(|name| (name.clone(), json!({"$ref": format!("#/components/messages/{name}")}))).collect();
    Ok(json!({
        "asyncapi": "3.1.0",
        "id": "urn:rollcall:live",
        "info": {
            "title": "Rollcall live connections",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The messages of a WebSocket connection. `POST /live/tickets` of the HTTP API (openapi.json) \
                answers the address to connect to. A message may come twice or late: ignore a notification whose `id` is \
                known, and a `presence` or `day` whose `version` isn't greater than the known one. Ignore types and \
                fields that aren't described here.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
            "contact": {"name": "The operators of this installation"},
            "tags": [{"name": "live", "description": "Live connections"}],
        },
        "defaultContentType": "application/json",
        "servers": {
            "live": {
                "host": "{host}",
                "pathname": "/live",
                "protocol": "wss",
                "description": "The WebSocket API of this installation; the stack's output `LiveUrl` has its address.",
                "variables": {"host": {
                    "description": "The host of the WebSocket API.",
                    "default": "localhost",
                    "examples": ["a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com"],
                }},
                "security": [{"$ref": "#/components/securitySchemes/ticket"}, {"$ref": "#/components/securitySchemes/bearer"}],
            },
        },
        "channels": {"live": {
            "address": "/",
            "title": "A person's connection",
            "description": "All messages of a connection, in both directions. What concerns one person comes in its order.",
            "messages": channel_messages,
            "bindings": {"ws": {
                "method": "GET",
                "query": {"type": "object", "properties": {
                    "ticket": {"type": "string", "description": "The ticket of `POST /live/tickets`, valid once and for 30 seconds."},
                }},
                "headers": {"type": "object", "properties": {
                    "Authorization": {"type": "string", "description": "`Bearer <access token>`, for clients that can set headers."},
                }},
            }},
        }},
        "operations": operations,
        "components": {
            "messages": messages,
            "schemas": serde_json::to_value(schemas)?,
            "securitySchemes": {
                "ticket": {"type": "httpApiKey", "in": "query", "name": "ticket", "description": "A ticket of `POST /live/tickets`."},
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "An access token of `POST /auth/login`."},
            },
        },
    }))
}

/// Describes a message that the server sends.
fn sent(kind: Kind) -> Value {
    json!({
        "name": kind.as_str(),
        "title": kind.as_str(),
        "summary": kind.summary(),
        "payload": {
            "type": "object",
            "required": ["type", "id", "at", "data"],
            "properties": {
                "type": {"type": "string", "const": kind.as_str(), "description": "The type of the message."},
                "id": {"type": "string", "description": kind.id()},
                "at": {"$ref": "#/components/schemas/Instant"},
                "data": {"$ref": format!("#/components/schemas/{}", kind.data())},
            },
        },
    })
}

/// Describes the messages that clients may send, by action.
fn received() -> Result<Vec<(String, Value)>, serde_json::Error> {
    let schema = serde_json::to_value(ClientMessage::schema())?;
    let variants = schema["oneOf"].as_array().into_iter().flatten();
    let messages = variants.filter_map(|variant| {
        let action = variant["properties"]["action"]["enum"][0].as_str()?;
        let mut payload = variant.clone();
        payload["additionalProperties"] = false.into();
        payload["properties"]["action"]["description"] = "What the client asks for.".into();
        let message = json!({"name": action, "title": action, "summary": variant["description"], "payload": payload});
        Some((action.to_owned(), message))
    });
    Ok(messages.collect())
}

fn operation(action: &str, message: &str, summary: &str) -> Value {
    json!({
        "action": action,
        "title": message,
        "summary": summary,
        "description": summary,
        "channel": {"$ref": CHANNEL},
        "messages": [{"$ref": format!("{CHANNEL}/messages/{message}")}],
        "tags": [{"name": "live"}],
    })
}

/// Describes the reply to a client's message, if there is one.
fn reply(action: &str) -> Option<Value> {
    let answer = match action {
        "ping" => Kind::Pong,
        "resume" => Kind::Resync,
        _ => return None,
    };
    let messages = [answer, Kind::Error].map(|kind| json!({"$ref": format!("{CHANNEL}/messages/{}", kind.as_str())}));
    Some(json!({"channel": {"$ref": CHANNEL}, "messages": messages}))
}
