#!/usr/bin/env bash
# How long the crate `ucwa` takes to check and to build, its dependencies being built already: the median of five runs each.
set -euo pipefail
cd "$(dirname "$0")/.."

runs=5
export CARGO_INCREMENTAL=0

# median COMMAND...: prints the median of the seconds that it takes.
median() {
    "$@" >/dev/null 2>&1
    for ((run = 0; run < runs; run++)); do
        cargo clean --quiet -p ucwa
        TIMEFORMAT=%R
        { time "$@" >/dev/null 2>&1; } 2>&1
    done | sort -n | sed -n "$((runs / 2 + 1))p"
}

cores=$(getconf _NPROCESSORS_ONLN)
printf 'cargo check -p ucwa: %s s (goal: under 3.2 s on two cores; this machine has %s)\n' "$(median cargo check -p ucwa)" "$cores"
printf 'cargo build -p ucwa: %s s (goal: under 4.4 s)\n' "$(median cargo build -p ucwa)"
