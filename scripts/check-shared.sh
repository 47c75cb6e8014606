#!/usr/bin/env bash
# Checks what presend gives to others with their own tools: executes the notebook on a small run, and validates the run's RO-Crate, the
# Croissant description of its dataset, and CITATION.cff. Needs Python 3.10 or later with venv, and PyPI; without them it says so and ends well.
# Usage: scripts/check-shared.sh [folder for the environment and the run]
set -euo pipefail
cd "$(dirname "$0")/.."
work=${1:-$(mktemp -d)}
mkdir -p "$work"

if ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
  echo "no Python 3.10 with venv: notebook and validators are skipped"
  exit 0
fi
python3 -m venv "$work/env"
if ! "$work/env/bin/pip" install -q --no-compile --disable-pip-version-check --retries 1 -r notebooks/requirements.txt -r scripts/validators.txt; then
  echo "no PyPI: notebook and validators are skipped"
  exit 0
fi

presend=(node scripts/presend.mjs)
rm -rf "$work/run" "$work/crate" "$work/croissant"
"${presend[@]}" run examples/two-strategies.yaml --pictures 60 --out "$work/run" >/dev/null
"$work/env/bin/python" notebooks/execute.py "$work/run"

"${presend[@]}" export "$work/run" --crate "$work/crate"
"$work/env/bin/python" scripts/validate-shared.py "$work/crate"
"${presend[@]}" dataset croissant generated --pictures 60 --out "$work/croissant" --published 2026-11-30
"$work/env/bin/mlcroissant" validate --jsonld "$work/croissant/croissant.json"
"$work/env/bin/cffconvert" --validate -i CITATION.cff
