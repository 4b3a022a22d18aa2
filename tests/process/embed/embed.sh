#!/usr/bin/env bash
# embed.sh CMAKE COMPILER BUILD_DIR FLAGS: installs what stands in BUILD_DIR, builds the consumer against
# that alone, and lets it ask the installed demo backend for something with a broken access token.
set -euo pipefail
cmake=$1 compiler=$2 build=$3 flags=$4
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
work=$(mktemp -d)
server=
finish() {
    [[ -z $server ]] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

"$cmake" --install "$build" --prefix "$work/usr" >/dev/null
"$cmake" -G Ninja -S "$here/consumer" -B "$work/build" -DCMAKE_PREFIX_PATH="$work/usr" \
    -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$flags" -DCMAKE_BUILD_TYPE=Debug
"$cmake" --build "$work/build"

exec {answers}< <(exec "$work/usr/bin/tokenflight-cli" serve)
server=$!
read -r -t 60 line <&"$answers"
url=$(grep -oE 'https?://[0-9.]+:[0-9]+' <<<"$line")
"$work/build/consumer" "$url" anna anna-demo-1 2>&1 | tee "$work/output"
grep -q 'username: anna' "$work/output"
