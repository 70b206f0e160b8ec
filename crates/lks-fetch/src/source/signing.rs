//! Signatures of requests to a bucket, by `object_store` with the SHA-256 and HMAC of RustCrypto; its own providers would bring a C library.
//!
//! A signature holds for 15 minutes around its date
//! (<https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html>), less than a request may wait for its turn or
//! be tried again. So the library makes anonymous requests, and each is signed when it is sent.

use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use lks_http::{BoxError, Request};
use object_store::aws::{AwsAuthorizer, AwsCredential};
use object_store::client::{
    CryptoProvider, DigestAlgorithm, DigestContext, HmacContext, HttpRequest, HttpRequestBody, Signer, SigningAlgorithm,
};
use object_store::{Error, Result};
use sha2::{Digest, Sha256};

const SERVICE: &str = "s3";

/// Signs requests with one key.
#[derive(Debug)]
pub(crate) struct RequestSigner {
    key: Arc<AwsCredential>,
    region: String,
}

impl RequestSigner {
    pub(crate) fn new(key: Arc<AwsCredential>, region: &str) -> Self {
        let region = region.to_owned();
        Self { key, region }
    }

    /// Signs the request as it is, for now.
    pub(crate) fn sign(&self, request: &mut Request) -> Result<(), BoxError> {
        let mut signed = HttpRequest::new(HttpRequestBody::from(request.body.clone()));
        *signed.method_mut() = request.method.clone();
        *signed.uri_mut() = request.url.as_str().parse()?;
        *signed.headers_mut() = request.headers.clone();
        AwsAuthorizer::new(&self.key, SERVICE, &self.region)
            .with_crypto(&Signing)
            .try_authorize(&mut signed, None)?;
        request.headers = std::mem::take(signed.headers_mut());
        Ok(())
    }
}

/// SHA-256 and HMAC-SHA256.
#[derive(Debug)]
pub(crate) struct Signing;

impl CryptoProvider for Signing {
    fn digest(&self, algorithm: DigestAlgorithm) -> Result<Box<dyn DigestContext>> {
        only_sha256(algorithm)?;
        Ok(Box::new(Hashing(Sha256::new(), [0; 32])))
    }

    fn hmac(&self, algorithm: DigestAlgorithm, secret: &[u8]) -> Result<Box<dyn HmacContext>> {
        only_sha256(algorithm)?;
        let begun = Hmac::new_from_slice(secret).expect("because HMAC takes a key of any length");
        Ok(Box::new(Authenticating(begun, [0; 32])))
    }

    fn sign(&self, _: SigningAlgorithm, _: &[u8]) -> Result<Box<dyn Signer>> {
        Err(unknown())
    }
}

fn only_sha256(algorithm: DigestAlgorithm) -> Result<()> {
    match algorithm {
        DigestAlgorithm::Sha256 => Ok(()),
        _ => Err(unknown()),
    }
}

fn unknown() -> Error {
    Error::NotSupported {
        source: "requests to a bucket are signed with HMAC-SHA256 only".into(),
    }
}

struct Hashing(Sha256, [u8; 32]);

impl DigestContext for Hashing {
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    fn finish(&mut self) -> Result<&[u8]> {
        self.1 = self.0.finalize_reset().into();
        Ok(&self.1)
    }
}

/// The code is kept here, because it is handed out by reference.
struct Authenticating(Hmac<Sha256>, [u8; 32]);

impl HmacContext for Authenticating {
    fn update(&mut self, data: &[u8]) {
        Mac::update(&mut self.0, data);
    }

    fn finish(&mut self) -> Result<&[u8]> {
        self.1 = self.0.clone().finalize().into_bytes().into();
        Ok(&self.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn the_examples_of_rfc_4231() {
        let long = [0xaa; 131];
        for (key, data, code) in [
            (
                &[0x0b; 20][..],
                "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe",
                "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &long,
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            let mut hmac = Signing.hmac(DigestAlgorithm::Sha256, key).expect("known");
            hmac.update(data.as_bytes());
            assert_eq!(hex(hmac.finish().expect("a code")), code);
        }
    }
}
