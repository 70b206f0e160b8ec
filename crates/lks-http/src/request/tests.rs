use super::*;

#[test]
fn a_multipart_body_has_each_pair_and_the_file() {
    let url = Url::parse("https://example.org/sync").unwrap();
    let request = Request::post_multipart(url, &[("LANG", "ADQL"), ("UPLOAD", "t,param:t")], ("t", b"<VOTABLE/>"));
    let kind = request.headers[header::CONTENT_TYPE].to_str().unwrap();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    let expected = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"LANG\"\r\n\r\nADQL\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"UPLOAD\"\r\n\r\nt,param:t\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"t\"; filename=\"t\"\r\n\r\n<VOTABLE/>\r\n\
         --{boundary}--\r\n"
    );
    assert_eq!(request.method, Method::POST);
    assert_eq!(std::str::from_utf8(&request.body).unwrap(), expected);
}
