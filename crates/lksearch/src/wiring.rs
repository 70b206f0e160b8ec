//! The only translation between the settings and the parts. Settings are taken apart exhaustively, so one that is not passed on does
//! not compile.

#[cfg(feature = "download")]
mod files;

use std::time::Duration;

use lks_answers::{Answers, Directory};
use lks_config::{
    Cache, EndpointUrls, Fetch, KeptAnswers, Loaded, Network, NetworkVariables, Settings, Sources, Variable,
};
use lks_http::{Certificates, HttpClient, HttpOptions, Proxies, Proxy, Share, SharedDirectory};

use crate::error::Error;

#[cfg(feature = "download")]
pub(crate) use files::FileParts;
#[cfg(feature = "download")]
pub use files::{lock_directories, open_store};

/// The settings of this process: built-in defaults, the user's files, the environment.
///
/// # Errors
/// [`Error::Settings`] names everything that is wrong, with file, line and key.
pub fn load_settings() -> Result<Loaded, Error> {
    Ok(lks_config::load(&Sources::from_process())?)
}

fn limits_of_user(loaded: &Loaded) -> Option<SharedDirectory> {
    let directory = loaded.directories.runtime_dir();
    directory.map(|directory| SharedDirectory::new(directory, "limits"))
}

/// The options of each part.
pub(crate) struct Parts {
    pub http: HttpOptions,
    pub endpoints: lks_mast::Endpoints,
    pub catalogues: lks_catalog::CatalogEndpoints,
    /// Whether archive and catalogues are both on this machine or both elsewhere: the stars of a miniature archive are in no real catalogue.
    pub is_one_sky: bool,
    pub offline: bool,
    pub answers: Answers,
    pub extra_columns: Vec<String>,
    #[cfg(feature = "download")]
    pub files: FileParts,
}

/// Takes the settings apart and gives each part its own.
///
/// A setting that is not named here does not compile:
///
/// ```compile_fail,E0027
/// let lksearch::config::Fetch { jobs, part_size } = lksearch::Settings::default().fetch;
/// ```
#[cfg_attr(not(feature = "download"), expect(unused_variables))]
pub(crate) fn parts(loaded: &Loaded) -> Result<Parts, Error> {
    let Settings {
        cloud_only,
        prefer_cloud,
        download_cloud,
        check_cached_file_sizes,
        // Resolved together with the home and XDG directories.
        cache_dir: _,
        search_result_display_extra_columns: extra_columns,
        offline,
        share,
        endpoints:
            EndpointUrls {
                mast,
                resolver,
                tap,
                simbad,
                gaia,
                s3,
                bucket,
                region,
                signed,
            },
        search: KeptAnswers { max_age },
        network:
            Network {
                connect_timeout,
                head_timeout,
                idle_timeout,
                retries,
                user_agent,
            },
        fetch: Fetch {
            jobs,
            part_size,
            split_above,
            checks,
        },
        cache: Cache { verify },
    } = loaded.settings.clone();

    #[cfg(feature = "download")]
    let cache_dir = files::cache_dir_if_any(loaded)?;
    let of_user = limits_of_user(loaded);
    // Beside the store, other machines that share it take part, if its file system has locks.
    #[cfg(feature = "download")]
    let beside = cache_dir
        .as_deref()
        .ok()
        .map(files::beside)
        .filter(|_| share.is_some() || of_user.is_none());
    #[cfg(not(feature = "download"))]
    let beside = None;
    let shared_limits = of_user.into_iter().chain(beside).collect();
    let share = share.map_or(Share::WHOLE, |share| {
        Share::new(share.part().get(), share.of().get()).expect("because no fraction is more than the whole")
    });
    let mut http = lks_mast::http_options()
        .with_share(share)
        .with_shared_limits(shared_limits)
        .with_connect_timeout(connect_timeout)
        .with_head_timeout(head_timeout)
        .with_idle_timeout(idle_timeout)
        .with_retries(retries)
        .with_proxies(proxies(&loaded.network))
        .with_certificates(certificates(&loaded.network));
    if let Some(user_agent) = user_agent {
        http.user_agent = user_agent;
    }
    // The archive answers a request for a cloud file with a redirect to the mirror, wherever that is.
    http.redirect_hosts.push(format!("{bucket}.s3.{region}.amazonaws.com"));
    http.redirect_hosts.extend(s3.as_deref().and_then(host));
    // A bucket that wants a key is read by those who have it, for files only.
    let mirror = (prefer_cloud && !signed).then(|| match &s3 {
        Some(endpoint) => format!("{}/{bucket}", endpoint.trim_end_matches('/')),
        None => format!("https://{bucket}.s3.{region}.amazonaws.com"),
    });
    let mirror = mirror.and_then(|address| address.parse().ok());
    let is_here = |service: &str| service.parse().is_ok_and(|url| lks_http::is_loopback(&url));
    Ok(Parts {
        http,
        is_one_sky: is_here(&mast) == is_here(&simbad),
        endpoints: lks_mast::Endpoints::parse(&mast, &resolver)?.with_mirror(mirror),
        catalogues: lks_catalog::CatalogEndpoints::parse(&tap, &simbad, &gaia)?,
        offline,
        answers: answers(loaded, max_age).with_offline(offline),
        extra_columns,
        #[cfg(feature = "download")]
        files: FileParts {
            options: lks_fetch::Options::default()
                .with_jobs(jobs)
                .with_part_size(part_size)
                .with_split_above(split_above)
                .with_all_checks(checks == lks_config::Checks::All)
                .with_s3(s3)
                .with_bucket(bucket, region)
                .with_access_key(loaded.credentials()?.map(files::access_key)),
            policy: lks_fetch::Policy::default()
                .with_prefer_cloud(prefer_cloud)
                .with_cloud_only(cloud_only)
                .with_download_cloud(download_cloud)
                .with_check_sizes(check_cached_file_sizes)
                .with_verify(files::level(verify)),
            cache_dir,
        },
    })
}

/// Where answers are kept: beside the files, but not among them.
const ANSWERS: &str = ".lks/answers";

/// The kept answers of these settings, for looking after them; `None` if there is no directory for them.
pub fn kept_answers(loaded: &Loaded) -> Option<Directory> {
    Some(Directory::at(loaded.cache_dir().ok()?.join(ANSWERS)))
}

fn answers(loaded: &Loaded, max_age: Duration) -> Answers {
    kept_answers(loaded).map_or_else(Answers::none, |directory| Answers::in_directory(directory, max_age))
}

fn proxies(named: &NetworkVariables) -> Proxies {
    let proxy = |variable: &Variable| Proxy::new(variable.text(), variable.name);
    let mut proxies = Proxies::default();
    proxies.https = named.https_proxy.as_ref().map(proxy);
    proxies.http = named.http_proxy.as_ref().map(proxy);
    proxies.exceptions = named.no_proxy.as_ref().map(Variable::text).unwrap_or_default();
    proxies
}

fn certificates(named: &NetworkVariables) -> Certificates {
    let (file, directories) = (&named.certificate_file, &named.certificate_directories);
    let with_file = file.iter().fold(Certificates::default(), |certificates, file| {
        certificates.with_file(&file.value, file.name)
    });
    directories.iter().fold(with_file, |certificates, list| {
        let paths = list.paths().into_iter();
        paths.fold(certificates, |certificates, path| {
            certificates.with_directory(path, list.name)
        })
    })
}

/// The host of a URL that the settings have already checked.
fn host(url: &str) -> Option<String> {
    let after_scheme = url.split_once("://")?.1;
    let authority = after_scheme.split(['/', '?', '#']).next()?;
    Some(
        authority
            .rsplit_once(':')
            .map_or(authority, |(host, _port)| host)
            .to_owned(),
    )
}

/// The client of `offline = true`: nothing is sent, and each question is an error that says why.
pub(crate) fn offline_client() -> HttpClient {
    HttpClient::offline(
        "`offline` is true; set it to false to ask the network (`lksearch config show --origin` tells where it is set)",
    )
}
