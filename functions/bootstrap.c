/*
 * `bootstrap` of the bundle: starts a binary of bin/ through the loader and the libraries of lib/, wherever the bundle
 * lies and whatever C library the host has. In Lambda: the binary that _HANDLER names. Elsewhere: the one that the
 * bundle is named after, with the arguments given here. Linked statically, so that an image without a shell starts it
 * too.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LOADER_ARGUMENTS = 5 };

#ifndef USUAL_NAME
#define USUAL_NAME "image-processor"
#endif
static const char *const usual_name = USUAL_NAME;

/* The name in _HANDLER, without folders and without what follows a dot: "bin/upload-web.handler" is "upload-web". */
static const char *binary_name(char *buffer, size_t size) {
  const char *handler = getenv("_HANDLER");
  if (!getenv("AWS_LAMBDA_RUNTIME_API") || !handler) return usual_name;
  const char *slash = strrchr(handler, '/');
  if (slash) handler = slash + 1;
  size_t length = strcspn(handler, ".");
  if (length == 0 || length >= size) return usual_name;
  memcpy(buffer, handler, length);
  buffer[length] = 0;
  return strcmp(buffer, "bootstrap") == 0 ? usual_name : buffer;
}

int main(int count, char **arguments) {
  char root[PATH_MAX], loader[PATH_MAX], libraries[PATH_MAX], binary[PATH_MAX], name[NAME_MAX + 1];
  ssize_t length = readlink("/proc/self/exe", root, sizeof root - 1);
  if (length <= 0) {
    fputs("bootstrap: /proc/self/exe cannot be read: mount /proc\n", stderr);
    return 1;
  }
  root[length] = 0;
  *strrchr(root, '/') = 0;
  if (snprintf(binary, sizeof binary, "%s/bin/%s", root, binary_name(name, sizeof name)) >= PATH_MAX ||
      snprintf(loader, sizeof loader, "%s/lib/" LOADER, root) >= PATH_MAX ||
      snprintf(libraries, sizeof libraries, "%s/lib", root) >= PATH_MAX) {
    fprintf(stderr, "bootstrap: the path of the bundle is too long: %s\n", root);
    return 1;
  }
  if (access(binary, X_OK) != 0) {
    fprintf(stderr, "bootstrap: no binary %s: set the handler to %s\n", binary, usual_name);
    return 1;
  }
  /* What else lies in the bundle is found by the name that Lambda gives its folder. */
  if (setenv("LAMBDA_TASK_ROOT", root, 1) != 0) return 1;

  char **all = calloc(LOADER_ARGUMENTS + (size_t)count + 1, sizeof *all);
  if (!all) return 1;
  all[0] = loader;
  /* The host's own list of libraries would name ones that need the host's C library. */
  all[1] = "--inhibit-cache";
  all[2] = "--library-path";
  all[3] = libraries;
  all[4] = binary;
  for (int index = 1; index < count; index++) all[LOADER_ARGUMENTS + index - 1] = arguments[index];
  execv(loader, all);
  perror(loader);
  return 1;
}
