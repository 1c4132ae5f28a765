/* Stands in for the programs that .cmd files call. It goes by the name of its file. Every call is written to the
   file that KMSPLAN_CALLS names: a line with the program and the number of its arguments, then a line an argument,
   octets beyond plain ASCII as \xNN. As dnscmd it keeps the records of one zone, lines "node|hours or 0|TTL|data" in the file that
   KMSPLAN_ZONE names, and answers in dnscmd's words.

   KMSPLAN_FAIL names a command of dnscmd that is refused (exit code 5); KMSPLAN_LIE one that claims to have worked
   and did nothing; KMSPLAN_ZONEINFO a file with the answer to /ZoneInfo. KMSPLAN_EXIT is the exit code of
   programs other than dnscmd. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MANY 4096
struct record { char node[300]; unsigned long aged; unsigned long ttl; char data[400]; };
static struct record records[MANY];
static int count;

static const char *setting(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

static void note(const char *program, int argc, char **argv) {
    FILE *file = fopen(setting("KMSPLAN_CALLS"), "ab");
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
    FILE *file = fopen(setting("KMSPLAN_ZONE"), "rb");
    char line[1024];
    while (file && count < MANY && fgets(line, sizeof line, file)) {
        struct record *record = &records[count];
        if (sscanf(line, "%299[^|]|%lu|%lu|%399[^\r\n]", record->node, &record->aged, &record->ttl, record->data) == 4)
            count++;
    }
    if (file) fclose(file);
}

static void save(void) {
    FILE *file = fopen(setting("KMSPLAN_ZONE"), "wb");
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

int main(int argc, char **argv) {
    char program[260] = "";
    const char *name = argv[0], *at;
    for (at = argv[0]; *at; at++)
        if (*at == '\\' || *at == '/') name = at + 1;
    strncpy(program, name, sizeof program - 1);
    _strlwr(program);
    char *dot = strrchr(program, '.');
    if (dot) *dot = 0;
    note(program, argc, argv);
    return strcmp(program, "dnscmd") ? atoi(setting("KMSPLAN_EXIT")) : dnscmd(argc, argv);
}
