#!/usr/bin/env bash
# session.sh WORLD COMMAND...: runs COMMAND in a home and a D-Bus session of its own, where WORLD is
#   keyring     a real gnome-keyring with an open, empty keyring
#   no-service  nobody who keeps secrets
#   no-bus      not even a D-Bus
# Exits with 77 (skipped) where a program is missing.
set -euo pipefail
world=$1
shift
needed=(dbus-run-session)
[[ $world != keyring ]] || needed+=(gnome-keyring-daemon)
for program in "${needed[@]}"; do
    if ! command -v "$program" >/dev/null; then
        echo "SKIPPED: $program is missing; Debian's packages dbus-daemon and gnome-keyring have it"
        exit 77
    fi
done

home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
mkdir -m 700 "$home"/{run,data,config,cache}
export HOME=$home XDG_RUNTIME_DIR=$home/run XDG_DATA_HOME=$home/data XDG_CONFIG_HOME=$home/config \
    XDG_CACHE_HOME=$home/cache
# QtKeychain chooses by the desktop, and nothing of the real one may be asked.
unset DISPLAY WAYLAND_DISPLAY XDG_CURRENT_DESKTOP DESKTOP_SESSION KDE_FULL_SESSION \
    KDE_SESSION_VERSION GNOME_DESKTOP_SESSION_ID GNOME_KEYRING_CONTROL
export DBUS_SESSION_BUS_ADDRESS=unix:path=$home/nobody

# A bus that starts nothing by itself: there is no keyring and no dialog but what we start.
cat >"$home/bus.conf" <<XML
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=$home/run</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
XML

case $world in
no-bus) "$@" ;;
no-service) dbus-run-session --config-file="$home/bus.conf" -- "$@" ;;
keyring)
    # The command waits for the keyring itself: there is a bus to ask.
    # shellcheck disable=SC2016 # expanded in there
    dbus-run-session --config-file="$home/bus.conf" -- bash -c '
        gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null < <(printf a-password) &
        keyring=$!
        status=0
        "$@" || status=$?
        kill "$keyring"
        wait "$keyring" || true
        exit "$status"' - "$@"
    ;;
*)
    echo "session.sh: there is no world $world" >&2
    exit 2
    ;;
esac
