// libxcrypt: passwords against the hashes of an htpasswd file.
#pragma once
#include <crypt.h>
