@echo off
rem Packages the game into Packaged\Windows, or under the folder given as the first argument. UE_ROOT is the folder of Unreal Engine.
rem Development and not Shipping, which has no console and leaves out -Deterministic.
setlocal
for %%I in ("%~dp0..") do set "ROOT=%%~fI"
if not defined UE_ROOT (
    echo package: set UE_ROOT to the folder of Unreal Engine, the one that holds Engine\ 1>&2
    exit /b 1
)
set "UAT=%UE_ROOT%\Engine\Build\BatchFiles\RunUAT.bat"
if not exist "%UAT%" (
    echo package: "%UAT%" is not there; is UE_ROOT right? 1>&2
    exit /b 1
)
set "OUT=%~1"
if not defined OUT set "OUT=%ROOT%\Packaged"
if not exist "%ROOT%\Content\HMWorld\catalog.json" (
    echo package: note: Content\HMWorld\catalog.json is not there; the game will know no scene and no subject 1>&2
)
powershell -NoProfile -ExecutionPolicy Bypass -File "%ROOT%\Scripts\fetch_unrealcv.ps1" || exit /b 1
call "%UAT%" BuildCookRun "-project=%ROOT%\HMWorld.uproject" -noP4 -unattended -utf8output -platform=Win64 -clientconfig=Development -build -cook -AllMaps -stage -pak -archive "-archivedirectory=%OUT%"
exit /b %ERRORLEVEL%
