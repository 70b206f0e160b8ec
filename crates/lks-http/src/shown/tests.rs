use url::Url;

use super::{shown, shown_text};

#[test]
fn urls_are_shown_without_their_secrets() {
    for (url, expected) in [
        (
            "https://mast.stsci.edu/api/v0.1/Download/file?uri=mast:TESS/product/a%20b_lc.fits",
            "https://mast.stsci.edu/api/v0.1/Download/file?uri=mast:TESS/product/a%20b_lc.fits",
        ),
        (
            "https://user:pass@archive.example.org/a?b=c",
            "https://archive.example.org/a?b=c",
        ),
        (
            "https://b.s3.amazonaws.com/k?X-Amz-Date=1&X-Amz-Signature=abc&X-Amz-Credential=d%2Fe&X-Amz-Security-Token=f",
            "https://b.s3.amazonaws.com/k?X-Amz-Date=1&X-Amz-Signature=***&X-Amz-Credential=***&X-Amz-Security-Token=***",
        ),
        ("https://a.example.org/?token=x", "https://a.example.org/?token=***"),
        (
            "https://b.s3.amazonaws.com/k?AWSAccessKeyId=AKIA&Expires=1&Signature=vj%3D",
            "https://b.s3.amazonaws.com/k?AWSAccessKeyId=***&Expires=1&Signature=***",
        ),
        (
            "https://b.example.org/k?X%2DAmz%2DSignature=abc&sig=d&signal=e",
            "https://b.example.org/k?X%2DAmz%2DSignature=***&sig=***&signal=e",
        ),
        (
            "https://c.example.org/k?Policy=a&Key-Pair-Id=b#access_token=c",
            "https://c.example.org/k?Policy=***&Key-Pair-Id=***#access_token=***",
        ),
        // A product whose name speaks of a token is no secret, nor is a word without a value.
        (
            "https://a.example.org/?uri=mast:TESS/token.fits&signature",
            "https://a.example.org/?uri=mast:TESS/token.fits&signature",
        ),
    ] {
        assert_eq!(shown(&Url::parse(url).expect("a URL")), expected);
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
    ] {
        assert_eq!(shown_text(text), expected);
    }
}
