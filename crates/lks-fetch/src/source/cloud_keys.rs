//! Where objects are on the cloud, for runs that ask the archive first: looked up only when it fails.

use std::collections::HashMap;

use lks_mast::{CloudPaths, MastClient};
use tokio::sync::OnceCell;

use crate::plan::route::Route;
use crate::plan::{Plan, Step};

/// Products looked up together, with the first of them that is asked for: as many as fit into one request.
const TOGETHER: usize = 40;

/// The keys of the products whose way out is the mirror.
pub(crate) struct CloudKeys<'a> {
    mast: &'a MastClient,
    batches: Vec<Batch>,
    batch_of: HashMap<String, usize>,
}

struct Batch {
    uris: Vec<String>,
    keys: OnceCell<HashMap<String, Option<String>>>,
}

impl<'a> CloudKeys<'a> {
    /// Those of this plan. Asks nothing yet.
    pub(crate) fn of(plan: &Plan, mast: &'a MastClient) -> Self {
        let routes = plan.steps.iter().flat_map(Step::routes);
        let uris = routes.filter_map(|route| match route {
            Route::Mirror { uri } => Some(uri.clone()),
            Route::Cloud { .. } | Route::Archive { .. } | Route::Cube(_) | Route::Cutout(_) => None,
        });
        let uris: Vec<String> = uris.collect();
        let batches = uris.chunks(TOGETHER).map(|uris| Batch {
            uris: uris.to_vec(),
            keys: OnceCell::new(),
        });
        let numbered = uris.iter().enumerate();
        Self {
            mast,
            batch_of: numbered.map(|(n, uri)| (uri.clone(), n / TOGETHER)).collect(),
            batches: batches.collect(),
        }
    }

    /// The key of the product, if it is on the cloud as far as can be learned; each product is looked up at most once.
    pub(crate) async fn key(&self, uri: &str) -> Option<&str> {
        let batch = &self.batches[*self.batch_of.get(uri)?];
        let keys = batch.keys.get_or_init(|| async {
            let paths = self.mast.cloud_paths(&batch.uris).await.unwrap_or_else(|error| {
                tracing::debug!(%error, "the way out by the cloud is not known");
                CloudPaths::default()
            });
            paths.keys
        });
        keys.await.get(uri)?.as_deref()
    }
}
