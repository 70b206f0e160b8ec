//! The only translation between the settings and the parts. Settings are taken apart exhaustively, so one that nobody hands on does
//! not compile.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use lks_cache::{Level, Store};
use lks_config::{
    Cache, Credentials, Endpoints, Fetch, Loaded, Network, NetworkVariables, NoDirectory, Settings, Sources, Variable,
    Verify,
};
use lks_fetch::Policy;
use lks_fetch::cloud::AwsCredential;
use lks_http::{Certificates, HttpClient, HttpOptions, Proxies, Proxy, SharedDirectory};

use crate::error::Error;

/// The settings of this process: built-in defaults, the user's files, the environment.
///
/// # Errors
/// [`Error::Settings`] names everything that is wrong, with file, line and key.
pub fn load_settings() -> Result<Loaded, Error> {
    Ok(lks_config::load(&Sources::from_process())?)
}

/// The store of these settings, for looking after it without a network.
///
/// ```no_run
/// let store = lksearch::open_store(&lksearch::load_settings()?)?;
/// println!("{} bytes", store.info(|_| ())?.files.bytes);
/// # Ok::<(), lksearch::Error>(())
/// ```
///
/// # Errors
/// [`Error::Settings`] if nothing says where it is, [`Error::File`] if something else than a directory is there.
pub fn open_store(loaded: &Loaded) -> Result<Store, Error> {
    Ok(lks_fetch::store_at(cache_dir(loaded)?))
}

/// Where the processes of this machine share the limits of hosts by locked files: beside the cache, and where the system has a place for
/// what one user's processes share, there. For [`cache::GarbageOptions`](crate::cache::GarbageOptions), because the files
/// stay when the ports of servers on this machine, such as the sandbox's, are gone.
pub fn lock_directories(loaded: &Loaded, store: &Store) -> Vec<PathBuf> {
    [limits_beside_cache(store)]
        .into_iter()
        .chain(limits_of_user(loaded))
        .map(|directory| directory.path())
        .collect()
}

fn limits_beside_cache(store: &Store) -> SharedDirectory {
    SharedDirectory {
        base: store.root().to_path_buf(),
        below: lks_fetch::store_at("").state_directory("limits"),
    }
}

fn limits_of_user(loaded: &Loaded) -> Option<SharedDirectory> {
    loaded.directories.runtime_dir().map(|directory| SharedDirectory {
        base: directory.to_path_buf(),
        below: "limits".into(),
    })
}

/// What each part is told.
pub(crate) struct Parts {
    pub http: HttpOptions,
    pub endpoints: lks_mast::Endpoints,
    pub fetch: lks_fetch::Options,
    pub policy: Policy,
    /// Searching needs none.
    pub cache_dir: Result<PathBuf, NoDirectory>,
    pub offline: bool,
    pub extra_columns: Vec<String>,
}

/// Takes the settings apart and tells each part what concerns it.
///
/// A setting that is not named here does not compile:
///
/// ```compile_fail,E0027
/// let lksearch::config::Fetch { jobs, part_size } = lksearch::Settings::default().fetch;
/// ```
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
        endpoints:
            Endpoints {
                mast,
                resolver,
                s3,
                bucket,
                region,
                // Known by the key that it lets through.
                signed: _,
            },
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
        },
        cache: Cache { verify },
    } = loaded.settings.clone();

    let cache_dir = match cache_dir(loaded) {
        Ok(directory) => Ok(directory),
        Err(Error::Settings(lks_config::Error::NoDirectory(nowhere))) => Err(nowhere),
        Err(error) => return Err(error),
    };
    let beside_cache = || Some(limits_beside_cache(&lks_fetch::store_at(cache_dir.as_ref().ok()?)));
    let shared_limits = limits_of_user(loaded).or_else(beside_cache);
    let mut http = HttpOptions {
        shared_limits,
        connect_timeout,
        head_timeout,
        idle_timeout,
        retries,
        proxies: proxies(&loaded.network),
        certificates: certificates(&loaded.network),
        ..lks_mast::http_options()
    };
    if let Some(user_agent) = user_agent {
        http.user_agent = user_agent;
    }
    // The archive answers a request for a cloud file with a redirect to the mirror, wherever that is.
    http.redirect_hosts.push(format!("{bucket}.s3.{region}.amazonaws.com"));
    http.redirect_hosts.extend(s3.as_deref().and_then(host));
    Ok(Parts {
        http,
        endpoints: lks_mast::Endpoints::parse(&mast, &resolver)?,
        fetch: lks_fetch::Options {
            jobs,
            part_size,
            split_above,
            s3,
            bucket,
            region,
            access_key: loaded.credentials()?.map(access_key),
        },
        policy: Policy {
            prefer_cloud,
            cloud_only,
            download_cloud,
            check_sizes: check_cached_file_sizes,
            force: false,
            verify: match verify {
                Verify::Exists => Level::Exists,
                Verify::Stat => Level::Stat,
                Verify::Sha256 => Level::Sha256,
                Verify::Fits => Level::Content,
            },
        },
        cache_dir,
        offline,
        extra_columns,
    })
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

fn access_key(credentials: &Credentials) -> Arc<AwsCredential> {
    let Credentials {
        key_id, secret, token, ..
    } = credentials.clone();
    Arc::new(AwsCredential {
        key_id,
        secret_key: secret,
        token,
    })
}

/// The directory to keep files in, which need not exist. One that no manifest could name, and anything else in its place, is told before
/// the first request.
pub(crate) fn cache_dir(loaded: &Loaded) -> Result<PathBuf, Error> {
    let path = loaded.cache_dir()?;
    if path.to_str().is_none() {
        return Err(Error::Input(format!(
            "{}: a manifest could not name files in this directory, whose name is not UTF-8; choose another `cache_dir`",
            path.display()
        )));
    }
    match std::fs::metadata(path) {
        Ok(there) if !there.is_dir() => {
            let source = io::Error::new(
                io::ErrorKind::NotADirectory,
                "it is not a directory; choose another `cache_dir`",
            );
            Err(Error::File {
                operation: "keep files in",
                path: path.display().to_string(),
                source,
            })
        }
        Ok(_) | Err(_) => Ok(path.to_path_buf()),
    }
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

/// The client of `offline = true`: nothing is sent, and whoever asks is told why.
pub(crate) fn offline_client() -> HttpClient {
    HttpClient::offline(
        "`offline` is true; set it to false to ask the network (`lksearch config show --origin` tells where it is set)",
    )
}
