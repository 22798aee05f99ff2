#include "CResample.h"

#if !defined(__x86_64__)

int cresample_has_avx2(void) { return 0; }

#else

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define INLINE AVX2 static inline __attribute__((always_inline))

enum { tap_bits = 14, wide_bits = 6 };

int cresample_has_avx2(void) { return __builtin_cpu_supports("avx2") ? 1 : 0; }

/// Two taps, for pairs of samples.
INLINE __m256i pair(const int16_t *taps) {
  int32_t both;
  __builtin_memcpy(&both, taps, sizeof both);
  return _mm256_set1_epi32(both);
}

INLINE __m256i load(const void *from) { return _mm256_loadu_si256((const __m256i *)from); }
INLINE __m128i load_half(const void *from) { return _mm_loadu_si128((const __m128i *)from); }

/// Sums of samples 0…3 and 8…11, and of 4…7 and 12…15, as 16 samples in order.
INLINE void store(__m256i low, __m256i high, int shift, int16_t *target) {
  __m256i samples = _mm256_packs_epi32(_mm256_srai_epi32(low, shift), _mm256_srai_epi32(high, shift));
  _mm256_storeu_si256((__m256i *)target, samples);
}

/// Adds 16 samples of two rows, as 8-bit halves that lie in both lanes.
INLINE void add_narrow(const uint8_t *a, const uint8_t *b, __m256i weights, __m256i *low, __m256i *high) {
  __m128i first = load_half(a), second = load_half(b);
  // Samples 0…7 of both in the lower lane, 8…15 in the upper one.
  __m256i both = _mm256_set_m128i(_mm_unpackhi_epi8(first, second), _mm_unpacklo_epi8(first, second));
  __m256i zero = _mm256_setzero_si256();
  *low = _mm256_add_epi32(*low, _mm256_madd_epi16(_mm256_unpacklo_epi8(both, zero), weights));
  *high = _mm256_add_epi32(*high, _mm256_madd_epi16(_mm256_unpackhi_epi8(both, zero), weights));
}

/// Adds 16 samples of two rows.
INLINE void add_wide(const int16_t *a, const int16_t *b, __m256i weights, __m256i *low, __m256i *high) {
  __m256i first = load(a), second = load(b);
  *low = _mm256_add_epi32(*low, _mm256_madd_epi16(_mm256_unpacklo_epi16(first, second), weights));
  *high = _mm256_add_epi32(*high, _mm256_madd_epi16(_mm256_unpackhi_epi16(first, second), weights));
}

/// Adds 16 samples, from `x` on, of two rows of either kind.
INLINE void add(const void *const *rows, intptr_t x, int is_wide, __m256i weights, __m256i *low, __m256i *high) {
  if (is_wide) {
    add_wide((const int16_t *)rows[0] + x, (const int16_t *)rows[1] + x, weights, low, high);
  } else {
    add_narrow((const uint8_t *)rows[0] + x, (const uint8_t *)rows[1] + x, weights, low, high);
  }
}

INLINE void vertical(const void *const *rows, const int16_t *taps, intptr_t tap_count, int16_t *target, intptr_t count,
                     int is_wide) {
  const int shift = is_wide ? tap_bits : tap_bits - wide_bits;
  const __m256i half = _mm256_set1_epi32(1 << (shift - 1));
  intptr_t x = 0;
  for (; x + 32 <= count; x += 32) {
    __m256i low = half, high = half, next_low = half, next_high = half;
    for (intptr_t tap = 0; tap < tap_count; tap += 2) {
      __m256i weights = pair(taps + tap);
      add(rows + tap, x, is_wide, weights, &low, &high);
      add(rows + tap, x + 16, is_wide, weights, &next_low, &next_high);
    }
    store(low, high, shift, target + x);
    store(next_low, next_high, shift, target + x + 16);
  }
  for (; x < count; x += 16) {
    __m256i low = half, high = half;
    for (intptr_t tap = 0; tap < tap_count; tap += 2) {
      add(rows + tap, x, is_wide, pair(taps + tap), &low, &high);
    }
    store(low, high, shift, target + x);
  }
}

AVX2 void cresample_vertical_narrow(const void *const *rows, const int16_t *taps, intptr_t tap_count, int16_t *target,
                                    intptr_t count) {
  vertical(rows, taps, tap_count, target, count, 0);
}

AVX2 void cresample_vertical_wide(const void *const *rows, const int16_t *taps, intptr_t tap_count, int16_t *target,
                                  intptr_t count) {
  vertical(rows, taps, tap_count, target, count, 1);
}

/// The products of `tap_count` taps of one output, to be added up.
INLINE __m256i products(const int16_t *samples, const int16_t *taps, intptr_t tap_count) {
  __m256i sum = _mm256_setzero_si256();
  intptr_t tap = 0;
  for (; tap + 16 <= tap_count; tap += 16) {
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(load(samples + tap), load(taps + tap)));
  }
  if (tap < tap_count) {
    __m128i rest = _mm_madd_epi16(load_half(samples + tap), load_half(taps + tap));
    sum = _mm256_add_epi32(sum, _mm256_zextsi128_si256(rest));
  }
  return sum;
}

/// Four sums in 8 bits.
INLINE int32_t narrowed(__m128i sums) {
  const int shift = tap_bits + wide_bits;
  __m128i rounded = _mm_srai_epi32(_mm_add_epi32(sums, _mm_set1_epi32(1 << (shift - 1))), shift);
  __m128i words = _mm_packs_epi32(rounded, rounded);
  return _mm_cvtsi128_si32(_mm_packus_epi16(words, words));
}

INLINE __m128i lanes_added(__m256i sum) {
  return _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
}

/// Eight taps of one output in the lower lane, and of the one four further on in the upper.
INLINE __m256i eight_products(const int16_t *row, const int32_t *starts, const int16_t *taps) {
  __m256i samples = _mm256_set_m128i(load_half(row + starts[4]), load_half(row + starts[0]));
  return _mm256_madd_epi16(samples, _mm256_set_m128i(load_half(taps + 4 * 8), load_half(taps)));
}

/// Enlarging and the least reductions take eight taps: as many outputs at a time.
INLINE intptr_t plane_of_eight_taps(const int16_t *row, const int32_t *starts, const int16_t *taps, intptr_t outputs,
                                    uint8_t *target) {
  intptr_t index = 0;
  for (; index + 8 <= outputs; index += 8) {
    const int32_t *from = starts + index;
    const int16_t *filter = taps + index * 8;
    __m256i first = _mm256_hadd_epi32(eight_products(row, from, filter), eight_products(row, from + 1, filter + 8));
    __m256i second =
        _mm256_hadd_epi32(eight_products(row, from + 2, filter + 16), eight_products(row, from + 3, filter + 24));
    __m256i sums = _mm256_hadd_epi32(first, second);
    int32_t results[2] = {narrowed(_mm256_castsi256_si128(sums)), narrowed(_mm256_extracti128_si256(sums, 1))};
    __builtin_memcpy(target + index, results, sizeof results);
  }
  return index;
}

/// The sums of four outputs: their lower halves in one lane, their upper ones in the other.
INLINE __m256i four_outputs(const int16_t *row, const int32_t *starts, const int16_t *taps, intptr_t tap_count) {
  __m256i a = products(row + starts[0], taps, tap_count);
  __m256i b = products(row + starts[1], taps + tap_count, tap_count);
  __m256i c = products(row + starts[2], taps + 2 * tap_count, tap_count);
  __m256i d = products(row + starts[3], taps + 3 * tap_count, tap_count);
  return _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
}

/// As many outputs at a time as a vector has sums, of a number of taps that the compiler knows where it is worth it.
INLINE intptr_t plane(const int16_t *row, const int32_t *starts, const int16_t *taps, intptr_t tap_count,
                      intptr_t outputs, uint8_t *target) {
  const int shift = tap_bits + wide_bits;
  const __m256i half = _mm256_set1_epi32(1 << (shift - 1));
  intptr_t index = 0;
  for (; index + 8 <= outputs; index += 8) {
    const int16_t *filter = taps + index * tap_count;
    __m256i first = four_outputs(row, starts + index, filter, tap_count);
    __m256i second = four_outputs(row, starts + index + 4, filter + 4 * tap_count, tap_count);
    __m256i sums = _mm256_add_epi32(_mm256_permute2x128_si256(first, second, 0x20),
                                    _mm256_permute2x128_si256(first, second, 0x31));
    __m256i rounded = _mm256_srai_epi32(_mm256_add_epi32(sums, half), shift);
    __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(rounded), _mm256_extracti128_si256(rounded, 1));
    _mm_storel_epi64((__m128i *)(target + index), _mm_packus_epi16(words, words));
  }
  return index;
}

AVX2 void cresample_horizontal_plane(const int16_t *row, const int32_t *starts, const int16_t *taps,
                                     intptr_t tap_count, intptr_t outputs, uint8_t *target) {
  intptr_t index = 0;
  switch (tap_count) {
    case 8: index = plane_of_eight_taps(row, starts, taps, outputs, target); break;
    case 16: index = plane(row, starts, taps, 16, outputs, target); break;
    case 24: index = plane(row, starts, taps, 24, outputs, target); break;
    default: index = plane(row, starts, taps, tap_count, outputs, target);
  }
  for (; index < outputs; index += 4) {
    int32_t results = narrowed(lanes_added(four_outputs(row, starts + index, taps + index * tap_count, tap_count)));
    __builtin_memcpy(target + index, &results, sizeof results);
  }
}

/// Two pixels as pairs of their samples, channel by channel.
INLINE __m128i pairing(intptr_t channels) {
  return channels == 4 ? _mm_setr_epi8(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15)
                       : _mm_setr_epi8(0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11, -1, -1, -1, -1);
}

/// The sums of one pixel's channels.
INLINE __m128i pixel(const int16_t *samples, const int16_t *taps, intptr_t tap_count, intptr_t channels,
                     __m128i pairs) {
  const __m256i lanes = _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1);
  const __m256i both_pairs = _mm256_broadcastsi128_si256(pairs);
  __m256i sum = _mm256_setzero_si256();
  intptr_t tap = 0;
  for (; tap + 4 <= tap_count; tap += 4) {
    __m256i four = _mm256_inserti128_si256(_mm256_castsi128_si256(load_half(samples + tap * channels)),
                                           load_half(samples + (tap + 2) * channels), 1);
    __m128i weights = _mm_loadl_epi64((const __m128i *)(taps + tap));
    __m256i spread = _mm256_permutevar8x32_epi32(_mm256_castsi128_si256(weights), lanes);
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_shuffle_epi8(four, both_pairs), spread));
  }
  __m128i result = lanes_added(sum);
  if (tap < tap_count) {
    __m128i two = _mm_shuffle_epi8(load_half(samples + tap * channels), pairs);
    result = _mm_add_epi32(result, _mm_madd_epi16(two, _mm256_castsi256_si128(pair(taps + tap))));
  }
  return result;
}

INLINE void narrow_pixels(const int16_t *row, const int32_t *starts, const int16_t *taps, intptr_t tap_count,
                          intptr_t outputs, intptr_t channels, uint8_t *target) {
  const __m128i pairs = pairing(channels);
  for (intptr_t index = 0; index < outputs; index++) {
    __m128i sums = pixel(row + starts[index] * channels, taps + index * tap_count, tap_count, channels, pairs);
    int32_t result = narrowed(sums);
    __builtin_memcpy(target + index * channels, &result, sizeof result);
  }
}

AVX2 void cresample_horizontal_narrow(const int16_t *row, const int32_t *starts, const int16_t *taps,
                                      intptr_t tap_count, intptr_t outputs, intptr_t channels, uint8_t *target) {
  if (channels == 4) {
    narrow_pixels(row, starts, taps, tap_count, outputs, 4, target);
  } else {
    narrow_pixels(row, starts, taps, tap_count, outputs, 3, target);
  }
}

INLINE void wide_pixels(const int16_t *row, const int32_t *starts, const int16_t *taps, intptr_t tap_count,
                        intptr_t outputs, intptr_t channels, int16_t most, int16_t *target) {
  const __m128i pairs = pairing(channels), half = _mm_set1_epi32(1 << (tap_bits - 1));
  for (intptr_t index = 0; index < outputs; index++) {
    __m128i sums = pixel(row + starts[index] * channels, taps + index * tap_count, tap_count, channels, pairs);
    __m128i rounded = _mm_srai_epi32(_mm_add_epi32(sums, half), tap_bits);
    __m128i words = _mm_packs_epi32(rounded, rounded);
    __m128i cut = _mm_min_epi16(_mm_max_epi16(words, _mm_setzero_si128()), _mm_set1_epi16(most));
    _mm_storel_epi64((__m128i *)(target + index * channels), cut);
  }
}

AVX2 void cresample_horizontal_wide(const int16_t *row, const int32_t *starts, const int16_t *taps,
                                    intptr_t tap_count, intptr_t outputs, intptr_t channels, int16_t most,
                                    int16_t *target) {
  if (channels == 4) {
    wide_pixels(row, starts, taps, tap_count, outputs, 4, most, target);
  } else {
    wide_pixels(row, starts, taps, tap_count, outputs, 3, most, target);
  }
}

AVX2 void cresample_multiply(const uint8_t *source, intptr_t pixels, int16_t *target) {
  // In each pixel of four words: its alpha three times, and 255 for itself.
  const __m256i alphas = _mm256_broadcastsi128_si256(_mm_setr_epi8(6, 7, 6, 7, 6, 7, -1, -1, 14, 15, 14, 15, 14, 15, -1, -1));
  const __m256i itself = _mm256_set1_epi64x(INT64_C(255) << 48);
  const __m256i ratio = _mm256_set1_epi16(16448);  // 64/255 in 16 fractional bits
  for (intptr_t pixel = 0; pixel < pixels; pixel += 4) {
    __m256i samples = _mm256_cvtepu8_epi16(load_half(source + 4 * pixel));
    __m256i factors = _mm256_or_si256(_mm256_shuffle_epi8(samples, alphas), itself);
    __m256i products = _mm256_mullo_epi16(samples, factors);
    __m256i half = _mm256_srli_epi16(_mm256_mullo_epi16(products, ratio), 15);
    __m256i wide = _mm256_add_epi16(_mm256_mulhi_epu16(products, ratio), half);
    _mm256_storeu_si256((__m256i *)(target + 4 * pixel), wide);
  }
}

#endif
