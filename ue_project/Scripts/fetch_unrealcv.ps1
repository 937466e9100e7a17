# Fetches the UnrealCV plugin into Plugins\UnrealCV, at the commit in Plugins\UNREALCV_COMMIT. Does nothing where it is there already.
# HMWORLD_UNREALCV_URL names another repository, as a mirror.
$ErrorActionPreference = "Stop"

$Root = Split-Path -Parent $PSScriptRoot
$Url = if ($env:HMWORLD_UNREALCV_URL) { $env:HMWORLD_UNREALCV_URL } else { "https://github.com/unrealcv/unrealcv.git" }
$Plugin = Join-Path $Root "Plugins/UnrealCV"
$Part = Join-Path $Root "Plugins/.UnrealCV.part"

function Stop-Politely([string] $Message) {
    [Console]::Error.WriteLine("fetch_unrealcv: $Message")
    exit 1
}

if (-not (Get-Command git -ErrorAction SilentlyContinue)) {
    Stop-Politely "git is needed and not there; install it, then run this again"
}
$Pin = (Get-Content (Join-Path $Root "Plugins/UNREALCV_COMMIT") -Raw).Trim()
if ($Pin -cnotmatch "^[0-9a-f]{40}$") {
    Stop-Politely "Plugins/UNREALCV_COMMIT must hold a commit of 40 hex digits, got '$Pin'"
}

if (Test-Path $Plugin) {
    if (-not (Test-Path (Join-Path $Plugin ".git"))) {
        Stop-Politely "$Plugin is there but is no clone; move it away, then run this again"
    }
    $Head = git -C "$Plugin" rev-parse HEAD
    if ($Head -ne $Pin) { Stop-Politely "$Plugin is at $Head, expected $Pin; move it away, then run this again" }
    if (git -C "$Plugin" status --porcelain) {
        [Console]::Error.WriteLine("fetch_unrealcv: note: $Plugin has changes of your own; builds will still be called $Pin")
    }
    Write-Output "UnrealCV is there: $Pin"
    exit 0
}

if (Test-Path $Part) { Remove-Item -Recurse -Force $Part }
git init --quiet "$Part"
# A commit can be asked for by its name from most servers; from others only with the branch that it is on.
git -C "$Part" fetch --quiet --depth 1 "$Url" "$Pin"
if ($LASTEXITCODE -ne 0) {
    git -C "$Part" fetch --quiet "$Url" 5.2
    if ($LASTEXITCODE -ne 0) { Stop-Politely "cannot fetch from $Url" }
}
git -C "$Part" -c advice.detachedHead=false checkout --quiet "$Pin"
if ($LASTEXITCODE -ne 0) { Stop-Politely "$Url has no commit $Pin" }
if ((git -C "$Part" rev-parse HEAD) -ne $Pin) { Stop-Politely "fetched something that is not $Pin" }
if (-not (Test-Path (Join-Path $Part "UnrealCV.uplugin"))) { Stop-Politely "commit $Pin of $Url has no UnrealCV.uplugin" }
Move-Item $Part $Plugin
Write-Output "UnrealCV was fetched: $Pin"
