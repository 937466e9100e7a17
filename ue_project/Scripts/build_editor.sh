#!/usr/bin/env bash
# Builds the editor's modules of this project. UE_ROOT is the folder of Unreal Engine, the one that holds Engine/.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
refuse() {
  echo "build_editor: $1" >&2
  exit 1
}

[[ -n ${UE_ROOT:-} ]] || refuse "set UE_ROOT to the folder of Unreal Engine, the one that holds Engine/"
build=$UE_ROOT/Engine/Build/BatchFiles/Linux/Build.sh
[[ -x $build ]] || refuse "$build is not there; is UE_ROOT right?"
"$root/Scripts/fetch_unrealcv.sh"
exec "$build" HMWorldEditor Linux Development "-Project=$root/HMWorld.uproject" -WaitMutex "$@"
