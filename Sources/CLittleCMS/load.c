#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

#include "CLittleCMS.h"

static clittlecms_functions functions;
static const clittlecms_functions *loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  void *library = dlopen("liblcms2.so.2", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return;
  functions = (clittlecms_functions){
    .open_profile = dlsym(library, "cmsOpenProfileFromMem"),
    .close_profile = dlsym(library, "cmsCloseProfile"),
    .create_srgb_profile = dlsym(library, "cmsCreate_sRGBProfile"),
    .create_transform = dlsym(library, "cmsCreateTransform"),
    .delete_transform = dlsym(library, "cmsDeleteTransform"),
    .transform = dlsym(library, "cmsDoTransform"),
  };
  if (functions.open_profile && functions.close_profile && functions.create_srgb_profile && functions.create_transform &&
      functions.delete_transform && functions.transform) {
    loaded = &functions;
  }
}

const clittlecms_functions *clittlecms_load(void) {
  pthread_once(&once, load);
  return loaded;
}
