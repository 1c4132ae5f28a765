//! A question over a connection of its own: messages, each after two octets with its length (RFC 1035 section 4.2.2).

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::question::{Fit, Question};

/// Asks a question; gives what the first message is to it.
pub(super) async fn ask(server: SocketAddr, question: Question<'_>, edns: bool) -> io::Result<Fit> {
    let mut stream = TcpStream::connect(server).await?;
    let id = rand::random();
    let message = question.message(id, edns);
    let length = u16::try_from(message.len()).expect("a question is short");
    let mut framed = length.to_be_bytes().to_vec();
    framed.extend(message);
    stream.write_all(&framed).await?;
    let length = stream.read_u16().await?;
    let mut message = vec![0; usize::from(length)];
    stream.read_exact(&mut message).await?;
    Ok(question.fit(id, &message))
}
