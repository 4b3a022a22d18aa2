#!/usr/bin/env bash
# check.sh DOXYGEN DOXYFILE: writes the API documentation; fails if a public name is not documented.
# Doxygen reports such names itself, except the values of enumerations; find those in its XML.
set -euo pipefail
doxygen=$1 doxyfile=$2
xml=$(dirname "$doxyfile")/api/xml
rm -rf "$xml"
"$doxygen" "$doxyfile"

silent=$(awk '
    function text(line) { gsub(/<[^>]*>|[ \t\r]/, "", line); return line }
    /<compounddef / { private_ = /prot="private"/ }
    /<compoundname>/ { compound = text($0) }
    /<name>/ { if (inside) value = text($0); else member = text($0) }
    /<enumvalue / { inside = 1; told = private_ || !/prot="public"/ }
    inside && /<para>/ { told = 1 }
    /<\/enumvalue>/ {
        ++values
        if (!told) print compound "::" member "::" value
        inside = 0
    }
    END { if (values == 0) print "no enum at all: is this the XML of doxygen?" }' "$xml"/*.xml | sort -u)
if [[ -n $silent ]]; then
    printf 'without a word: %s\n' "$silent" >&2
    exit 1
fi
