//! `lksearch cutout`: a download of the cutouts that a search finds.

use lksearch::{CutoutSource, Error, Kind, Target};

use crate::arguments::{self, Asking, CutoutWord, Download, Filters, Global, MissionWord, Order, Sources, Transfer};
use crate::exit::ExitStatus;
use crate::{download, filters};

/// Cuts, and prints the manifest.
pub(crate) async fn run(global: &Global, words: arguments::Cutout) -> Result<ExitStatus, Error> {
    let source = match words.source {
        CutoutWord::Auto => CutoutSource::Auto,
        CutoutWord::Cubes => CutoutSource::Cubes,
        CutoutWord::Tesscut => CutoutSource::Service,
    };
    let words = as_download(words);
    let Asking {
        target,
        targets,
        filters,
        ..
    } = &words.asking;
    if targets.is_none() && filters::search(MissionWord::Tess, target, filters)?.target == Target::Any {
        let message =
            "the target is missing; write a name, an id or a position: `lksearch cutout \"TOI 1161\" --sector 14`";
        return Err(Error::Input(message.to_owned()));
    }
    download::bring(global, words, source).await
}

/// The words of the download that it is.
fn as_download(words: arguments::Cutout) -> Download {
    let filters = Filters {
        kind: Some(Kind::TessCut.name().to_owned()),
        sector: words.sector,
        ..Filters::default()
    };
    Download {
        asking: Asking {
            mission: Some(MissionWord::Tess),
            target: words.target,
            from: None,
            targets: words.targets,
            rows: None,
            filters,
        },
        transfer: Transfer {
            sources: Sources {
                order: Order::default(),
                pace: words.pace,
            },
            link: false,
            place: words.place,
            force: words.force,
            dry_run: words.dry_run,
            cutout_size: Some(words.size),
        },
        printed: words.printed,
    }
}
