#!/usr/bin/env bash
# Runs the packaged game without a window, for the driver to connect to.
#
#   run_headless.sh [--port 9000] [--gpu 0] [--map /Game/Maps/Park] [--size 832x480] [--binary FILE] [--print]
#
# One instance a GPU and port. Without --map it starts empty and LoadStage streams scenes in. --print shows the command and ends.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
port=9000 gpu=0 map='' size=832x480 print=no
binary=$root/Packaged/Linux/HMWorld/Binaries/Linux/HMWorld

refuse() {
  echo "run_headless: $1" >&2
  exit 1
}

while (($#)); do
  case $1 in
    --print) print=yes ;;
    --port | --gpu | --map | --size | --binary)
      (($# > 1)) || refuse "$1 needs a value"
      printf -v "${1#--}" '%s' "$2"
      shift
      ;;
    *) refuse "unknown option $1; see the first lines of this file" ;;
  esac
  shift
done
if [[ ! $port =~ ^[0-9]{1,5}$ ]] || ((10#$port < 1 || 10#$port > 65535)); then
  refuse "--port must be 1 to 65535, got '$port'"
fi
[[ $gpu =~ ^[0-9]{1,3}$ ]] || refuse "--gpu must be the index of an adapter, got '$gpu'"
[[ $size =~ ^([0-9]{1,5})x([0-9]{1,5})$ ]] || refuse "--size must be as 832x480, got '$size'"
width=${BASH_REMATCH[1]} height=${BASH_REMATCH[2]}
[[ -z $map || $map =~ ^/[A-Za-z0-9_/]+$ ]] || refuse "--map must be a package name as /Game/Maps/Park, got '$map'"
[[ -x $binary ]] || refuse "$binary is not there or cannot be run; make it with Scripts/package.sh, or name another with --binary"

command=("$binary" HMWorld)
[[ -z $map ]] || command+=("$map")
# -Deterministic is a fixed step and a fixed seed; with -FPS each tick is 1/30 s whatever it took.
command+=(-RenderOffScreen -Unattended -NoSound -NoSplash -Deterministic -FPS=30 -NoTextureStreaming -stdout -FullStdOutLogOutput)
command+=("-graphicsadapter=$gpu" "-cvport=$port" "-ResX=$width" "-ResY=$height" -ForceRes '-ExecCmds=DisableAllScreenMessages')
if [[ $print == yes ]]; then
  printf '%q ' "${command[@]}"
  echo
  exit 0
fi
[[ $(id -u) != 0 ]] || refuse "Unreal does not run as root; use another user"
exec "${command[@]}"
