# Everyday commands; `just` lists them.

default:
    @just --list

# What CI runs
ci:
    .ci/run

# All tests
test:
    cargo test --workspace

# Formatting and lints
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# The sample studies into regtrial-out
samples:
    cargo run -- run data-samples/hekta/study.toml
    cargo run -- run data-samples/nsw/study.toml --out regtrial-out/nsw

# Benchmarks
bench:
    cargo bench --workspace

# The figure of the README, made again
readme-figure:
    cargo run -- run data-samples/hekta/study.toml --out regtrial-out
    cp regtrial-out/figures/employment-curve.svg docs/employment-curve.svg
