#!/usr/bin/env bash
# Breaks one protection at a time and looks whether a test notices.
#
#   tests/protections/break.sh [NAME...]    all of them, or those whose file name contains a NAME
#
# Each *.patch here takes one protection away. Its first lines name what it protects from ("Rule:")
# and the test programs that have to turn red ("Tests:"). Everything happens in a clone of HEAD in
# build/protections; the table at the end says "red" where a test noticed, "GREEN" where none did,
# and "stale" where the code has changed so that the patch no longer applies. All must be red.
# The last line names the rows of races.md that no patch names.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=$(git -C "$here" rev-parse --show-toplevel)
tree=$root/build/protections
races=64 # rows of races.md

header() { sed -n "s/^$1: //p" "$2" | head -n 1; }

chosen() { # the patches whose names contain one of the arguments; all without arguments
    local patch name
    for patch in "$here"/*.patch; do
        if (($# == 0)); then echo "$patch"; fi
        for name in "$@"; do
            if [[ $(basename "$patch") == *"$name"* ]]; then
                echo "$patch"
                break
            fi
        done
    done
}

uncovered() { # the rows of races.md that no patch names
    local rules
    rules=$(sed -n 's/^Rule: //p' "$here"/*.patch | grep -oE 'races [0-9, ]+' | grep -oE '[0-9]+')
    comm -23 <(seq "$races" | sort) <(sort -u <<<"$rules") | sort -n | xargs
}

build_and_test() { # test programs: "red", "green", or "does not compile"
    local test
    if ! cmake --build "$tree/build/dev" --target "$@" >"$tree/build/log" 2>&1; then
        echo "does not compile"
        return
    fi
    for test in "$@"; do
        if ! ctest --test-dir "$tree/build/dev" -R "^$test\$" --no-tests=error \
            --timeout 240 >"$tree/build/log" 2>&1; then
            echo red
            return
        fi
    done
    echo green
}

mapfile -t patches < <(chosen "$@")
((${#patches[@]})) || {
    echo "no patch is called like that" >&2
    exit 2
}
if [[ ! -d $tree ]]; then git clone --quiet "$root" "$tree"; fi
git -C "$tree" fetch --quiet "$root" HEAD
git -C "$tree" checkout --quiet --force --detach FETCH_HEAD
(cd "$tree" && cmake --preset dev >/dev/null)

mapfile -t tests < <(for patch in "${patches[@]}"; do header Tests "$patch"; done | xargs -n 1 | sort -u)
before=$(build_and_test "${tests[@]}")
echo "Without a patch: $before"
[[ $before == green ]] || exit 1

missed=0
printf '%-44s %-12s %-20s %s\n' Protection Result Rule Tests
for patch in "${patches[@]}"; do
    read -ra tests <<<"$(header Tests "$patch")"
    if git -C "$tree" apply "$patch" 2>/dev/null; then
        result=$(build_and_test "${tests[@]}")
        git -C "$tree" checkout --quiet --force
    else
        result=stale
    fi
    [[ $result == red ]] || missed=$((missed + 1))
    [[ $result == green ]] && result=GREEN
    printf '%-44s %-12s %-20s %s\n' "$(basename "$patch" .patch)" "$result" \
        "$(header Rule "$patch")" "${tests[*]}"
done
echo "$((${#patches[@]} - missed)) of ${#patches[@]} are noticed"
echo "Without a patch, by their rows in races.md: $(uncovered)"
((missed == 0))
