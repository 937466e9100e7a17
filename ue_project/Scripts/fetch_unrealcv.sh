#!/usr/bin/env bash
# Fetches the UnrealCV plugin into Plugins/UnrealCV, at the commit in Plugins/UNREALCV_COMMIT. Does nothing where it is there already.
# HMWORLD_UNREALCV_URL names another repository, as a mirror.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
url=${HMWORLD_UNREALCV_URL:-https://github.com/unrealcv/unrealcv.git}
plugin=$root/Plugins/UnrealCV
part=$root/Plugins/.UnrealCV.part

refuse() {
  echo "fetch_unrealcv: $1" >&2
  exit 1
}

command -v git >/dev/null || refuse "git is needed and not there; install it, then run this again"
pin=$(tr -d '[:space:]' <"$root/Plugins/UNREALCV_COMMIT")
[[ $pin =~ ^[0-9a-f]{40}$ ]] || refuse "Plugins/UNREALCV_COMMIT must hold a commit of 40 hex digits, got '$pin'"

if [[ -e $plugin ]]; then
  [[ -e $plugin/.git ]] || refuse "$plugin is there but is no clone; move it away, then run this again"
  head=$(git -C "$plugin" rev-parse HEAD)
  [[ $head == "$pin" ]] || refuse "$plugin is at $head, expected $pin; move it away, then run this again"
  if [[ -n $(git -C "$plugin" status --porcelain) ]]; then
    echo "fetch_unrealcv: note: $plugin has changes of your own; builds will still be called $pin" >&2
  fi
  echo "UnrealCV is there: $pin"
  exit 0
fi

rm -rf "$part"
git init --quiet "$part"
# A commit can be asked for by its name from most servers; from others only with the branch that it is on.
git -C "$part" fetch --quiet --depth 1 "$url" "$pin" || git -C "$part" fetch --quiet "$url" 5.2 ||
  refuse "cannot fetch from $url"
git -C "$part" -c advice.detachedHead=false checkout --quiet "$pin" || refuse "$url has no commit $pin"
[[ $(git -C "$part" rev-parse HEAD) == "$pin" ]] || refuse "fetched something that is not $pin"
[[ -f $part/UnrealCV.uplugin ]] || refuse "commit $pin of $url has no UnrealCV.uplugin"
mv "$part" "$plugin"
echo "UnrealCV was fetched: $pin"
