//! What is newer than a copy at hand: differences where the server has them (RFC 1995).

use super::feed::sound;
use super::{Errand, TransferError, Trouble, transfer};
use crate::agent::probe::exchange::now;
use crate::dns::Serial;
use crate::transfer::{Differences, Fault, Outcome, Part};

/// What a server has for who has an older version.
#[derive(Debug)]
pub enum Newer {
    /// All that changed since.
    Differences(Differences),
    /// Nothing; it has this serial.
    Current(Serial),
    /// The zone as a whole is to be asked for: the server has no differences, or none that make sense.
    Whole,
}

/// Asks for differences. One that would send the whole zone in their place is stopped at its first record.
///
/// # Errors
/// [`TransferError`] when the server would not hand over the whole zone either: it cannot be reached, or the
/// key is not good.
pub async fn newer(errand: &Errand) -> Result<Newer, TransferError> {
    let mut differences = Differences::default();
    let done = transfer(errand, now, |part, record| {
        if part == Part::Zone {
            return Err("the zone as a whole".to_owned());
        }
        sound(record)?;
        differences.take(part, record);
        Ok(())
    });
    match done.await {
        Ok((Outcome::Differences(_), _)) => Ok(Newer::Differences(differences)),
        Ok((Outcome::Current(serial), _)) => Ok(Newer::Current(serial)),
        Ok((Outcome::Whole(_), _)) => Ok(Newer::Whole),
        Err(error) => match error.trouble {
            Trouble::Fault(Fault::Tsig { .. }) => Err(error),
            Trouble::Fault(_) | Trouble::Octets(_) => Ok(Newer::Whole),
            _ => Err(error),
        },
    }
}
