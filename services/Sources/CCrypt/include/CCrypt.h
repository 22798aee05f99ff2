// libxcrypt: passwords against the hashes of an htpasswd file.
#pragma once

/// Whether a password has this hash. Blocks for as long as the hash is made to take. Returns 1 or 0; -1 for a hash of a
/// kind that libxcrypt does not know.
int ccrypt_matches(const char *password, const char *hash);
