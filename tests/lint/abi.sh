#!/usr/bin/env bash
# abi.sh [ROOT] LIBRARY: programs that were built for the last release run with this library.
set -euo pipefail
exec "${1:?usage: abi.sh ROOT LIBRARY}/scripts/abi" "${2:?usage: abi.sh ROOT LIBRARY}"
