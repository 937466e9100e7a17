#!/usr/bin/env bash
# Packages the game into Packaged/Linux, or under the folder given as the first argument. UE_ROOT is the folder of Unreal Engine.
# Development and not Shipping, which has no console and leaves out -Deterministic.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
refuse() {
  echo "package: $1" >&2
  exit 1
}

[[ -n ${UE_ROOT:-} ]] || refuse "set UE_ROOT to the folder of Unreal Engine, the one that holds Engine/"
uat=$UE_ROOT/Engine/Build/BatchFiles/RunUAT.sh
[[ -x $uat ]] || refuse "$uat is not there; is UE_ROOT right?"
out=${1:-$root/Packaged}
[[ -f $root/Content/HMWorld/catalog.json ]] ||
  echo "package: note: Content/HMWorld/catalog.json is not there; the game will know no scene and no subject" >&2
"$root/Scripts/fetch_unrealcv.sh"
exec "$uat" BuildCookRun "-project=$root/HMWorld.uproject" -noP4 -unattended -utf8output -platform=Linux -clientconfig=Development \
  -build -cook -AllMaps -stage -pak -archive "-archivedirectory=$out"
