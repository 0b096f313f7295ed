//! From the reference pages to the crate: how long reading, extracting and emitting take, in memory and on disk; and how long it
//! takes to compare the reference with itself.
//!
//! The pages are in the folder that `UCWA_REFERENCE` names, or in `../shared/reference` beside the repository. Without them
//! there is nothing to measure.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{BatchSize, Criterion};
use ucwa_codegen::compare::{Source, compare};
use ucwa_codegen::emit::Root;
use ucwa_codegen::extract::{carry_over, extract};
use ucwa_codegen::generate::{Generated, generate};
use ucwa_codegen::pages::read_all;
use ucwa_schema::{Errata, Schema, apply_errata};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the workspace");
    let default = root.join("../shared/reference");
    let pages = std::env::var_os("UCWA_REFERENCE").map_or(default, PathBuf::from);
    if !pages.is_dir() {
        println!("{} is no folder: name that of the reference pages in UCWA_REFERENCE", pages.display());
        return;
    }
    let old = Schema::load(&root.join("schema")).expect("the repository has a schema");
    let errata = Schema::load_errata(&root.join("schema")).expect("the repository has errata");
    let schema_of_pages = || {
        let mut schema = extract(&read_all(std::slice::from_ref(&pages)).expect("the pages can be read")).schema;
        let unmet = apply_errata(&mut schema, &errata);
        assert!(unmet.is_empty(), "errata that do not apply: {unmet:?}");
        carry_over(&old, &mut schema);
        schema
    };
    let crate_of = |schema: &Schema| generate(schema, &Root::Crate).expect("the schema is sound");

    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(8))
        .configure_from_args();
    let mut group = criterion.benchmark_group("generation");
    group.bench_function("pages to schema", |bencher| bencher.iter(schema_of_pages));
    let schema = schema_of_pages();
    group.bench_function("schema to crate, in memory", |bencher| bencher.iter(|| crate_of(&schema)));
    group.bench_function("pages to crate, in memory", |bencher| bencher.iter(|| crate_of(&schema_of_pages())));
    group.bench_function("pages to crate, on disk", |bencher| {
        let folder = || tempfile::tempdir().expect("a temporary folder");
        let run = |folder: tempfile::TempDir| {
            let schema = schema_of_pages();
            schema.files().write(&folder.path().join("schema")).expect("the schema can be written");
            crate_of(&schema).files.write(&folder.path().join("src")).expect("the crate can be written");
            folder
        };
        bencher.iter_batched(folder, |folder| black_box(run(folder)), BatchSize::PerIteration);
    });
    group.bench_function("the reference compared with itself, on disk", |bencher| {
        let load = || Source::Pages(pages.clone()).load(&Errata::default()).expect("the pages can be read");
        bencher.iter(|| {
            let report = compare(&load().schema, &load().schema);
            assert!(report.is_empty());
            report
        });
    });
    group.finish();
    criterion.final_summary();
    describe(read_all(std::slice::from_ref(&pages)).map_or(0, |pages| pages.len()), &schema, &crate_of(&schema));
}

/// Says how much was made.
fn describe(pages: usize, schema: &Schema, generated: &Generated) {
    let lines: usize = generated.files.iter().map(|(_, text)| text.lines().count()).sum();
    println!(
        "\n{pages} pages become {} files of schema and {} files of Rust with {lines} lines",
        schema.files().len(),
        generated.files.len()
    );
}
