use super::html_excerpt;

#[test]
fn a_page_is_its_title_or_its_text_and_other_text_is_itself() {
    let check = |page: &str, words: &str| assert_eq!(html_excerpt(page), words, "{page}");
    check(
        "<!DOCTYPE html>\n<HTML><head><Title>503 Service\nUnavailable</Title><style>b{}</style></head><body>Down</body>",
        "503 Service Unavailable",
    );
    check("<html><title></title><body><h1>Whoa</h1>ü <b>cut off", "Whoa ü cut off");
    check(
        "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code><Message>not there</Message></Error>",
        "not there",
    );
    check("<html><head><ti", "");
    check("a < b > c", "a < b > c");
    check("", "");
}
