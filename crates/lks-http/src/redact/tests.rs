use url::Url;

use super::{redact_address, redact_addresses, redact_text, redact_url};

#[test]
fn urls_are_shown_without_their_secrets() {
    for (url, expected) in [
        (
            "https://mast.stsci.edu/api/v0.1/Download/file?uri=mast:TESS/product/a%20b_lc.fits",
            "https://mast.stsci.edu/api/v0.1/Download/file?uri=mast:TESS/product/a%20b_lc.fits",
        ),
        (
            "https://mast.stsci.edu/api/v0.1/Download/file?uri=mast:HLA/url/cgi-bin/getdata.cgi%3Fdownload%3D1",
            "https://mast.stsci.edu/api/v0.1/Download/file?uri=mast:HLA/url/cgi-bin/getdata.cgi%3Fdownload%3D1",
        ),
        (
            "https://user:pass@archive.example.org/a?b=c",
            "https://archive.example.org/a?b=***",
        ),
        (
            "https://b.s3.amazonaws.com/k?X-Amz-Date=1&X-Amz-Signature=abc&X-Amz-Credential=d%2Fe&X-Amz-Security-Token=f&versionId=3",
            "https://b.s3.amazonaws.com/k?X-Amz-Date=***&X-Amz-Signature=***&X-Amz-Credential=***&X-Amz-Security-Token=***&versionId=3",
        ),
        ("https://a.example.org/?token=x", "https://a.example.org/?token=***"),
        (
            "https://b.s3.amazonaws.com/k?AWSAccessKeyId=AKIA&Expires=1&Signature=vj%3D",
            "https://b.s3.amazonaws.com/k?AWSAccessKeyId=***&Expires=***&Signature=***",
        ),
        (
            "https://b.example.org/k?X%2DAmz%2DSignature=abc&sig=d&signal=e",
            "https://b.example.org/k?X%2DAmz%2DSignature=***&sig=***&signal=***",
        ),
        (
            "https://c.example.org/k?Policy=a&Key-Pair-Id=b#access_token=c",
            "https://c.example.org/k?Policy=***&Key-Pair-Id=***#***",
        ),
        (
            "https://c.example.org/k?code=a&jwt=b&session=c&key=d&state=e",
            "https://c.example.org/k?code=***&jwt=***&session=***&key=***&state=***",
        ),
        // A product whose name speaks of a token is not a secret; a word alone may be one.
        (
            "https://a.example.org/?uri=mast:TESS/token.fits&signature",
            "https://a.example.org/?uri=mast:TESS/token.fits&***",
        ),
        ("https://a.example.org/?c2VjcmV0==", "https://a.example.org/?***"),
        ("https://a.example.org/?", "https://a.example.org/?"),
        (
            "https://a.example.org/?x=fe5f80&y=-3.5",
            "https://a.example.org/?x=***&y=-3.5",
        ),
        // Another address is not a product, and a server may read another parameter behind these.
        (
            "https://a.example.org/?uri=https://u:p@b.example.org/",
            "https://a.example.org/?uri=***",
        ),
        (
            "https://a.example.org/?uri=mast:a;token=b&ra=1;token=b",
            "https://a.example.org/?uri=***&ra=***",
        ),
        (
            "https://a.example.org/k.fits;jsessionid=abc/d",
            "https://a.example.org/k.fits;***/d",
        ),
    ] {
        assert_eq!(redact_url(&Url::parse(url).expect("a URL")), expected);
    }
}

/// Each address that the archive is asked by, as the page of its services has them.
#[test]
fn the_archives_own_addresses_still_say_what_they_are_about() {
    for url in [
        "https://mast.stsci.edu/api/v0/invoke",
        "https://mastresolver.stsci.edu/Santa-war/query?name=TOI%201161&outputFormat=json&resolveAll=true",
        "https://mast.stsci.edu/tesscut/api/v0.1/sector?ra=84.291188&dec=-80.46912&radius=0d",
        "https://mast.stsci.edu/tesscut/api/v0.1/astrocut?ra=84.291188&dec=-80.46912&y=3&x=5&units=px&sector=14&product=SPOC",
        "https://mast.stsci.edu/api/v0.1/path_lookup/?uri=mast:TESS/product/a.fits&uri=mast:TESS/product/b.fits&use_cloud_path=True",
        "https://mast.stsci.edu/api/v0.1/Download/file?uri=mast%3ATESS%2Fproduct%2Fa.fits",
        "https://stpubdata.s3.us-east-1.amazonaws.com/tess/public/a.fits?versionId=3sL4kqtJlcpXroDTDmJ",
    ] {
        assert_eq!(redact_url(&Url::parse(url).expect("a URL")), url);
    }
}

#[test]
fn addresses_that_people_mistype_are_shown_without_secrets() {
    for (address, expected) in [
        ("https://u:p/w@host:x/y", "https://host:x/y"),
        ("https://u:p?w#@host:x/y?z=1", "https://host:x/y?z=***"),
        ("ftp://u:p w@host/x?y=z", "ftp://host/x?y=***"),
        ("https://host:x/y?token", "https://host:x/y?***"),
        ("a/path@b?c=d", "a/path@b?c=d"),
        ("mast:TESS/product/a.fits", "mast:TESS/product/a.fits"),
        ("s3://stpubdata/tess/a.fits", "s3://stpubdata/tess/a.fits"),
        ("", ""),
    ] {
        assert_eq!(redact_address(address), expected);
        assert_eq!(redact_address(expected), expected, "shown twice");
    }
}

#[test]
fn addresses_in_texts_are_shown_without_secrets() {
    for (text, expected) in [
        ("nothing", "nothing"),
        ("a://", "a://"),
        (" :// x", " :// x"),
        (
            "cannot open 'https://u:p@h/x?k=v': no answer from https://h/y?ra=1&k=v, and http://h.",
            "cannot open 'https://h/x?k=***': no answer from https://h/y?ra=1&k=***, and http://h.",
        ),
        ("key=1 (see https://h/?a=b)…", "key=1 (see https://h/?a=***)…"),
    ] {
        assert_eq!(redact_addresses(text), expected);
        assert_eq!(redact_addresses(expected), expected, "shown twice");
    }
}

#[test]
fn texts_of_servers_are_shown_without_secrets() {
    for (text, expected) in [
        ("", ""),
        ("a > b, c = d=e", "a > b, c = d=e"),
        (
            "<Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>AKIA</AWSAccessKeyId> <SignatureProvided>fe5f80</SignatureProvided>x",
            "<Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>***</AWSAccessKeyId> <SignatureProvided>***</SignatureProvided>x",
        ),
        (
            "<a href=\"https://b.example.org/k?x=1&amp;X-Amz-Signature=fe5f80\">here</a> é=ü token=t",
            "<a href=\"https://b.example.org/k?x=1&amp;X-Amz-Signature=***\">here</a> é=ü token=***",
        ),
        (
            "<a href=\"/login?code=fe5f80&amp;uri=mast:a.fits&state=s\">",
            "<a href=\"/login?code=***&amp;uri=mast:a.fits&state=***\">",
        ),
        (
            "{\"access_token\": \"fe5f80\", \"rows\": 12}",
            "{\"access_token\": \"***\", \"rows\": 12}",
        ),
        (
            "x-amz-security-token:FwoG/ host:h Authorization: Bearer fe5f80 end",
            "x-amz-security-token:*** host:h Authorization: *** end",
        ),
    ] {
        assert_eq!(redact_text(text), expected);
    }
}
