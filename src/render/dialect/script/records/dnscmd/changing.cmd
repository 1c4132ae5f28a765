rem Runs dnscmd, or shows the command.
:run
echo dnscmd %server% %*
if defined whatif exit /b 0
dnscmd %server% %*
if "%errorlevel%"=="0" exit /b 0
echo dnscmd failed with the exit code %errorlevel%.
exit /b 1

rem The node %1 holds every record of the list %2, and perhaps more.
:must_hold
if defined whatif exit /b 0
call :read %1
if errorlevel 1 exit /b 1
call :compare %2
if not defined missing exit /b 0
echo A record that was added is not there. Nothing is removed.
call :difference %2
exit /b 1

rem The node %1 holds the list %2 and nothing else.
:must_be
if defined whatif exit /b 0
call :read %1
if errorlevel 1 exit /b 1
call :compare %2
if not errorlevel 1 exit /b 0
echo The records are not as they should be now.
call :difference %2
exit /b 1

rem A change is made where the zone can be written: not on a secondary server, not on a read-only domain controller.
:writable
dnscmd %server% /ZoneInfo %zone% >"%answer%" 2>&1
set "status=%errorlevel%"
if not "%status%"=="0" goto :unread
"%SystemRoot%\System32\find.exe" "ERROR_" "%answer%" >nul
if not errorlevel 1 goto :unread
set "readonly="
for /f "usebackq tokens=1-5" %%a in ("%answer%") do (
  if "%%a %%b %%c"=="zone type =" if not "%%d"=="1" set "readonly=1"
  if "%%a %%b %%c %%d"=="read only zone =" if not "%%e"=="0" set "readonly=1"
)
if not defined readonly exit /b 0
echo %server% has no writable copy of the zone %zone%.
exit /b 1

:unchanged
echo Nothing was changed. Make a new plan from the present state if the records have changed.
set "code=1"
goto :end

:stopped
echo Stopped: the commands above were run, the last one is not seen to have worked. Make a new plan from the present state.
set "code=1"
goto :end

