#!/usr/bin/env bash
# check.sh PROGRAM PAGE: fails unless the manual page names the same options as the program's --help.
set -euo pipefail
options() { grep -oE -- '--[a-z][a-z-]*' | sort -u; }
diff <(options < <("$1" --help)) <(sed 's/\\-/-/g' "$2" | options)
