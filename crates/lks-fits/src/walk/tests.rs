use super::{Keep, MAX_KEPT, Step, Walk};
use crate::write::{Hdu, Pixel};
use crate::{BLOCK, Error};

#[test]
fn the_cards_of_many_long_headers_do_not_fill_the_memory() {
    let mut walk = Walk::new(Keep::All);
    let (primary, image) = (
        Hdu::primary().bytes().unwrap(),
        Hdu::image(Pixel::UInt8, &[]).bytes().unwrap(),
    );
    let mut num_blocks = 0;
    let error = loop {
        // The first block of a header without its END, a long run of blank cards, then the END.
        let mut block = if walk.index() == 0 {
            primary.clone()
        } else {
            image.clone()
        };
        let end = 80 * block.chunks(80).position(|image| image.starts_with(b"END ")).unwrap();
        block[end..end + 3].fill(b' ');
        let blank = vec![b' '; BLOCK as usize];
        let mut last = blank.clone();
        last[..3].copy_from_slice(b"END");
        let blocks = std::iter::once(&block)
            .chain(std::iter::repeat_n(&blank, 5000))
            .chain([&last]);
        let mut failed = None;
        for block in blocks {
            num_blocks += 1;
            match walk.block(block) {
                Ok(Step::More | Step::Hdu(_)) => {}
                Ok(Step::Trailing) => panic!("an HDU"),
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
        if let Some(error) = failed {
            break error;
        }
    };
    assert!(matches!(error, Error::Unsupported { .. }), "{error}");
    assert_eq!(num_blocks, MAX_KEPT / BLOCK + 1);
}
