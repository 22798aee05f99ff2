#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "ImagingFixtures.h"

struct failure {
  struct jpeg_error_mgr base;
  jmp_buf jump;
};

static void fail(j_common_ptr cinfo) { longjmp(((struct failure *)cinfo->err)->jump, 1); }
static void silent(j_common_ptr cinfo) { (void)cinfo; }

static void markers(j_compress_ptr cinfo, int marker, const char *name, size_t head, const uint8_t *bytes, size_t size) {
  size_t limit = 65533 - head - 2, parts = (size + limit - 1) / limit;
  uint8_t *segment = malloc(65536);
  for (size_t part = 0; part < parts; part++) {
    size_t count = size - part * limit < limit ? size - part * limit : limit, at = head;
    memcpy(segment, name, head);
    if (marker == JPEG_APP0 + 2) {
      segment[at++] = (uint8_t)(part + 1);
      segment[at++] = (uint8_t)parts;
    }
    memcpy(segment + at, bytes + part * limit, count);
    jpeg_write_marker(cinfo, marker, segment, (unsigned)(at + count));
  }
  free(segment);
}

uint8_t *fixture_jpeg_encode(const fixture_jpeg *jpeg, const uint8_t *samples, size_t *size) {
  struct jpeg_compress_struct cinfo;
  struct failure failure;
  unsigned char *out = NULL;
  unsigned long count = 0;
  cinfo.err = jpeg_std_error(&failure.base);
  failure.base.error_exit = fail;
  failure.base.output_message = silent;
  if (setjmp(failure.jump)) {
    jpeg_destroy_compress(&cinfo);
    free(out);
    return NULL;
  }
  jpeg_create_compress(&cinfo);
  jpeg_mem_dest(&cinfo, &out, &count);
  cinfo.image_width = (JDIMENSION)jpeg->width;
  cinfo.image_height = (JDIMENSION)jpeg->height;
  cinfo.input_components = jpeg->components;
  cinfo.in_color_space = jpeg->components == 1 ? JCS_GRAYSCALE : jpeg->components == 3 ? JCS_RGB : JCS_CMYK;
  jpeg_set_defaults(&cinfo);
  if (jpeg->storage == 1) jpeg_set_colorspace(&cinfo, JCS_RGB);
  if (jpeg->storage == 2) jpeg_set_colorspace(&cinfo, JCS_YCCK);
  jpeg_set_quality(&cinfo, jpeg->quality, TRUE);
  for (int i = 0; i < cinfo.num_components; i++) {
    int full = i == 0 || i == 3;
    cinfo.comp_info[i].h_samp_factor = full ? jpeg->horizontal : 1;
    cinfo.comp_info[i].v_samp_factor = full ? jpeg->vertical : 1;
  }
  cinfo.arith_code = jpeg->arithmetic ? TRUE : FALSE;
  cinfo.restart_interval = (unsigned)jpeg->restart_interval;
  jpeg_scan_info scans[12];
  if (jpeg->progressive == 1) jpeg_simple_progression(&cinfo);
  if (jpeg->progressive == 2) {
    static const int bands[][2] = {{0, 0}, {1, 5}, {6, 63}};
    for (int i = 0; i < 3 * cinfo.num_components; i++) {
      const int *band = bands[i / cinfo.num_components];
      scans[i] = (jpeg_scan_info){
          .comps_in_scan = 1, .component_index = {i % cinfo.num_components}, .Ss = band[0], .Se = band[1]};
    }
    cinfo.scan_info = scans;
    cinfo.num_scans = 3 * cinfo.num_components;
  }
  if (jpeg->separate_scans) {
    for (int i = 0; i < cinfo.num_components; i++) {
      scans[i] = (jpeg_scan_info){.comps_in_scan = 1, .component_index = {i}, .Ss = 0, .Se = 63};
    }
    cinfo.scan_info = scans;
    cinfo.num_scans = cinfo.num_components;
  }
  jpeg_start_compress(&cinfo, TRUE);
  if (jpeg->exif_size) markers(&cinfo, JPEG_APP0 + 1, "Exif\0", 6, jpeg->exif, jpeg->exif_size);
  if (jpeg->profile_size) markers(&cinfo, JPEG_APP0 + 2, "ICC_PROFILE", 12, jpeg->profile, jpeg->profile_size);
  for (int y = 0; y < jpeg->height; y++) {
    JSAMPROW row = (JSAMPROW)samples + (size_t)y * (size_t)(jpeg->width * jpeg->components);
    jpeg_write_scanlines(&cinfo, &row, 1);
  }
  jpeg_finish_compress(&cinfo);
  jpeg_destroy_compress(&cinfo);
  *size = count;
  return out;
}

uint8_t *fixture_jpeg_decode(const uint8_t *bytes, size_t size, int *width, int *height, int *components) {
  struct jpeg_decompress_struct cinfo;
  struct failure failure;
  uint8_t *volatile out = NULL;
  cinfo.err = jpeg_std_error(&failure.base);
  failure.base.error_exit = fail;
  failure.base.output_message = silent;
  if (setjmp(failure.jump)) {
    jpeg_destroy_decompress(&cinfo);
    free(out);
    return NULL;
  }
  jpeg_create_decompress(&cinfo);
  jpeg_mem_src(&cinfo, bytes, size);
  jpeg_read_header(&cinfo, TRUE);
  if (cinfo.num_components == 4) cinfo.out_color_space = JCS_CMYK;
  jpeg_start_decompress(&cinfo);
  *width = (int)cinfo.output_width;
  *height = (int)cinfo.output_height;
  *components = cinfo.output_components;
  size_t stride = (size_t)*width * (size_t)*components;
  out = malloc(stride * (size_t)*height);
  while (cinfo.output_scanline < cinfo.output_height) {
    JSAMPROW row = out + stride * cinfo.output_scanline;
    jpeg_read_scanlines(&cinfo, &row, 1);
  }
  jpeg_finish_decompress(&cinfo);
  jpeg_destroy_decompress(&cinfo);
  return out;
}

uint8_t *fixture_jpeg_plane(const uint8_t *bytes, size_t size, int component, int *width, int *height) {
  struct jpeg_decompress_struct cinfo;
  struct failure failure;
  uint8_t *volatile out = NULL;
  uint8_t *volatile block = NULL;
  cinfo.err = jpeg_std_error(&failure.base);
  failure.base.error_exit = fail;
  failure.base.output_message = silent;
  if (setjmp(failure.jump)) {
    jpeg_destroy_decompress(&cinfo);
    free(out);
    free(block);
    return NULL;
  }
  jpeg_create_decompress(&cinfo);
  jpeg_mem_src(&cinfo, bytes, size);
  jpeg_read_header(&cinfo, TRUE);
  cinfo.raw_data_out = TRUE;
  cinfo.out_color_space = cinfo.jpeg_color_space;
  jpeg_start_decompress(&cinfo);
  *width = (int)cinfo.comp_info[component].downsampled_width;
  *height = (int)cinfo.comp_info[component].downsampled_height;
  out = malloc((size_t)*width * (size_t)*height);
  JSAMPROW rows[4][32];
  JSAMPARRAY lists[4];
  size_t stride = 0;
  for (int i = 0; i < cinfo.num_components; i++) stride += cinfo.comp_info[i].width_in_blocks * 8;
  block = malloc(stride * 32 * 4);
  uint8_t *at = block;
  for (int i = 0; i < cinfo.num_components; i++) {
    for (int r = 0; r < 32; r++, at += cinfo.comp_info[i].width_in_blocks * 8) rows[i][r] = at;
    lists[i] = rows[i];
  }
  int y = 0, count = cinfo.comp_info[component].v_samp_factor * 8;
  while (cinfo.output_scanline < cinfo.output_height) {
    jpeg_read_raw_data(&cinfo, lists, (JDIMENSION)(cinfo.max_v_samp_factor * 8));
    for (int r = 0; r < count && y < *height; r++, y++) memcpy(out + (size_t)y * (size_t)*width, rows[component][r], (size_t)*width);
  }
  jpeg_finish_decompress(&cinfo);
  jpeg_destroy_decompress(&cinfo);
  free(block);
  return out;
}
