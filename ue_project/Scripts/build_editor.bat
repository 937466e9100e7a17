@echo off
rem Builds the editor's modules of this project. UE_ROOT is the folder of Unreal Engine, the one that holds Engine\.
setlocal
for %%I in ("%~dp0..") do set "ROOT=%%~fI"
if not defined UE_ROOT (
    echo build_editor: set UE_ROOT to the folder of Unreal Engine, the one that holds Engine\ 1>&2
    exit /b 1
)
set "BUILD=%UE_ROOT%\Engine\Build\BatchFiles\Build.bat"
if not exist "%BUILD%" (
    echo build_editor: "%BUILD%" is not there; is UE_ROOT right? 1>&2
    exit /b 1
)
powershell -NoProfile -ExecutionPolicy Bypass -File "%ROOT%\Scripts\fetch_unrealcv.ps1" || exit /b 1
call "%BUILD%" HMWorldEditor Win64 Development "-Project=%ROOT%\HMWorld.uproject" -WaitMutex %*
exit /b %ERRORLEVEL%
