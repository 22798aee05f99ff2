// Why: docs/decisions/0005-ycbcr-planes-and-an-own-jpeg-path.md

/// The resampler's hot loops in AVX2: Swift has no way to compile a function for more than the target's instructions.
/// Each gives exactly what its portable namesake in `Imaging` does, which states the bounds that hold here too. None of
/// them may be called unless `cresample_has_avx2` says so.
#ifndef CRESAMPLE_H
#define CRESAMPLE_H

#include <stdint.h>

/// Whether this processor, under this system, runs AVX2.
int cresample_has_avx2(void);

#if defined(__x86_64__)

/// The vertical pass from 8-bit samples, `count` a multiple of 16: weighed sums, rounded and shifted by 8, in 16 bits.
void cresample_vertical_narrow(const void *const *rows, const int16_t *taps, intptr_t tap_count, int16_t *target,
                               intptr_t count);

/// The vertical pass from 16-bit samples, `count` a multiple of 16: shifted by 14.
void cresample_vertical_wide(const void *const *rows, const int16_t *taps, intptr_t tap_count, int16_t *target,
                             intptr_t count);

/// The horizontal pass of one channel, `tap_count` a multiple of 8: shifted by 20, cut to 8 bits, in fours.
void cresample_horizontal_plane(const int16_t *row, const int32_t *starts, const int16_t *taps, intptr_t tap_count,
                                intptr_t outputs, uint8_t *target);

/// The horizontal pass of 3 or 4 interleaved channels, `tap_count` a multiple of 2, to 8 bits: four are written for
/// each pixel.
void cresample_horizontal_narrow(const int16_t *row, const int32_t *starts, const int16_t *taps, intptr_t tap_count,
                                 intptr_t outputs, intptr_t channels, uint8_t *target);

/// The same, shifted by 14 and cut to 0…`most`.
void cresample_horizontal_wide(const int16_t *row, const int32_t *starts, const int16_t *taps, intptr_t tap_count,
                               intptr_t outputs, intptr_t channels, int16_t most, int16_t *target);

/// RGBA of 8 bits as 16-bit samples in 1/64, colour times alpha; `pixels` a multiple of 4.
void cresample_multiply(const uint8_t *source, intptr_t pixels, int16_t *target);

#endif
#endif
