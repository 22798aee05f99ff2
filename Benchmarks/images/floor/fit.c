#include "floor.h"

/// The mean over each box, in place of a resampler: the floor needs plausible pictures, not good ones.
static void box(const uint8_t *from, int from_stride, int from_width, int from_height, int channels, uint8_t *to,
                int to_stride, int width, int height) {
  for (int y = 0; y < height; y++) {
    int top = (int)((long)y * from_height / height), bottom = (int)((long)(y + 1) * from_height / height);
    if (bottom <= top) bottom = top + 1;
    for (int x = 0; x < width; x++) {
      int left = (int)((long)x * from_width / width), right = (int)((long)(x + 1) * from_width / width);
      if (right <= left) right = left + 1;
      for (int c = 0; c < channels; c++) {
        unsigned long sum = 0;
        for (int v = top; v < bottom; v++)
          for (int u = left; u < right; u++) sum += from[(size_t)v * from_stride + (size_t)u * channels + c];
        to[(size_t)y * to_stride + (size_t)x * channels + c] = (uint8_t)(sum / ((bottom - top) * (right - left)));
      }
    }
  }
}

/// Room for 4:2:0 or gray, padded with mid-gray to whole iMCUs.
static Planes room(int width, int height, int components) {
  Planes out = {.width = width, .height = height, .components = components};
  int mcu = components == 1 ? 8 : 16;
  int across = (width + mcu - 1) / mcu, down = (height + mcu - 1) / mcu;
  for (int c = 0; c < components; c++) {
    int side = c == 0 ? mcu : 8;
    out.stride[c] = across * side;
    out.rows[c] = down * side;
    out.samples[c] = take((size_t)out.stride[c] * (size_t)out.rows[c]);
    for (size_t i = 0; i < (size_t)out.stride[c] * (size_t)out.rows[c]; i++) out.samples[c][i] = 128;
  }
  return out;
}

Planes planes_fit(const Planes *source, int width, int height) {
  Planes out = room(width, height, source->components);
  for (int c = 0; c < source->components; c++) {
    int from_width = (int)((long)source->width * source->horizontal[c] / source->horizontal[0]);
    int from_height = (int)((long)source->height * source->vertical[c] / source->vertical[0]);
    int half = c == 0 ? 1 : 2;
    box(source->samples[c], source->stride[c], from_width, from_height, 1, out.samples[c], out.stride[c],
        (width + half - 1) / half, (height + half - 1) / half);
  }
  return out;
}

Pixels pixels_fit(const Pixels *source, int width, int height) {
  Pixels out = {width, height, source->channels, take((size_t)width * (size_t)height * (size_t)source->channels)};
  box(source->samples, source->width * source->channels, source->width, source->height, source->channels, out.samples,
      width * source->channels, width, height);
  return out;
}

Planes pixels_planes(const Pixels *source) {
  int colour = source->channels >= 3;
  Planes full = {.width = source->width, .height = source->height, .components = colour ? 3 : 1};
  size_t count = (size_t)source->width * (size_t)source->height;
  for (int c = 0; c < full.components; c++) {
    full.horizontal[c] = full.vertical[c] = 1;
    full.stride[c] = full.width;
    full.rows[c] = full.height;
    full.samples[c] = take(count);
  }
  for (size_t i = 0; i < count; i++) {
    const uint8_t *p = source->samples + i * (size_t)source->channels;
    if (!colour) {
      full.samples[0][i] = p[0];
      continue;
    }
    int r = p[0], g = p[1], b = p[2];
    full.samples[0][i] = (uint8_t)((299 * r + 587 * g + 114 * b) / 1000);
    full.samples[1][i] = (uint8_t)(128 + (-169 * r - 331 * g + 500 * b) / 1000);
    full.samples[2][i] = (uint8_t)(128 + (500 * r - 419 * g - 81 * b) / 1000);
  }
  return planes_fit(&full, full.width, full.height);
}
