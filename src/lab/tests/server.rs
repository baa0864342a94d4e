//! The sockets: both transports, at one port, until stopped.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use super::*;
use crate::lab::server::serve;

const PATIENCE: Duration = Duration::from_secs(5);

async fn over_udp(server: IpAddr, port: u16, asked: &[u8]) -> Message {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.send_to(asked, (server, port)).await.unwrap();
    let mut octets = [0; 1500];
    let (length, from) = timeout(PATIENCE, socket.recv_from(&mut octets))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((from.ip(), from.port()), (server, port));
    Message::parse(&octets[..length]).unwrap()
}

async fn over_tcp(stream: &mut TcpStream, asked: &[u8]) -> Message {
    stream.write_u16(asked.len() as u16).await.unwrap();
    stream.write_all(asked).await.unwrap();
    let length = timeout(PATIENCE, stream.read_u16()).await.unwrap().unwrap();
    let mut octets = vec![0; usize::from(length)];
    stream.read_exact(&mut octets).await.unwrap();
    Message::parse(&octets).unwrap()
}

#[test]
fn both_transports_answer_until_stopped() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let lab = Arc::new(Lab::new(NOW));
        let running = serve(Arc::clone(&lab), 0).await.unwrap();
        let port = running.port;
        let asked = query("tcp-dnskey.test.", RecordType::DNSKEY).to_wire(9);
        let server = address(&lab, "tcp-dnskey.test.", 2);
        assert!(over_udp(server, port, &asked).await.is_truncated());
        let mut stream = TcpStream::connect((server, port)).await.unwrap();
        for _ in 0..2 {
            let message = over_tcp(&mut stream, &asked).await;
            assert_eq!(count(&message.answer, RecordType::DNSKEY), 22);
        }
        running.stop().await;
        assert!(TcpStream::connect((server, port)).await.is_err());
    });
}

#[test]
fn a_port_that_is_taken_is_an_error_that_names_it() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let lab = Arc::new(Lab::new(NOW));
        let running = serve(Arc::clone(&lab), 0).await.unwrap();
        let error = serve(lab, running.port).await.err().unwrap();
        assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
        assert!(error.to_string().contains(&running.port.to_string()));
    });
}
