//! IANA's `root-anchors.xml` (RFC 9718, section 2).
//!
//! ```text
//! <TrustAnchor>
//!   <Zone>.</Zone>
//!   <KeyDigest validFrom="…" validUntil="…">       validUntil may be absent
//!     <KeyTag/> <Algorithm/> <DigestType/> <Digest/>
//!     <PublicKey/> <Flags/>                        may be absent, both or none
//!   </KeyDigest>
//! </TrustAnchor>
//! ```
//!
//! The anchor is the digest. A public key beside it must have that tag and that digest, or the file does
//! not agree with itself. Elements and attributes of other names are passed over, as later editions of
//! the format may add some. The signature that IANA publishes in a file of its own is not checked here.

use data_encoding::{BASE64, HEXUPPER_PERMISSIVE};
use roxmltree::{Document, Node, ParsingOptions};

use super::{AnchorError, AnchorKind, AnchorProblem, TrustAnchor};
use crate::crypto::{DigestType, ds_digest};
use crate::dns::{Dnskey, Ds, Name, Timestamp};

/// Greatest size of the file, in octets. IANA's is under 4 KiB; the XML reader compares the attributes of
/// an element each with each, which is bearable up to this size.
const MAX_XML: usize = 64 << 10;
/// Greatest number of nodes in the file. IANA's has about fifty.
const MAX_NODES: u32 = 16_384;

/// Reads the file; each anchor with its line.
pub(super) fn read(text: &str) -> Result<Vec<(usize, TrustAnchor)>, AnchorError> {
    if text.len() > MAX_XML {
        return Err(
            AnchorProblem::syntax(format!("the file is longer than {MAX_XML} octets")).at(1),
        );
    }
    let options = ParsingOptions {
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options).map_err(|error| {
        let line = error.pos().row as usize;
        AnchorProblem::syntax(error).at(line)
    })?;
    let file = File {
        document: &document,
    };
    let root = document.root_element();
    if root.tag_name().name() != "TrustAnchor" {
        let reason = format!("`{}` is not `TrustAnchor`", root.tag_name().name());
        return Err(file.wrong(root, reason));
    }
    let zone: Name = file.child(root, "Zone", |text| text.parse().ok())?;
    let digests = elements(root, "KeyDigest").map(|node| {
        let anchor = file.key_digest(&zone, node)?;
        Ok((file.line(node), anchor))
    });
    digests.collect()
}

fn elements<'a, 'i>(parent: Node<'a, 'i>, name: &str) -> impl Iterator<Item = Node<'a, 'i>> {
    parent
        .children()
        .filter(move |node| node.is_element() && node.tag_name().name() == name)
}

/// The text of an element without white space, which may stand anywhere in long values.
fn text_of(node: Node<'_, '_>) -> String {
    let texts = node.children().filter_map(|child| match child.is_text() {
        true => child.text(),
        false => None,
    });
    texts.flat_map(str::split_whitespace).collect()
}

/// A document that knows its lines.
struct File<'a, 'i> {
    document: &'a Document<'i>,
}

impl File<'_, '_> {
    fn line(&self, node: Node<'_, '_>) -> usize {
        self.document.text_pos_at(node.range().start).row as usize
    }

    fn wrong(&self, node: Node<'_, '_>, reason: String) -> AnchorError {
        AnchorProblem::syntax(reason).at(self.line(node))
    }

    /// The one element of this name, read by `parse`; `None` when there is none.
    fn optional_child<T>(
        &self,
        parent: Node<'_, '_>,
        name: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, AnchorError> {
        let mut found = elements(parent, name);
        let Some(node) = found.next() else {
            return Ok(None);
        };
        if let Some(second) = found.next() {
            return Err(self.wrong(second, format!("a second `{name}`")));
        }
        let text = text_of(node);
        match parse(&text) {
            Some(value) => Ok(Some(value)),
            None => Err(self.wrong(node, format!("`{name}` cannot be `{text}`"))),
        }
    }

    /// As `optional_child`, and an error when there is none.
    fn child<T>(
        &self,
        parent: Node<'_, '_>,
        name: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, AnchorError> {
        let lacking = || self.wrong(parent, format!("no `{name}`"));
        self.optional_child(parent, name, parse)?
            .ok_or_else(lacking)
    }

    fn time(&self, node: Node<'_, '_>, name: &str) -> Result<Option<Timestamp>, AnchorError> {
        let Some(text) = node.attribute(name) else {
            return Ok(None);
        };
        let time = text.trim().parse();
        time.map(Some)
            .map_err(|error| self.wrong(node, format!("`{name}` is `{text}`, {error}")))
    }

    fn key_digest(&self, zone: &Name, node: Node<'_, '_>) -> Result<TrustAnchor, AnchorError> {
        let hex = |text: &str| HEXUPPER_PERMISSIVE.decode(text.as_bytes()).ok();
        let ds = Ds {
            key_tag: self.child(node, "KeyTag", |text| text.parse().ok())?,
            algorithm: self.child(node, "Algorithm", |text| text.parse().ok())?,
            digest_type: self.child(node, "DigestType", |text| text.parse().ok())?,
            digest: self.child(node, "Digest", hex)?.into(),
        };
        if let Some(key) = self.public_key(node, ds.algorithm)? {
            agree(zone, &ds, &key).map_err(|problem| problem.at(self.line(node)))?;
        }
        let Some(valid_from) = self.time(node, "validFrom")? else {
            return Err(self.wrong(node, "no `validFrom`".to_owned()));
        };
        Ok(TrustAnchor {
            zone: zone.clone(),
            kind: AnchorKind::Ds(ds),
            valid_from: Some(valid_from),
            valid_until: self.time(node, "validUntil")?,
        })
    }

    fn public_key(&self, node: Node<'_, '_>, algorithm: u8) -> Result<Option<Dnskey>, AnchorError> {
        let base64 = |text: &str| BASE64.decode(text.as_bytes()).ok();
        let key = self.optional_child(node, "PublicKey", base64)?;
        let flags = self.optional_child(node, "Flags", |text| text.parse().ok())?;
        match (key, flags) {
            (Some(key), Some(flags)) => Ok(Some(Dnskey {
                flags,
                protocol: 3,
                algorithm,
                key: key.into(),
            })),
            (Some(_), None) => Err(self.wrong(node, "`PublicKey` without `Flags`".to_owned())),
            (None, _) => Ok(None),
        }
    }
}

/// Whether the key has the tag and the digest that stand beside it. A digest that cannot be computed
/// here is not compared.
fn agree(zone: &Name, ds: &Ds, key: &Dnskey) -> Result<(), AnchorProblem> {
    if key.key_tag() != ds.key_tag {
        return Err(AnchorProblem::TagMismatch(ds.key_tag, key.key_tag()));
    }
    let owner = zone.canonical_wire();
    match ds_digest(DigestType(ds.digest_type), &owner, &key.rdata()) {
        Some(digest) if digest[..] != ds.digest[..] => {
            Err(AnchorProblem::DigestMismatch(ds.key_tag))
        }
        _ => Ok(()),
    }
}
