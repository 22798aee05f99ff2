#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "floor.h"

static _Noreturn void stop(j_common_ptr info) {
  char text[JMSG_LENGTH_MAX];
  info->err->format_message(info, text);
  fail(text);
}

static void open_jpeg(j_decompress_ptr info, struct jpeg_error_mgr *errors, const uint8_t *bytes, size_t count) {
  info->err = jpeg_std_error(errors);
  errors->error_exit = stop;
  jpeg_create_decompress(info);
  jpeg_mem_src(info, bytes, count);
  jpeg_read_header(info, TRUE);
}

void jpeg_size(const uint8_t *bytes, size_t count, int *width, int *height) {
  struct jpeg_decompress_struct info;
  struct jpeg_error_mgr errors;
  open_jpeg(&info, &errors, bytes, count);
  *width = (int)info.image_width;
  *height = (int)info.image_height;
  jpeg_destroy_decompress(&info);
}

/// The planes' sizes follow from the scaled component sizes, rounded up to whole rows of iMCUs.
static void shape(j_decompress_ptr info, Planes *planes) {
  planes->width = (int)info->output_width;
  planes->height = (int)info->output_height;
  planes->components = info->num_components;
  int luma = info->comp_info[0].DCT_scaled_size * info->comp_info[0].v_samp_factor;
  for (int c = 0; c < planes->components; c++) {
    jpeg_component_info *component = &info->comp_info[c];
    int block = component->DCT_scaled_size;
    planes->horizontal[c] = component->h_samp_factor * block;
    planes->vertical[c] = component->v_samp_factor * block;
    planes->stride[c] = (int)component->width_in_blocks * block + 64;
    int mcu_rows = ((int)info->output_height + luma - 1) / luma;
    planes->rows[c] = mcu_rows * component->v_samp_factor * block;
    planes->samples[c] = take((size_t)planes->stride[c] * (size_t)planes->rows[c]);
  }
}

void jpeg_planes(const uint8_t *bytes, size_t count, int eighths, Planes *planes) {
  struct jpeg_decompress_struct info;
  struct jpeg_error_mgr errors;
  open_jpeg(&info, &errors, bytes, count);
  if (info.num_components > 3) fail("only one or three components");
  info.scale_num = (unsigned)eighths;
  info.scale_denom = 8;
  info.raw_data_out = TRUE;
  info.out_color_space = info.jpeg_color_space;
  jpeg_start_decompress(&info);
  if (!planes->samples[0]) shape(&info, planes);

  JSAMPROW rows[3][MAX_SAMP_FACTOR * DCTSIZE];
  JSAMPARRAY image[3] = {rows[0], rows[1], rows[2]};
  int step = info.comp_info[0].DCT_scaled_size * info.max_v_samp_factor;
  for (int mcu = 0; info.output_scanline < info.output_height; mcu++) {
    for (int c = 0; c < planes->components; c++)
      for (int y = 0; y < planes->vertical[c]; y++)
        rows[c][y] = planes->samples[c] + (size_t)(mcu * planes->vertical[c] + y) * (size_t)planes->stride[c];
    if (!jpeg_read_raw_data(&info, image, (JDIMENSION)step)) fail("input suspended");
  }
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
}

Encoded jpeg_encode(const Planes *planes, int quality) {
  struct jpeg_compress_struct info;
  struct jpeg_error_mgr errors;
  info.err = jpeg_std_error(&errors);
  errors.error_exit = stop;
  jpeg_create_compress(&info);
  Encoded out = {0};
  jpeg_mem_dest(&info, &out.bytes, &out.count);
  info.image_width = (JDIMENSION)planes->width;
  info.image_height = (JDIMENSION)planes->height;
  info.input_components = planes->components;
  info.in_color_space = planes->components == 1 ? JCS_GRAYSCALE : JCS_YCbCr;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  info.raw_data_in = TRUE;
  jpeg_start_compress(&info, TRUE);

  int step = info.max_v_samp_factor * DCTSIZE;
  JSAMPROW rows[3][2 * DCTSIZE];
  JSAMPARRAY image[3] = {rows[0], rows[1], rows[2]};
  for (int mcu = 0; info.next_scanline < info.image_height; mcu++) {
    for (int c = 0; c < planes->components; c++) {
      int lines = info.comp_info[c].v_samp_factor * DCTSIZE;
      for (int y = 0; y < lines; y++)
        rows[c][y] = planes->samples[c] + (size_t)(mcu * lines + y) * (size_t)planes->stride[c];
    }
    jpeg_write_raw_data(&info, image, (JDIMENSION)step);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  return out;
}
