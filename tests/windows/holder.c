/* Holds a file open as other programs do, until standard input ends: holder FILE read|write|alone
   `read` lets others read, `write` others read and write, `alone` nobody. Says so once it has it. */
#include <stdio.h>
#include <string.h>
#include <windows.h>

int main(int count, char **arguments) {
  if (count != 3) return 64;
  DWORD shared = !strcmp(arguments[2], "alone") ? 0
      : FILE_SHARE_READ | (!strcmp(arguments[2], "write") ? FILE_SHARE_WRITE : 0);
  HANDLE file = CreateFileA(arguments[1], GENERIC_READ, shared, NULL, OPEN_EXISTING, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) return 1;
  puts("held");
  fflush(stdout);
  while (getchar() != EOF) {}
  return 0;
}
