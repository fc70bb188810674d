//! A router that speaks `UPnP` alone (an `InternetGatewayDevice` with a `WANIPConnection`) and leads nobody in: what it is asked for, and
//! how it answers, is all that matters. Each kind is one that people have at home.

use std::net::Ipv4Addr;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};

/// Which ports it gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// Such that end by themselves, and no others.
    ForATime,
    /// Such that are there until they are removed; any time is error 725.
    Forever,
    /// The same, and it says nothing but the number.
    ForeverWithoutAWord,
    /// The same, but what it says is that an argument is wrong (402).
    ForeverAndCallsTimesWrong,
    /// None that has the number of the port inside, since somebody has it (718).
    Others,
    /// What is asked, and does not answer.
    InSilence,
    /// None (606).
    None,
}

impl Gives {
    /// By its name on a command line.
    pub fn named(name: &str) -> Self {
        match name {
            "for-a-time" => Self::ForATime,
            "forever" => Self::Forever,
            "forever-without-a-word" => Self::ForeverWithoutAWord,
            "forever-and-calls-times-wrong" => Self::ForeverAndCallsTimesWrong,
            "others" => Self::Others,
            "in-silence" => Self::InSilence,
            "none" => Self::None,
            _ => panic!("what does a router give that gives {name}?"),
        }
    }

    /// The error for a port that is asked for such a time, if it is one, and what is said of it.
    fn error(self, asked: &Asked) -> Option<(u16, &'static str)> {
        let forever = asked.lease == "0";
        match self {
            Self::ForATime if forever => Some((402, "Invalid Args")),
            Self::Forever if !forever => Some((725, "OnlyPermanentLeasesSupported")),
            Self::ForeverWithoutAWord if !forever => Some((725, "")),
            Self::ForeverAndCallsTimesWrong if !forever => Some((402, "Invalid Args")),
            Self::Others if asked.outer == asked.inner => Some((718, "ConflictInMappingEntry")),
            Self::None => Some((606, "Action not authorized")),
            _ => None,
        }
    }
}

/// What it is asked for.
struct Asked {
    outer: String,
    inner: String,
    lease: String,
    purpose: String,
    client: String,
}

/// Where its description is asked for.
const PORT: u16 = 5000;

/// Answers for ever, as a router with this address inside and this one outside, and tells what it is asked.
pub async fn run(inside: Ipv4Addr, outside: Ipv4Addr, gives: Gives, tell: fn(&Value)) {
    let http = TcpListener::bind((inside, PORT)).await.expect("the port");
    let ssdp = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 1900)).await.expect("the port of SSDP");
    ssdp.join_multicast_v4(Ipv4Addr::new(239, 255, 255, 250), inside).expect("the group of SSDP");
    tell(&json!({ "router_at": inside }));
    let mut question = [0; 2048];
    loop {
        tokio::select! {
            heard = ssdp.recv_from(&mut question) => {
                let (_, from) = heard.expect("it goes on");
                let found = format!(
                    "HTTP/1.1 200 OK\r\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\
                     LOCATION: http://{inside}:{PORT}/root.xml\r\n\r\n"
                );
                ssdp.send_to(found.as_bytes(), from).await.expect("it is sent");
            }
            came = http.accept() => {
                let (stream, _) = came.expect("it goes on");
                tokio::spawn(answer(stream, outside, gives, tell));
            }
        }
    }
}

async fn answer(mut stream: TcpStream, outside: Ipv4Addr, gives: Gives, tell: fn(&Value)) {
    let Some((head, body)) = request(&mut stream).await else { return };
    let of = |name: &str| value_of(&body, name).unwrap_or_default();
    let (status, xml) = if head.starts_with("GET /root.xml") {
        (200, DESCRIPTION.to_owned())
    } else if head.starts_with("GET /wan.xml") {
        (200, ACTIONS.to_owned())
    } else if head.contains("#GetExternalIPAddress") {
        let address = format!("<NewExternalIPAddress>{outside}</NewExternalIPAddress>");
        (200, envelope("GetExternalIPAddressResponse", &address))
    } else if head.contains("#DeletePortMapping") {
        tell(&json!({ "asked": "delete", "outer": of("NewExternalPort"), "protocol": of("NewProtocol") }));
        (200, envelope("DeletePortMappingResponse", ""))
    } else if head.contains("#AddPortMapping") {
        let asked = Asked {
            outer: of("NewExternalPort"),
            inner: of("NewInternalPort"),
            lease: of("NewLeaseDuration"),
            purpose: of("NewPortMappingDescription"),
            client: of("NewInternalClient"),
        };
        let Asked { outer, inner, lease, purpose, client } = &asked;
        tell(
            &json!({ "asked": "add", "outer": outer, "inner": inner, "lease": lease, "for": purpose, "client": client }),
        );
        if gives == Gives::InSilence {
            return std::future::pending().await;
        }
        match gives.error(&asked) {
            None => (200, envelope("AddPortMappingResponse", "")),
            Some((code, words)) => (500, fault(code, words)),
        }
    } else {
        (500, fault(401, "Invalid Action"))
    };
    let length = xml.len();
    let answer = format!(
        "HTTP/1.1 {status} x\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{xml}"
    );
    let _ = stream.write_all(answer.as_bytes()).await;
}

/// The head and the body of a request.
async fn request(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut heard = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&heard).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length_in =
                |line: &str| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok();
            let length: Option<usize> = head.lines().find_map(length_in);
            if body.len() >= length.unwrap_or(0) {
                return Some((head.to_owned(), body.to_owned()));
            }
        }
        if stream.read_buf(&mut heard).await.ok()? == 0 {
            return None;
        }
    }
}

fn value_of(body: &str, name: &str) -> Option<String> {
    let (_, rest) = body.split_once(&format!("<{name}>"))?;
    Some(rest.split('<').next()?.trim().to_owned())
}

fn envelope(action: &str, arguments: &str) -> String {
    body(&format!(
        "<u:{action} xmlns:u=\"urn:schemas-upnp-org:service:WANIPConnection:1\">{arguments}</u:{action}>"
    ))
}

fn fault(code: u16, words: &str) -> String {
    let words = if words.is_empty() {
        String::new()
    } else {
        format!("<errorDescription>{words}</errorDescription>")
    };
    body(&format!(
        "<s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail>\
         <UPnPError xmlns=\"urn:schemas-upnp-org:control-1-0\"><errorCode>{code}</errorCode>{words}</UPnPError></detail></s:Fault>"
    ))
}

fn body(inner: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>{inner}</s:Body></s:Envelope>"
    )
}

const DESCRIPTION: &str = "<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device>\
<deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType><deviceList><device><deviceList><device><serviceList><service>\
<serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType><SCPDURL>/wan.xml</SCPDURL><controlURL>/wan</controlURL>\
</service></serviceList></device></deviceList></device></deviceList></device></root>";

const ACTIONS: &str = "<?xml version=\"1.0\"?><scpd xmlns=\"urn:schemas-upnp-org:service-1-0\"><actionList>\
<action><name>GetExternalIPAddress</name><argumentList>\
<argument><name>NewExternalIPAddress</name><direction>out</direction></argument></argumentList></action>\
<action><name>AddPortMapping</name><argumentList>\
<argument><name>NewRemoteHost</name><direction>in</direction></argument>\
<argument><name>NewExternalPort</name><direction>in</direction></argument>\
<argument><name>NewProtocol</name><direction>in</direction></argument>\
<argument><name>NewInternalPort</name><direction>in</direction></argument>\
<argument><name>NewInternalClient</name><direction>in</direction></argument>\
<argument><name>NewEnabled</name><direction>in</direction></argument>\
<argument><name>NewPortMappingDescription</name><direction>in</direction></argument>\
<argument><name>NewLeaseDuration</name><direction>in</direction></argument></argumentList></action>\
<action><name>DeletePortMapping</name><argumentList>\
<argument><name>NewRemoteHost</name><direction>in</direction></argument>\
<argument><name>NewExternalPort</name><direction>in</direction></argument>\
<argument><name>NewProtocol</name><direction>in</direction></argument></argumentList></action>\
</actionList></scpd>";
