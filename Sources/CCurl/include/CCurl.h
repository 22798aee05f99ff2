// Why: docs/decisions/0002-libcurl.md

/// The door to libcurl: its own headers, and the calls that Swift cannot make itself because they are variadic.
#ifndef CCURL_H
#define CCURL_H

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

typedef size_t (*ccurl_data_function)(char *bytes, size_t size, size_t count, void *context);
typedef int (*ccurl_seek_function)(void *context, curl_off_t offset, int origin);

CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value);
CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value);
/// libcurl copies the string.
CURLcode ccurl_set_string(CURL *handle, CURLoption option, const char *value);
/// The list must outlive the transfer.
CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *list);
CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value);
CURLcode ccurl_set_data_function(CURL *handle, CURLoption option, ccurl_data_function function);
CURLcode ccurl_set_seek_function(CURL *handle, ccurl_seek_function function);
CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value);

/// Takes the next transfer that has ended. Returns null when there is none.
CURL *ccurl_next_ended(CURLM *multi, CURLcode *result);

#endif
