#!/usr/bin/env bash
# How long the crate `ucwa-client` takes to build with all that it needs, from nothing: the time that passes, and the processor time.
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(mktemp -d)
trap 'rm -rf "$target"' EXIT
cargo fetch --quiet
export CARGO_INCREMENTAL=0 CARGO_TARGET_DIR=$target
TIMEFORMAT='%R %U %S'
read -r wall user system < <({ time cargo build --quiet --package ucwa-client >/dev/null 2>&1; } 2>&1)
cores=$(getconf _NPROCESSORS_ONLN)
printf 'cargo build -p ucwa-client, from nothing: %s s (goal: under 50 s on two cores; this machine has %s)\n' "$wall" "$cores"
printf 'processor time: %s s, and %s s in the system\n' "$user" "$system"
