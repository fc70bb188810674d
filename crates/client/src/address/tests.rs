use proptest::prelude::*;

use super::*;

fn shown(input: &str) -> String {
    match JoinAddress::parse(input) {
        Ok(address) => address.to_string(),
        Err(error) => panic!("{input:?}: {error}"),
    }
}

#[test]
fn every_form_that_people_type_is_read() {
    for (input, full) in [
        ("192.168.1.23", "ws://192.168.1.23:8080"),
        ("192.168.1.23:9000", "ws://192.168.1.23:9000"),
        ("  localhost \n", "ws://localhost:8080"),
        ("MyHost.local", "ws://myhost.local:8080"),
        ("ws://host", "ws://host:80"),
        ("wss://host", "wss://host:443"),
        ("http://host:8080/", "ws://host:8080"),
        ("HTTPS://Host/room/", "wss://host:443/room/"),
        ("ws://host:8080/ws?a=b", "ws://host:8080/ws?a=b"),
        ("host:1?a=1", "ws://host:1/?a=1"),
        ("hearth://10.0.0.2:8081#k=SECRET", "ws://10.0.0.2:8081"),
        ("hearth://10.0.0.2", "ws://10.0.0.2:8080"),
        ("http://10.0.0.2:8080/#k=SECRET", "ws://10.0.0.2:8080"),
        ("192。168。1。23：8080", "ws://192.168.1.23:8080"),
        ("ｗｓ：／／１９２．１６８．１．２３：９０００／", "ws://192.168.1.23:9000"),
        ("\u{3000}ws：//localhost：8080\u{feff}", "ws://localhost:8080"),
        ("[::1]", "ws://[::1]:8080"),
        ("::1", "ws://[::1]:8080"),
        ("fe80:0:0::1", "ws://[fe80::1]:8080"),
        ("wss://[2001:db8::1]:9/", "wss://[2001:db8::1]:9"),
        ("[fe80::1%eth0]:8080", "ws://[fe80::1%eth0]:8080"),
        ("fe80::1%eth0", "ws://[fe80::1%eth0]:8080"),
        ("fe80::1%25eth0", "ws://[fe80::1%eth0]:8080"),
        ("http://[FE80::1%25en0.1]:8080/", "ws://[fe80::1%en0.1]:8080"),
        ("ws://[fe80::1%12]:9/", "ws://[fe80::1%12]:9"),
        ("[fe80::1%25]:9", "ws://[fe80::1%25]:9"),
        ("::ffff:192.168.1.2", "ws://[::ffff:192.168.1.2]:8080"),
        ("围炉。例子：8080", "ws://围炉.例子:8080"),
        ("host/path?to=ws://elsewhere", "ws://host:8080/path?to=ws://elsewhere"),
        ("my_host", "ws://my_host:8080"),
    ] {
        assert_eq!(shown(input), full, "{input:?}");
    }
}

#[test]
fn what_is_no_address_is_refused_with_its_reason() {
    let scheme = |s: &str| AddressError::Scheme { scheme: s.to_owned() };
    for (input, error) in [
        ("", AddressError::Empty),
        (" \u{3000}\u{200b}", AddressError::Empty),
        ("ftp://host", scheme("ftp")),
        ("file:///etc/passwd", scheme("file")),
        ("host:", AddressError::Port),
        ("host:0", AddressError::Port),
        ("host:65536", AddressError::Port),
        ("host:+80", AddressError::Port),
        ("host:http", AddressError::Port),
        ("user:secret@host", AddressError::Host),
        ("ws://user@host", AddressError::Host),
        ("ws://", AddressError::Host),
        (":8080", AddressError::Host),
        ("a b", AddressError::Host),
        ("a..b", AddressError::Host),
        ("a%2eb", AddressError::Host),
        ("8080", AddressError::Host),
        ("127.1", AddressError::Host),
        ("1.2.3.4.5", AddressError::Host),
        ("[::1", AddressError::Host),
        ("[::1]x", AddressError::Host),
        ("[host]:80", AddressError::Host),
        ("[fe80::1%]:80", AddressError::Host),
        ("[fe80::1%a/b]:80", AddressError::Host),
        ("[fe80::1%a%b]:80", AddressError::Host),
        ("[2001:db8::1%eth0]:80", AddressError::Host),
        ("1:2:3", AddressError::Host),
        ("你好，世界", AddressError::Host),
    ] {
        assert_eq!(JoinAddress::parse(input), Err(error), "{input:?}");
    }
    let long = format!("{}.example", "a".repeat(250));
    assert_eq!(JoinAddress::parse(&long), Err(AddressError::Host));
}

#[test]
fn international_names_are_shown_as_typed_and_looked_up_in_ascii() {
    let address = JoinAddress::parse("bücher.example").expect("an address");
    assert_eq!(address.to_string(), "ws://bücher.example:8080");
    assert_eq!(address.ascii_host(), "xn--bcher-kva.example");
    assert_eq!(address.request_uri(), "ws://xn--bcher-kva.example:8080/");
}

#[test]
fn a_zone_stays_on_this_computer() {
    let address = JoinAddress::parse("[fe80::1%eth0]:8080/ws").expect("an address");
    assert_eq!(address.host, "fe80::1%eth0");
    assert_eq!(address.request_uri(), "ws://[fe80::1]:8080/ws");
    assert!(address.request_uri().parse::<http::Uri>().is_ok());
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(input in any::<String>()) {
        let _ = JoinAddress::parse(&input);
        let _ = Invitation::parse(&input);
    }

    #[test]
    fn the_full_form_reads_back_the_same(
        input in "(ws://|wss://|http://|hearth://|)([a-zé围\\.]{1,9}|\\[[0-9a-f:]{2,8}\\]|[0-9\\.]{7,11})(:[0-9]{1,5}|)([/?][ -~é]{0,9}|)"
    ) {
        if let Ok(address) = JoinAddress::parse(&input) {
            prop_assert_eq!(JoinAddress::parse(&address.to_string()), Ok(address.clone()));
            prop_assert!(address.request_uri().parse::<http::Uri>().is_ok());
        }
    }
}
