/* Stands in for the programs that .cmd files call. It goes by the name of its file. Every call is written to the
   file `calls` in the folder that KMSPLAN_FOLDER names: a line with the program and the number of its arguments,
   then a line an argument, octets beyond plain ASCII as \xNN.

   As dnscmd it keeps the records of one zone, lines "node|hours or 0|TTL|data" in the file `zone` of the folder, and
   answers in dnscmd's words. As reg it hands its command line on, unchanged, to Wine's own reg. As cscript it is
   slmgr.vbs on an English Windows, with Wine's registry as its memory; as net, sc and wevtutil it is a licensing service
   (files `service` and `events`), as netsh the rules of a firewall (file `rules`). Other programs do nothing.

   KMSPLAN_FAIL names a command that is refused: of dnscmd ("/RecordAdd"), of slmgr.vbs ("/cdns"), or of another
   program ("reg add"); KMSPLAN_LIE one that claims to have worked and did nothing. KMSPLAN_ZONEINFO names a file with
   the answer to /ZoneInfo; KMSPLAN_NO_KMS_HOST is set where no host key is installed; KMSPLAN_EVENT is the event that
   follows a start of the service. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#define MANY 4096
struct record { char node[300]; unsigned long aged; unsigned long ttl; char data[400]; };
static struct record records[MANY];
static int count;

static const char *setting(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

/* A file of the folder. */
static FILE *open_file(const char *name, const char *mode) {
    char path[1024];
    snprintf(path, sizeof path, "%s\\%s", setting("KMSPLAN_FOLDER"), name);
    return fopen(path, mode);
}

static void note(const char *program, int argc, char **argv) {
    FILE *file = open_file("calls", "ab");
    if (!file) return;
    fprintf(file, "%s %d\n", program, argc - 1);
    for (int index = 1; index < argc; index++) {
        for (const char *text = argv[index]; *text; text++) {
            unsigned char octet = (unsigned char)*text;
            if (octet < 32 || octet > 126) fprintf(file, "\\x%02x", octet);
            else fputc(octet, file);
        }
        fputc('\n', file);
    }
    fclose(file);
}

static void load(void) {
    FILE *file = open_file("zone", "rb");
    char line[1024];
    while (file && count < MANY && fgets(line, sizeof line, file)) {
        struct record *record = &records[count];
        if (sscanf(line, "%299[^|]|%lu|%lu|%399[^\r\n]", record->node, &record->aged, &record->ttl, record->data) == 4)
            count++;
    }
    if (file) fclose(file);
}

static void save(void) {
    FILE *file = open_file("zone", "wb");
    if (!file) exit(99);
    for (int index = 0; index < count; index++)
        fprintf(file, "%s|%lu|%lu|%s\n", records[index].node, records[index].aged, records[index].ttl,
                records[index].data);
    fclose(file);
}

static int failed(const char *name, int code) {
    printf("    Status = %d (0x%08x)\n", code, code);
    printf("Command failed:  %s     %d    0x%X\n\n", name, code, code);
    return code;
}

/* "p w port target" from four arguments. */
static void join(char *data, char **argv) { sprintf(data, "%s %s %s %s", argv[0], argv[1], argv[2], argv[3]); }

static int find(const char *node, const char *data) {
    for (int index = 0; index < count; index++)
        if (!_stricmp(records[index].node, node) && !_stricmp(records[index].data, data)) return index;
    return -1;
}

static int enumerate(const char *node) {
    int first = 1;
    for (int index = 0; index < count; index++) {
        const struct record *record = &records[index];
        int priority, weight, port;
        char target[400] = "", age[40] = "";
        if (_stricmp(record->node, node)) continue;
        if (first) printf("Returned records:\n");
        if (record->aged) sprintf(age, "[Aging:%lu] ", record->aged);
        sscanf(record->data, "%d %d %d %399[^\r\n]", &priority, &weight, &port, target);
        printf("%s\t\t %s%lu SRV\t%d %d %d\t%s\n", first ? "@" : "", age, record->ttl, priority, weight, port, target);
        first = 0;
    }
    if (first) {
        printf("\nDNS Server failed to enumerate records for node %s.\n", node);
        return failed("DNS_ERROR_NAME_DOES_NOT_EXIST", 9714);
    }
    printf("\nCommand completed successfully.\n\n");
    return 0;
}

static int add(int argc, char **argv) {
    char data[400];
    const char *node = argv[0];
    unsigned long aged = 0, ttl = 3600;
    int at = 1;
    if (at < argc && !_stricmp(argv[at], "/Aging")) { aged = 3726916; at++; }
    if (at < argc && argv[at][0] >= '0' && argv[at][0] <= '9') ttl = strtoul(argv[at++], NULL, 10);
    if (argc - at != 5 || _stricmp(argv[at], "SRV")) return failed("ERROR_INVALID_PARAMETER", 87);
    join(data, argv + at + 1);
    if (find(node, data) >= 0) return failed("DNS_ERROR_RECORD_ALREADY_EXISTS", 9711);
    if (count == MANY) return failed("ERROR_OUTOFMEMORY", 14);
    strcpy(records[count].node, node);
    strcpy(records[count].data, data);
    records[count].aged = aged;
    records[count++].ttl = ttl;
    save();
    printf("\nAdd SRV Record for %s\nCommand completed successfully.\n\n", node);
    return 0;
}

static int delete(int argc, char **argv) {
    char data[400];
    int at;
    /* As the real one: without the four items of data all records go, without /f it asks. */
    if (argc != 7 || _stricmp(argv[1], "SRV") || _stricmp(argv[6], "/f")) return failed("ERROR_INVALID_PARAMETER", 87);
    join(data, argv + 2);
    at = find(argv[0], data);
    if (at < 0) return failed("DNS_ERROR_RECORD_DOES_NOT_EXIST", 9701);
    memmove(&records[at], &records[at + 1], (size_t)(--count - at) * sizeof *records);
    save();
    printf("\nDeleted SRV record(s)\nCommand completed successfully.\n\n");
    return 0;
}

static int zone_info(const char *zone) {
    FILE *file = fopen(setting("KMSPLAN_ZONEINFO"), "rb");
    int octet;
    if (file) {
        while ((octet = fgetc(file)) != EOF) putchar(octet);
        fclose(file);
        return 0;
    }
    printf("Zone query result:\n\nZone info:\n\tptr                   = 00000259E2DA72F0\n");
    printf("\tzone name             = %s\n\tzone type             = 1\n\tshutdown              = 0\n", zone);
    printf("\tpaused                = 0\n\tupdate                = 2\n\tDS integrated         = 1\n");
    printf("\tread only zone        = 0\n\tin DS loading queue   = 0\n\taging                 = 1\n");
    printf("\t  refresh interval    = 168\n\t  no refresh          = 168\nCommand completed successfully.\n\n");
    return 0;
}

/* dnscmd SERVER COMMAND ZONE [NODE ...] */
static int dnscmd(int argc, char **argv) {
    const char *command = argc > 2 ? argv[2] : "";
    if (argc < 4) return failed("ERROR_INVALID_PARAMETER", 87);
    load();
    if (!_stricmp(setting("KMSPLAN_FAIL"), command)) return failed("ERROR_ACCESS_DENIED", 5);
    if (!_stricmp(setting("KMSPLAN_LIE"), command)) {
        printf("\nCommand completed successfully.\n\n");
        return 0;
    }
    if (!_stricmp(command, "/ZoneInfo")) return zone_info(argv[3]);
    if (argc > 4 && !_stricmp(command, "/EnumRecords")) return enumerate(argv[4]);
    if (argc > 4 && !_stricmp(command, "/RecordAdd")) return add(argc - 4, argv + 4);
    if (argc > 4 && !_stricmp(command, "/RecordDelete")) return delete(argc - 4, argv + 4);
    return failed("ERROR_INVALID_PARAMETER", 87);
}

/* Hands the command line on, as it is but for the first word. */
static int hand_on_to_reg(void) {
    static char line[40000];
    const char *rest = GetCommandLineA();
    STARTUPINFOA start = { .cb = sizeof start };
    PROCESS_INFORMATION made;
    DWORD code = 99;
    char end = *rest == '"' ? '"' : ' ';
    if (end == '"') rest++;
    while (*rest && *rest != end) rest++;
    if (*rest == '"') rest++;
    snprintf(line, sizeof line, "C:\\windows\\system32\\reg.exe%s", rest);
    if (!CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &start, &made)) return 99;
    WaitForSingleObject(made.hProcess, INFINITE);
    GetExitCodeProcess(made.hProcess, &code);
    return (int)code;
}

#define LICENSING "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform"

static HKEY licensing(void) {
    HKEY key;
    if (RegCreateKeyExA(HKEY_LOCAL_MACHINE, LICENSING, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &key, NULL)) exit(99);
    return key;
}

static DWORD number(const char *name) {
    DWORD value = 0, size = sizeof value, type = REG_NONE;
    if (RegQueryValueExA(licensing(), name, NULL, &type, (BYTE *)&value, &size) || type != REG_DWORD) return 0;
    return value;
}

static void set_number(const char *name, DWORD value) {
    RegSetValueExA(licensing(), name, 0, REG_DWORD, (const BYTE *)&value, sizeof value);
}

static void set_text(const char *name, const char *value) {
    if (value) RegSetValueExA(licensing(), name, 0, REG_SZ, (const BYTE *)value, (DWORD)strlen(value) + 1);
    else RegDeleteValueA(licensing(), name);
}

/* What slmgr.vbs /dlv prints that scripts look for. */
static int show_licensing(int is_host) {
    char domain[300] = "";
    DWORD size = sizeof domain - 1;
    printf("Software licensing service version: 10.0.20348.1\n\nLicense Status: Licensed\n");
    if (is_host) {
        printf("\nKey Management Service is enabled on this machine\n    Current count: 50\n    Listening on Port: 1688\n");
        printf("    DNS publishing %s\n    KMS priority: Normal\n", number("DisableDnsPublishing") ? "disabled" : "enabled");
        return 0;
    }
    printf("\nMost recent activation information:\nKey Management Service client information\n");
    if (!RegQueryValueExA(licensing(), "KeyManagementServiceLookupDomain", NULL, NULL, (BYTE *)domain, &size))
        printf("    Registered KMS SRV record lookup domain: %s\n", domain);
    printf("    KMS host caching is %s\n", number("DisableKeyManagementServiceHostCaching") ? "disabled" : "enabled");
    return 0;
}

/* cscript //nologo ...\slmgr.vbs OPTION [VALUE] */
static int slmgr(int argc, char **argv) {
    int is_host = !*setting("KMSPLAN_NO_KMS_HOST");
    const char *option = argc > 3 ? argv[3] : "";
    const char *value = argc > 4 ? argv[4] : "";
    if (argc < 4 || _stricmp(argv[1], "//nologo")) return 98;
    if (!_stricmp(setting("KMSPLAN_FAIL"), option)) {
        printf("Error: 0xC004D302 The licensing service reported an error.\n");
        return 1;
    }
    if (!_stricmp(setting("KMSPLAN_LIE"), option)) return 0;
    if (!_stricmp(option, "/dlv")) return show_licensing(is_host);
    if (!_stricmp(option, "/cdns") || !_stricmp(option, "/sdns")) {
        int off = !_stricmp(option, "/cdns");
        if (!is_host) {
            printf("Warning: DNS Publishing can only be set on a KMS machine that is also activated.\n");
            return 0;
        }
        set_number("DisableDnsPublishing", off);
        printf("DNS publishing %s\nWarning: a KMS reboot is needed for this setting to take effect.\n",
               off ? "disabled" : "enabled");
    } else if (!_stricmp(option, "/sprt")) {
        set_text("KeyManagementServiceListeningPort", value);
    } else if (!_stricmp(option, "/skms")) {
        char host[400];
        char *port;
        snprintf(host, sizeof host, "%s", value);
        port = strchr(host, ':');
        if (port) *port++ = 0;
        set_text("KeyManagementServiceName", host);
        if (port) set_text("KeyManagementServicePort", port);
    } else if (!_stricmp(option, "/ckms")) {
        set_text("KeyManagementServiceName", NULL);
        set_text("KeyManagementServicePort", NULL);
    } else if (!_stricmp(option, "/ckhc") || !_stricmp(option, "/skhc")) {
        set_number("DisableKeyManagementServiceHostCaching", !_stricmp(option, "/ckhc"));
    } else if (!_stricmp(option, "/skms-domain")) {
        set_text("KeyManagementServiceLookupDomain", value);
    } else if (!_stricmp(option, "/ckms-domain")) {
        set_text("KeyManagementServiceLookupDomain", NULL);
    } else {
        return 98;
    }
    return 0;
}

static void write_file(const char *name, const char *mode, const char *line) {
    FILE *file = open_file(name, mode);
    if (!file) exit(99);
    fprintf(file, "%s\n", line);
    fclose(file);
}

/* Whether a file of the folder has this line. */
static int has_line(const char *name, const char *line) {
    char read[400];
    int found = 0;
    FILE *file = open_file(name, "rb");
    while (file && fgets(read, sizeof read, file)) {
        read[strcspn(read, "\r\n")] = 0;
        if (!strcmp(read, line)) found = 1;
    }
    if (file) fclose(file);
    return found;
}

/* net start|stop SERVICE */
static int net(char **argv) {
    int starts = !_stricmp(argv[1], "start");
    if (has_line("service", "STOPPED") != starts) {
        printf("The service %s.\n", starts ? "has already been started" : "is not started");
        return 2;
    }
    write_file("service", "wb", starts ? "RUNNING" : "STOPPED");
    if (starts && *setting("KMSPLAN_EVENT")) write_file("events", "ab", setting("KMSPLAN_EVENT"));
    printf("The %s service was %s successfully.\n", argv[2], starts ? "started" : "stopped");
    return 0;
}

/* sc query SERVICE */
static int sc(char **argv) {
    printf("\nSERVICE_NAME: %s\n        STATE              : %s\n", argv[2],
           has_line("service", "STOPPED") ? "1  STOPPED" : "4  RUNNING");
    return 0;
}

/* netsh advfirewall firewall show|add|delete rule name=NAME ... */
static int netsh(char **argv) {
    if (!_stricmp(argv[3], "show") && !has_line("rules", argv[5])) {
        printf("\nNo rules match the specified criteria.\n\n");
        return 1;
    }
    if (!_stricmp(argv[3], "add")) write_file("rules", "ab", argv[5]);
    if (!_stricmp(argv[3], "delete")) write_file("rules", "wb", "");
    printf("Ok.\n\n");
    return 0;
}

/* wevtutil qe Application /q:*[System[(EventID=N)]] ...: the newest such event. */
static int wevtutil(char **argv) {
    char line[40];
    int newest = 0, index = 0;
    const char *id = strstr(argv[3], "EventID=");
    FILE *file = open_file("events", "rb");
    while (file && fgets(line, sizeof line, file)) {
        index++;
        if (id && atoi(line) == atoi(id + 8)) newest = index;
    }
    if (file) fclose(file);
    if (newest)
        printf("<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><EventID Qualifiers='16384'>"
               "%d</EventID><EventRecordID>%d</EventRecordID></System></Event>\n", atoi(id + 8), newest);
    return 0;
}

int main(int argc, char **argv) {
    char program[260] = "", command[300];
    const char *name = argv[0], *at;
    for (at = argv[0]; *at; at++)
        if (*at == '\\' || *at == '/') name = at + 1;
    strncpy(program, name, sizeof program - 1);
    _strlwr(program);
    char *dot = strrchr(program, '.');
    if (dot) *dot = 0;
    note(program, argc, argv);
    if (!strcmp(program, "dnscmd")) return dnscmd(argc, argv);
    snprintf(command, sizeof command, "%s %s", program, argc > 1 ? argv[1] : "");
    if (!_stricmp(setting("KMSPLAN_FAIL"), command)) {
        printf("Access is denied.\n");
        return 5;
    }
    if (!_stricmp(setting("KMSPLAN_LIE"), command)) return 0;
    if (!strcmp(program, "cscript")) return slmgr(argc, argv);
    if (!strcmp(program, "reg")) return hand_on_to_reg();
    if (!strcmp(program, "net") && argc > 2) return net(argv);
    if (!strcmp(program, "sc") && argc > 2) return sc(argv);
    if (!strcmp(program, "netsh") && argc > 5) return netsh(argv);
    if (!strcmp(program, "wevtutil") && argc > 3) return wevtutil(argv);
    return 0;
}
