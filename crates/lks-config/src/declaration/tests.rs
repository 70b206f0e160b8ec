use super::*;

#[test]
fn every_default_is_allowed_and_printed_as_declared() {
    let mut settings = Settings::default();
    for declaration in DECLARATIONS {
        let value = declaration.default_value();
        assert_eq!(value.to_string(), declaration.default, "{}", declaration.key);
        assert_eq!(
            declaration.parse_text(declaration.default).as_ref(),
            Ok(&value),
            "{}",
            declaration.key
        );
        (declaration.write)(&mut settings, value.clone());
        assert_eq!((declaration.read)(&settings), value, "{}", declaration.key);
    }
    assert_eq!(settings, Settings::default());
    assert_eq!(DECLARATIONS.len(), 28);
}

#[test]
fn the_ends_of_every_range_fit_the_field() {
    let mut settings = Settings::default();
    for declaration in DECLARATIONS {
        let ends = match &declaration.kind {
            ValueKind::Count { min, max } => vec![Value::Count(*min), Value::Count(*max)],
            ValueKind::Size { min, max } => vec![Value::Size(*min), Value::Size(*max)],
            ValueKind::Duration { min, max } => vec![Value::Duration(*min), Value::Duration(*max)],
            ValueKind::Choice(words) => words.iter().map(|word| Value::Text((*word).to_owned())).collect(),
            ValueKind::Switch
            | ValueKind::Url
            | ValueKind::Name
            | ValueKind::Header
            | ValueKind::Path
            | ValueKind::Fraction
            | ValueKind::List => Vec::new(),
        };
        for end in ends {
            (declaration.write)(&mut settings, end.clone());
            assert_eq!((declaration.read)(&settings), end, "{}", declaration.key);
            assert_eq!(declaration.parse_text(&end.to_string()), Ok(end), "{}", declaration.key);
        }
    }
}

#[test]
fn keys_variables_and_sentences_are_complete() {
    for declaration in DECLARATIONS {
        assert_eq!(keys().filter(|key| *key == declaration.key).count(), 1);
        assert!(declaration.sentence.ends_with('.'), "{}", declaration.key);
        assert!(
            !declaration.sentence.contains('\n') && !declaration.sentence.contains('|'),
            "{}",
            declaration.key
        );
    }
    assert_eq!(
        lookup("endpoints.mast").map(Declaration::variable).as_deref(),
        Some("LKSEARCH_ENDPOINTS__MAST")
    );
}

#[test]
fn an_unknown_key_is_answered_with_the_nearest() {
    let message = get(&Settings::default(), "prefer_clod").unwrap_err().to_string();
    assert_eq!(message, "`prefer_clod`: unknown key; did you mean `prefer_cloud`?");
    assert_eq!(get(&Settings::default(), "fetch.jobs").unwrap(), "8");
}

#[test]
fn the_defaults_are_those_that_are_promised() {
    let settings = Settings::default();
    assert_eq!(
        (settings.cloud_only, settings.prefer_cloud, settings.download_cloud),
        (false, true, true)
    );
    assert_eq!((settings.check_cached_file_sizes, settings.offline), (true, false));
    assert_eq!(
        (settings.cache_dir, settings.search_result_display_extra_columns),
        (None, vec![])
    );
    let EndpointUrls {
        mast,
        resolver,
        tap,
        simbad,
        gaia,
        s3,
        bucket,
        region,
        signed,
    } = settings.endpoints;
    assert!(!signed);
    assert_eq!(
        (mast.as_str(), resolver.as_str()),
        ("https://mast.stsci.edu", "https://mastresolver.stsci.edu")
    );
    assert_eq!(
        [tap.as_str(), simbad.as_str(), gaia.as_str()],
        [
            "https://tapvizier.cds.unistra.fr/TAPVizieR/tap",
            "https://simbad.cds.unistra.fr/simbad/sim-tap",
            "https://gea.esac.esa.int/tap-server/tap",
        ]
    );
    assert_eq!((s3, bucket.as_str(), region.as_str()), (None, "stpubdata", "us-east-1"));
    assert_eq!(settings.search.max_age.as_secs(), 86_400);
    let Network {
        connect_timeout,
        head_timeout,
        idle_timeout,
        retries,
        user_agent,
    } = settings.network;
    assert_eq!(
        [connect_timeout, head_timeout, idle_timeout].map(|time| time.as_secs()),
        [10, 60, 30]
    );
    assert_eq!((retries, user_agent), (4, None));
    let Fetch {
        jobs,
        part_size,
        split_above,
        checks,
    } = settings.fetch;
    assert_eq!((jobs.get(), part_size, split_above), (8, 8 << 20, 32 << 20));
    assert_eq!(checks, Checks::Enough);
    assert_eq!(settings.cache.verify, Verify::Stat);
}
