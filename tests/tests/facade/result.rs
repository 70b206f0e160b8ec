use lksearch::{Expression, Format, Mission, Search, SearchResult, Target};

use crate::Observatory;

async fn kepler_13(observatory: &Observatory) -> SearchResult {
    let target = "TOI 1161".parse::<Target>().expect("because this is a name");
    observatory
        .client(&[])
        .search(&Search::new(Mission::Tess, target))
        .await
        .expect("because the archive is there")
}

#[tokio::test]
async fn a_result_displays_its_class_its_count_and_both_ends() {
    let observatory = Observatory::new();
    let result = kepler_13(&observatory).await;
    let shown = result.to_string();
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines[0], "TESSSearch result with 236 data products");
    assert!(lines[1].starts_with("target_name"), "{shown}");
    assert_eq!(lines.len(), 2 + 5 + 1 + 5, "{shown}");
    assert_eq!(lines[7], "… 226 more");
}

#[tokio::test]
async fn extra_columns_of_the_settings_are_shown() {
    let observatory = Observatory::new();
    let client = observatory.client(&["search_result_display_extra_columns=proposal_id_obs,size"]);
    let target = "TOI 1161".parse::<Target>().unwrap();
    let result = client.search(&Search::new(Mission::Tess, target)).await.unwrap();
    assert!(
        result.shown_columns().ends_with(&["proposal_id_obs", "size"]),
        "{:?}",
        result.shown_columns()
    );
}

#[tokio::test]
async fn a_result_is_filtered_sliced_and_put_together_again() {
    let observatory = Observatory::new();
    let result = kepler_13(&observatory).await;
    let of_14 = result
        .filter(&"sector == 14 and exptime == 120".parse::<Expression>().unwrap())
        .unwrap();
    let (first, rest) = (of_14.slice(0, 1), of_14.slice(1, usize::MAX));
    assert_eq!((first.len(), first.len() + rest.len()), (1, of_14.len()));
    assert_eq!(first.concat(&[rest]).unwrap().table, of_14.table);
}

#[tokio::test]
async fn a_saved_result_is_loaded_with_all_columns_and_types() {
    let observatory = Observatory::new();
    let result = kepler_13(&observatory).await;
    for format in [Format::Parquet, Format::Arrow, Format::Csv, Format::Ndjson] {
        let mut bytes = Vec::new();
        result.write(format, &mut bytes).unwrap();
        let loaded = SearchResult::read(Mission::Tess, &bytes).unwrap();
        let typed: Vec<_> = result
            .table
            .column_names()
            .map(|name| (name, result.table.column_type(name)))
            .collect();
        for (name, kind) in typed {
            // A column without any value has no type in a text format.
            let found = loaded.table.column_type(name);
            let is_empty = result.table.rows().all(|row| row.cell(name).is_none());
            assert!(
                loaded.table.has_column(name) && (found == kind || is_empty),
                "{} {name}: {found:?} {kind:?}",
                format.name()
            );
        }
        for (row, again) in result.table.rows().zip(loaded.table.rows()) {
            assert!(
                row.cells().eq(again.cells()),
                "{}: {:?}",
                format.name(),
                row.text("productFilename")
            );
        }
    }
}
