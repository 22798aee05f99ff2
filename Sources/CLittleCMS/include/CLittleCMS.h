// Why: docs/decisions/0009-little-cms-for-colour.md

/// The door to Little CMS 2. It is loaded when the first picture has colours to convert: most have none, and so a start
/// has one library less to load.
#ifndef CLITTLECMS_H
#define CLITTLECMS_H

#include <lcms2.h>

typedef struct {
  __typeof__(&cmsOpenProfileFromMem) open_profile;
  __typeof__(&cmsCloseProfile) close_profile;
  __typeof__(&cmsCreate_sRGBProfile) create_srgb_profile;
  __typeof__(&cmsCreateTransform) create_transform;
  __typeof__(&cmsDeleteTransform) delete_transform;
  __typeof__(&cmsDoTransform) transform;
} clittlecms_functions;

/// Null where the library is not installed.
const clittlecms_functions *clittlecms_load(void);

/// How the samples of a row lie; macros that Swift does not see.
static const cmsUInt32Number CLITTLECMS_GRAY_8 = TYPE_GRAY_8;
static const cmsUInt32Number CLITTLECMS_GRAY_16 = TYPE_GRAY_16;
static const cmsUInt32Number CLITTLECMS_RGB_8 = TYPE_RGB_8;
static const cmsUInt32Number CLITTLECMS_RGB_16 = TYPE_RGB_16;
/// 255 means without ink.
static const cmsUInt32Number CLITTLECMS_INVERTED_CMYK_8 = TYPE_CMYK_8_REV;

#endif
