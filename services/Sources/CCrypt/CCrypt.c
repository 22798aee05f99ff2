#include "CCrypt.h"

#include <crypt.h>
#include <stdlib.h>
#include <string.h>

int ccrypt_matches(const char *password, const char *hash) {
  // 32 KiB: too much for a small stack.
  struct crypt_data *data = calloc(1, sizeof *data);
  if (!data) return -1;
  const char *found = crypt_r(password, hash, data);
  int result = -1;
  if (found && found[0] != '*') {
    size_t length = strlen(hash);
    unsigned char difference = strlen(found) != length;
    // In a time that does not tell how much of it is right.
    if (!difference)
      for (size_t index = 0; index < length; index++) difference |= (unsigned char)(found[index] ^ hash[index]);
    result = difference == 0;
  }
  explicit_bzero(data, sizeof *data);
  free(data);
  return result;
}
