@echo off
rem Runs the packaged game without a window, for the driver to connect to.
rem
rem   run_headless.bat [port] [gpu] [width] [height] [map]       defaults: 9000 0 832 480, no map
rem
rem One instance a GPU and port. Without a map it starts empty and LoadStage streams scenes in. HMWORLD_BINARY names another binary.
setlocal
for %%I in ("%~dp0..") do set "ROOT=%%~fI"
set "PORT=%~1"
set "GPU=%~2"
set "WIDTH=%~3"
set "HEIGHT=%~4"
set "MAP=%~5"
if not defined PORT set "PORT=9000"
if not defined GPU set "GPU=0"
if not defined WIDTH set "WIDTH=832"
if not defined HEIGHT set "HEIGHT=480"
if not defined HMWORLD_BINARY set "HMWORLD_BINARY=%ROOT%\Packaged\Windows\HMWorld\Binaries\Win64\HMWorld.exe"
if not exist "%HMWORLD_BINARY%" (
    echo run_headless: "%HMWORLD_BINARY%" is not there; make it with Scripts\package.bat, or name another by HMWORLD_BINARY 1>&2
    exit /b 1
)
net session >nul 2>&1 && echo run_headless: note: no need to run this as administrator 1>&2
rem -Deterministic is a fixed step and a fixed seed; with -FPS each tick is 1/30 s whatever it took.
"%HMWORLD_BINARY%" HMWorld %MAP% -RenderOffScreen -Unattended -NoSound -NoSplash -Deterministic -FPS=30 -NoTextureStreaming -stdout -FullStdOutLogOutput -graphicsadapter=%GPU% -cvport=%PORT% -ResX=%WIDTH% -ResY=%HEIGHT% -ForceRes "-ExecCmds=DisableAllScreenMessages"
exit /b %ERRORLEVEL%
