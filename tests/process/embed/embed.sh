#!/usr/bin/env bash
# embed.sh installed|subdirectory CMAKE COMPILER BUILD_DIR FLAGS KEYCHAIN: builds the consumer against what
# BUILD_DIR installs, or with these sources as a part of it, and lets it ask a demo backend for something
# with a broken access token. KEYCHAIN (ON, OFF): AuthCore::keychain has to be there, too.
set -euo pipefail
how=$1 cmake=$2 compiler=$3 build=$4 flags=$5 keychain=$6
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
work=$(mktemp -d)
server=
finish() {
    [[ -z $server ]] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

lines=$(wc -l <"$here/consumer/main.cpp")
if ((lines > 40)); then
    echo "embed.sh: the example has $lines lines; it shows that 40 are enough" >&2
    exit 1
fi
"$cmake" --install "$build" --prefix "$work/usr" >/dev/null
case $how in
installed) where=(-DCMAKE_PREFIX_PATH="$work/usr") ;;
subdirectory) where=(-DAUTHCORE_SOURCE_DIR="${here%/tests/process/embed}") ;;
esac
"$cmake" -G Ninja -S "$here/consumer" -B "$work/build" "${where[@]}" -DWITH_KEYCHAIN="$keychain" \
    -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$flags"
targets=(consumer)
[[ $keychain != ON ]] || targets+=(consumer_keychain)
"$cmake" --build "$work/build" --target "${targets[@]}"
if [[ $keychain == ON ]]; then
    "$work/build/consumer_keychain"
fi

exec {answers}< <(exec "$work/usr/bin/tokenflight-cli" serve)
server=$!
read -r -t 60 line <&"$answers"
url=$(grep -oE 'https?://[0-9.]+:[0-9]+' <<<"$line")
"$work/build/consumer" "$url" anna anna-demo-1 2>&1 | tee "$work/output"
grep -q 'username: anna' "$work/output"
