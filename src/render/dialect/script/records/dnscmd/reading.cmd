rem Reads the SRV records of the node %1 into the file %found%: a line each, as in the lists above.
:read
dnscmd %server% /EnumRecords %zone% %1 /Type SRV >"%answer%" 2>&1
set "status=%errorlevel%"
type nul >"%found%"
type nul >"%marks%"
rem A name that is not there has no records. Any other error is an error.
"%SystemRoot%\System32\find.exe" "DNS_ERROR_NAME_DOES_NOT_EXIST" "%answer%" >nul
if not errorlevel 1 exit /b 0
if not "%status%"=="0" goto :unread
"%SystemRoot%\System32\find.exe" "ERROR_" "%answer%" >nul
if not errorlevel 1 goto :unread
rem A line is: [@] [Aging:hours] TTL SRV priority weight port target
set "strange="
for /f "usebackq tokens=1-9" %%a in ("%answer%") do (
  if "%%b"=="SRV" echo %%c %%d %%e %%f %%a static %%g>>"%found%"
  if "%%a %%c"=="@ SRV" echo %%d %%e %%f %%g %%b static %%h>>"%found%"
  if "%%c"=="SRV" if not "%%a"=="@" echo %%d %%e %%f %%g %%b aged %%h>>"%found%"
  if "%%c"=="SRV" if not "%%a"=="@" echo @%%a>>"%marks%"
  if "%%d"=="SRV" echo %%e %%f %%g %%h %%c aged %%i>>"%found%"
  if "%%d"=="SRV" echo %%a%%b>>"%marks%"
  if "%%e"=="SRV" set "strange=1"
)
for /f "usebackq delims=:" %%a in ("%marks%") do (
  if not "%%a"=="@[Aging" set "strange=1"
)
if not defined strange exit /b 0
:unread
echo dnscmd's answer is not understood, or it failed with the exit code %status%:
type "%answer%"
exit /b 1

rem Compares what was read with the list %1: exit code 0 where they are the same, else %missing% is set where a
rem record of the list was not found, %extra% where one was found that is not in the list. Case does not matter.
:compare
call :%1 >"%wanted%"
set "listed=0"
set "read=0"
set "both=0"
for /f "usebackq tokens=1" %%m in ("%wanted%") do set /a listed+=1
for /f "usebackq tokens=1" %%a in ("%found%") do set /a read+=1
for /f "usebackq tokens=1-7" %%a in ("%found%") do (
  for /f "usebackq tokens=1-6" %%m in ("%wanted%") do (
    if /i "%%a %%b %%c %%d %%e %%f%%g"=="%%m %%n %%o %%p %%q %%r" set /a both+=1
    if /i "%%a %%b %%c %%d ? %%f%%g"=="%%m %%n %%o %%p %%q %%r" set /a both+=1
    if /i "%%a %%b %%c %%d %%e ?%%g"=="%%m %%n %%o %%p %%q %%r" set /a both+=1
    if /i "%%a %%b %%c %%d ? ?%%g"=="%%m %%n %%o %%p %%q %%r" set /a both+=1
  )
)
set "missing="
set "extra="
if not "%both%"=="%listed%" set "missing=1"
if not "%both%"=="%read%" set "extra=1"
if defined missing exit /b 1
if defined extra exit /b 1
exit /b 0

rem Prints the list %1 beside what was read.
:difference
echo Expected:
call :%1
echo Found:
type "%found%"
exit /b 0

:end
rd /s /q "%work%"
exit /b %code%
