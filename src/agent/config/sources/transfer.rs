//! The transfer of a zone (RFC 5936), within bounds of time, messages and records.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use crate::agent::cli::values::{Host, Server};
use crate::dns::{Message, Name, Rcode, Record, RecordType};

/// Most records of one zone: a member of a catalog has two in general.
const MOST_RECORDS: usize = 3_000_000;
/// Most octets of one transfer.
const MOST_OCTETS: usize = 256 << 20;
/// The message ID. A TCP connection of its own carries one transfer, so nothing has to be told apart.
const ID: u16 = 0x4157;

/// The records of `zone` at `server`, from its SOA record to the same again, all within `limit`.
///
/// # Errors
/// Why there is no whole zone.
pub async fn transfer(
    zone: &Name,
    server: &Server,
    limit: Duration,
) -> Result<Vec<Record>, String> {
    let whole = async {
        let address = address(server).await?;
        let stream = TcpStream::connect(address).await;
        let mut stream = stream.map_err(|error| error.to_string())?;
        receive(zone, &mut stream).await
    };
    let late = |_| format!("no whole zone within {} ms", limit.as_millis());
    timeout(limit, whole).await.map_err(late)?
}

async fn address(server: &Server) -> Result<SocketAddr, String> {
    let port = server.port.unwrap_or(server.scheme.port());
    match &server.host {
        Host::Address(address) => Ok(SocketAddr::new(*address, port)),
        Host::Name(name) => {
            let name = name.to_string();
            let name = name.trim_end_matches('.');
            let found = lookup_host((name, port))
                .await
                .map_err(|error| error.to_string())?;
            { found }
                .next()
                .ok_or_else(|| format!("{name} has no address"))
        }
    }
}

async fn receive(zone: &Name, stream: &mut TcpStream) -> Result<Vec<Record>, String> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => "the connection ended before the zone".to_owned(),
        _ => error.to_string(),
    };
    stream.write_all(&query(zone)).await.map_err(failed)?;
    let (mut records, mut octets) = (Vec::new(), 0);
    loop {
        let length = stream.read_u16().await.map_err(failed)?;
        let mut message = vec![0; usize::from(length)];
        stream.read_exact(&mut message).await.map_err(failed)?;
        octets += message.len();
        records.extend(answer(zone, &message, records.is_empty())?);
        if octets > MOST_OCTETS || records.len() > MOST_RECORDS {
            return Err("a zone too great for a catalog".to_owned());
        }
        let is_soa = |record: &Record| record.rtype == RecordType::SOA;
        if records.len() > 1 && records.last().is_some_and(is_soa) {
            records.pop();
            return Ok(records);
        }
    }
}

/// The question with its length before it (RFC 5936, section 2.1).
fn query(zone: &Name) -> Vec<u8> {
    let mut message = Vec::new();
    for field in [ID, 0, 1, 0, 0, 0] {
        message.extend(field.to_be_bytes());
    }
    message.extend(zone.wire());
    message.extend(RecordType::AXFR.0.to_be_bytes());
    message.extend([0, 1]);
    let length = u16::try_from(message.len()).unwrap_or(0);
    [&length.to_be_bytes()[..], &message].concat()
}

/// The records of one message of the transfer; those of the first begin with the SOA record of the zone.
fn answer(zone: &Name, octets: &[u8], is_first: bool) -> Result<Vec<Record>, String> {
    let message = Message::parse(octets).map_err(|error| error.to_string())?;
    if message.id != ID || !message.is_response() {
        return Err("a message that answers something else".to_owned());
    }
    if message.rcode() != Rcode::NOERROR {
        return Err(format!("the server says {}", message.rcode()));
    }
    if let Some(fault) = message.faults.first() {
        return Err(fault.to_string());
    }
    let soa = message
        .answer
        .first()
        .filter(|first| first.rtype == RecordType::SOA);
    if is_first && soa.is_none_or(|soa| soa.owner != *zone) {
        return Err("a transfer that does not begin with the zone's SOA record".to_owned());
    }
    match message.answer.is_empty() {
        // So that a server cannot keep the connection busy with nothing.
        true => Err("a message without a record".to_owned()),
        false => Ok(message.answer),
    }
}
