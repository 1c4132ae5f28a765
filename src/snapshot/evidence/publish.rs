//! `DnsDomainPublishList`: lines `domain[, priority[, weight]]` (Microsoft "Registry Settings for Volume
//! Activation").

use super::PublishLine;
use crate::presentation;
use crate::snapshot::fields::decimal;

/// One line; why it is none, in words that end a sentence about it.
pub(super) fn line(text: &str) -> Result<PublishLine, String> {
    let mut fields = text.split(',').map(str::trim);
    let domain = fields.next().unwrap_or_default();
    let domain = presentation::parse_full_name(domain)
        .map_err(|error| format!("`{domain}` is no domain: {error}"))?;
    if domain.is_root() {
        return Err("`.` is no domain to publish in".to_owned());
    }
    let mut number = |what: &str| {
        fields.next().map_or(Ok(0), |field| {
            decimal(field.as_bytes())
                .ok_or_else(|| format!("`{field}` is no {what}, which is 0 to 65535"))
        })
    };
    let (priority, weight) = (number("priority")?, number("weight")?);
    if let Some(more) = fields.next() {
        return Err(format!("`{more}` is one value too many"));
    }
    Ok(PublishLine {
        domain,
        priority,
        weight,
    })
}
