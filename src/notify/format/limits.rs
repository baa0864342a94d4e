//! What receivers take at most, with where that is written.
//!
//! A text that is too long is cut with a mark, so that a message arrives in place of a refusal.

use serde_json::Value;

use super::Format;
use crate::notify::alarm::clipped;

/// Greatest size of a body in octets: Standard Webhooks 1.0.0, section "Payload size", advises less than
/// 20 kB; it is below what every receiver here takes (Teams: about 28 KB; PagerDuty: 512 KB).
pub const BODY: usize = 20_000;

/// The greatest length of a text in a body, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Whose.
    pub format: Format,
    /// Where in the body (RFC 6901).
    pub at: &'static str,
    /// How much.
    pub most: usize,
    /// Who says so.
    pub source: &'static str,
}

const fn limit(format: Format, at: &'static str, most: usize, source: &'static str) -> Limit {
    Limit {
        format,
        at,
        most,
        source,
    }
}

const DISCORD: &str = "Discord developer documentation, Message object, Embed limits";
const PAGERDUTY: &str = "PagerDuty, Events API v2 reference, send-alert-event";
const SLACK: &str = "Slack API, chat.postMessage, Truncating content";
const MATTERMOST: &str = "Mattermost, Incoming webhooks: longer posts are split";

/// All limits. Those of Discord keep the sum of an embed below its 6,000 characters as well.
pub const LIMITS: [Limit; 14] = [
    limit(Format::Discord, "/content", 2_000, DISCORD),
    limit(Format::Discord, "/embeds/0/title", 256, DISCORD),
    limit(Format::Discord, "/embeds/0/description", 3_500, DISCORD),
    limit(Format::Discord, "/embeds/0/fields/0/value", 64, DISCORD),
    limit(Format::Discord, "/embeds/0/fields/1/value", 64, DISCORD),
    limit(Format::Discord, "/embeds/0/fields/2/value", 1_024, DISCORD),
    limit(Format::Discord, "/embeds/0/footer/text", 256, DISCORD),
    limit(Format::Pagerduty, "/payload/summary", 1_024, PAGERDUTY),
    limit(Format::Pagerduty, "/dedup_key", 255, PAGERDUTY),
    limit(Format::Slack, "/text", 4_000, SLACK),
    limit(Format::Slack, "/attachments/0/text", 4_000, SLACK),
    limit(Format::Mattermost, "/text", 4_000, MATTERMOST),
    limit(Format::Mattermost, "/attachments/0/text", 4_000, MATTERMOST),
    limit(
        Format::Teams,
        "/attachments/0/content/body/1/text",
        8_000,
        "Microsoft Teams, limits of incoming webhooks: 28 KB a message",
    ),
];

/// Cuts what is too long.
pub fn keep(format: Format, body: &mut Value) {
    for limit in LIMITS.iter().filter(|limit| limit.format == format) {
        if let Some(Value::String(text)) = body.pointer_mut(limit.at) {
            *text = clipped(text, limit.most);
        }
    }
}
