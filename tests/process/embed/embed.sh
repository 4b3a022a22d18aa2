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

enough() { # FILE LINES
    local lines
    lines=$(wc -l <"$here/consumer/$1")
    if ((lines > $2)); then
        echo "embed.sh: $1 has $lines lines; it shows that $2 are enough" >&2
        exit 1
    fi
}
enough main.cpp 40
programs=(form oneshot threads transfers editor quitting)
for program in "${programs[@]}" testing; do enough "$program.cpp" 60; done
"$cmake" --install "$build" --prefix "$work/usr" >/dev/null
refuses() { # PREFIX COMPONENT: what is installed there has no such component, and says which one
    local said
    if said=$("$cmake" -G Ninja -S "$here/consumer" -B "$work/refused-$2" -DCMAKE_PREFIX_PATH="$1" \
        -DAUTHCORE_COMPONENTS="$2" -DCMAKE_CXX_COMPILER="$compiler" 2>&1); then
        echo "embed.sh: find_package() finds a component $2" >&2
        exit 1
    fi
    grep -qF "component \"$2\" is missing" <<<"$said" || { echo "$said" >&2 && exit 1; }
}
if [[ $how == installed ]]; then
    "$cmake" --install "$build" --prefix "$work/bare" --component development >/dev/null
    refuses "$work/bare" testing
    refuses "$work/usr" nonesuch
fi
case $how in
installed) where=(-DCMAKE_PREFIX_PATH="$work/usr") ;;
subdirectory) where=(-DAUTHCORE_SOURCE_DIR="${here%/tests/process/embed}" -DBUILD_SHARED_LIBS=ON) ;;
esac
"$cmake" -G Ninja -S "$here/consumer" -B "$work/build" "${where[@]}" -DWITH_KEYCHAIN="$keychain" \
    -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$flags"
targets=(consumer "${programs[@]/#/consumer_}")
[[ $how != installed ]] || targets+=(consumer_testing) # as a part of it, the demo backend is compiled again
[[ $keychain != ON ]] || targets+=(consumer_keychain)
"$cmake" --build "$work/build" --target "${targets[@]}"
if [[ $keychain == ON ]]; then
    "$work/build/consumer_keychain"
fi
case $how in
installed)
    "$work/build/consumer_testing"
    # without CMake
    PKG_CONFIG_PATH=$(dirname "$(find "$work/usr" -name authcore.pc)")
    export PKG_CONFIG_PATH
    read -ra compile <<<"$(pkg-config --cflags authcore) $flags -fPIC"
    read -ra link <<<"$(pkg-config --libs authcore)"
    "$compiler" "${compile[@]}" "$here/consumer/main.cpp" "${link[@]}" -o "$work/build/consumer"
    ;;
subdirectory) # as a shared library, which gives nothing but its public classes
    symbols=$(nm -DC "$(find "$work/build" -name 'libauthcore.so')")
    grep -q ' T authcore::AuthSession::signOut()' <<<"$symbols"
    if grep -q ' T authcore::SessionState::' <<<"$symbols"; then
        echo "embed.sh: the shared library gives away what is private" >&2
        exit 1
    fi
    ;;
esac

exec {answers}< <(exec "$work/usr/bin/tokenflight-cli" serve)
server=$!
read -r -t 60 line <&"$answers"
url=$(grep -oE 'https?://[0-9.]+:[0-9]+' <<<"$line")
"$work/build/consumer" "$url" anna anna-demo-1 2>&1 | tee "$work/output"
grep -q 'username: anna' "$work/output"

# What the six kinds of programs promise, one after the other and, where they do, at once.
ask() { timeout 120 "$work/build/consumer_$1" "${@:2}" 2>&1 | tee "$work/output"; }
export XDG_DATA_HOME=$work/data
anna=("$url" anna anna-demo-1)
tokens=$work/oneshot/tokens.ini
ask form "${anna[@]}"
grep -q 'sign in: nobody is signed in' "$work/output"
ask form "${anna[@]}"
grep -q 'restored: true' "$work/output"
ask threads "${anna[@]}"
ask transfers "${anna[@]}"
if ask oneshot "$tokens" "$url" anna; then exit 1; fi
grep -q 'log in first' "$work/output"
ask oneshot "$tokens" "${anna[@]}"
ask oneshot "$tokens" "$url" anna
grep -q 'username: anna' "$work/output"
ask quitting "$tokens" "$url" anna
timeout 120 "$work/build/consumer_editor" "$tokens" "$url" anna 30 &
editor=$!
for _ in 1 2 3 4 5; do ask quitting "$tokens" "$url" anna; done
wait "$editor"
ask oneshot "$tokens" "$url" anna
