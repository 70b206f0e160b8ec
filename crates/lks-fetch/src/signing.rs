//! SHA-256 and its HMAC, by which `object_store` signs requests to a bucket; its own providers would bring a C library.

use object_store::client::{CryptoProvider, DigestAlgorithm, DigestContext, HmacContext, Signer, SigningAlgorithm};
use object_store::{Error, Result};
use sha2::{Digest, Sha256};

/// Bytes that SHA-256 takes at once.
const BLOCK: usize = 64;

/// The two.
#[derive(Debug)]
pub(crate) struct Signing;

impl CryptoProvider for Signing {
    fn digest(&self, algorithm: DigestAlgorithm) -> Result<Box<dyn DigestContext>> {
        only_sha256(algorithm)?;
        Ok(Box::new(Hashing(Sha256::new(), [0; 32])))
    }

    fn hmac(&self, algorithm: DigestAlgorithm, secret: &[u8]) -> Result<Box<dyn HmacContext>> {
        only_sha256(algorithm)?;
        Ok(Box::new(Hmac::new(secret)))
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

/// RFC 2104.
struct Hmac {
    inner: Sha256,
    outer: Sha256,
    code: [u8; 32],
}

impl Hmac {
    fn new(secret: &[u8]) -> Self {
        let mut key = [0; BLOCK];
        if secret.len() > BLOCK {
            key[..32].copy_from_slice(&Sha256::digest(secret));
        } else {
            key[..secret.len()].copy_from_slice(secret);
        }
        let begun = |pad: u8| Sha256::new_with_prefix(key.map(|byte| byte ^ pad));
        Self {
            inner: begun(0x36),
            outer: begun(0x5c),
            code: [0; 32],
        }
    }
}

impl HmacContext for Hmac {
    fn update(&mut self, data: &[u8]) {
        self.inner.update(data);
    }

    fn finish(&mut self) -> Result<&[u8]> {
        let inner = self.inner.clone().finalize();
        self.code = self.outer.clone().chain_update(inner).finalize().into();
        Ok(&self.code)
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
