#include "CInverseDCT.h"

#include <string.h>

// The same samples on every processor.
#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline))

typedef float floats __attribute__((ext_vector_type(4)));
typedef int16_t words __attribute__((ext_vector_type(4)));
typedef int32_t ints __attribute__((ext_vector_type(4)));
typedef uint8_t bytes __attribute__((ext_vector_type(4)));

// For blocks of more than four samples a side. Where a processor has no vectors of eight, each is two of four.
typedef float floats8 __attribute__((ext_vector_type(8)));
typedef int16_t words8 __attribute__((ext_vector_type(8)));
typedef int32_t ints8 __attribute__((ext_vector_type(8)));
typedef uint8_t bytes8 __attribute__((ext_vector_type(8)));

/// What a sample of 16 bits counts a level as.
enum { steps_per_level = 64 };

/// Four coefficients times their factors.
INLINE floats scaled(const int16_t *coefficients, const float *factors) {
  words values;
  floats weights;
  memcpy(&values, coefficients, sizeof values);
  memcpy(&weights, factors, sizeof weights);
  return __builtin_convertvector(values, floats) * weights;
}

/// Eight of them.
INLINE floats8 scaled8(const int16_t *coefficients, const float *factors) {
  words8 values;
  floats8 weights;
  memcpy(&values, coefficients, sizeof values);
  memcpy(&weights, factors, sizeof weights);
  return __builtin_convertvector(values, floats8) * weights;
}

// Each of these makes n points in each lane of v[0…n − 1], from frequencies that have been multiplied by their factors.
// The even frequencies are alike from both ends, the odd ones differ in sign, so half of the products serve twice.

#define TRANSFORM_3(vectors)                                                  \
  INLINE void transform_3_##vectors(vectors v[3]) {                           \
    const float odd = 0.86602540f; /* cos π/6; cos π/3 is ½ */                \
    vectors sum = v[0] + v[2] * 0.5f, difference = v[1] * odd;                \
    v[1] = v[0] - v[2];                                                       \
    v[0] = sum + difference;                                                  \
    v[2] = sum - difference;                                                  \
  }
TRANSFORM_3(floats)
TRANSFORM_3(floats8)

#define TRANSFORM_4(vectors)                                                        \
  INLINE void transform_4_##vectors(vectors v[4]) {                                 \
    /* cos π/8 and cos 3π/8; the factor of the middle frequency has its √½ */       \
    const float near = 0.92387953f, far = 0.38268343f;                              \
    vectors sum = v[0] + v[2], difference = v[0] - v[2];                            \
    vectors outer = v[1] * near + v[3] * far, inner = v[1] * far - v[3] * near;     \
    v[0] = sum + outer;                                                             \
    v[1] = difference + inner;                                                      \
    v[2] = difference - inner;                                                      \
    v[3] = sum - outer;                                                             \
  }
TRANSFORM_4(floats)
TRANSFORM_4(floats8)

INLINE void transform_5(floats8 v[5]) {
  // cos kπ/10
  const float c1 = 0.95105652f, c2 = 0.80901699f, c3 = 0.58778525f, c4 = 0.30901699f;
  floats8 outer = v[0] + v[2] * c2 + v[4] * c4, inner = v[0] - v[2] * c4 - v[4] * c2;
  floats8 middle = v[0] - v[2] + v[4];
  floats8 wide = v[1] * c1 + v[3] * c3, narrow = v[1] * c3 - v[3] * c1;
  v[0] = outer + wide;
  v[1] = inner + narrow;
  v[2] = middle;
  v[3] = inner - narrow;
  v[4] = outer - wide;
}

/// Six points: the even frequencies are a transform of three.
INLINE void transform_6(floats8 v[6]) {
  // cos kπ/12 for k = 1, 3, 5
  const float c1 = 0.96592583f, c3 = 0.70710678f, c5 = 0.25881905f;
  floats8 even[3] = {v[0], v[2], v[4]};
  transform_3_floats8(even);
  floats8 shared = v[3] * c3;
  floats8 odd[3] = {
      v[1] * c1 + shared + v[5] * c5,
      (v[1] - v[3] - v[5]) * c3,
      v[1] * c5 - shared + v[5] * c1,
  };
  for (int index = 0; index < 3; index++) {
    v[index] = even[index] + odd[index];
    v[5 - index] = even[index] - odd[index];
  }
}

INLINE void transform_7(floats8 v[7]) {
  // cos kπ/14
  const float c1 = 0.97492791f, c2 = 0.90096887f, c3 = 0.78183148f;
  const float c4 = 0.62348980f, c5 = 0.43388374f, c6 = 0.22252093f;
  floats8 even[3] = {
      v[0] + v[2] * c2 + v[4] * c4 + v[6] * c6,
      v[0] + v[2] * c6 - v[4] * c2 - v[6] * c4,
      v[0] - v[2] * c4 - v[4] * c6 + v[6] * c2,
  };
  floats8 odd[3] = {
      v[1] * c1 + v[3] * c3 + v[5] * c5,
      v[1] * c3 - v[3] * c5 - v[5] * c1,
      v[1] * c5 - v[3] * c1 + v[5] * c3,
  };
  v[3] = v[0] - v[2] + v[4] - v[6];
  for (int index = 0; index < 3; index++) {
    v[index] = even[index] + odd[index];
    v[6 - index] = even[index] - odd[index];
  }
}

/// Eight points: the even frequencies are a transform of four, the odd ones four sums of products.
INLINE void transform_8(floats8 v[8]) {
  // cos kπ/16 for k = 1, 3, 5, 7
  const float c1 = 0.98078528f, c3 = 0.83146961f, c5 = 0.55557023f, c7 = 0.19509032f;
  floats8 even[4] = {v[0], v[2], v[4], v[6]};
  transform_4_floats8(even);
  floats8 odd[4] = {
      v[1] * c1 + v[3] * c3 + v[5] * c5 + v[7] * c7,
      v[1] * c3 - v[3] * c7 - v[5] * c1 - v[7] * c5,
      v[1] * c5 - v[3] * c1 + v[5] * c7 + v[7] * c3,
      v[1] * c7 - v[3] * c5 + v[5] * c3 - v[7] * c1,
  };
  for (int index = 0; index < 4; index++) {
    v[index] = even[index] + odd[index];
    v[7 - index] = even[index] - odd[index];
  }
}

INLINE void transform_large(int size, floats8 v[8]) {
  switch (size) {
    case 5: return transform_5(v);
    case 6: return transform_6(v);
    case 7: return transform_7(v);
    default: return transform_8(v);
  }
}

INLINE void transpose(floats v[4]) {
  floats a = __builtin_shufflevector(v[0], v[1], 0, 4, 1, 5), b = __builtin_shufflevector(v[2], v[3], 0, 4, 1, 5);
  floats c = __builtin_shufflevector(v[0], v[1], 2, 6, 3, 7), d = __builtin_shufflevector(v[2], v[3], 2, 6, 3, 7);
  v[0] = __builtin_shufflevector(a, b, 0, 1, 4, 5);
  v[1] = __builtin_shufflevector(a, b, 2, 3, 6, 7);
  v[2] = __builtin_shufflevector(c, d, 0, 1, 4, 5);
  v[3] = __builtin_shufflevector(c, d, 2, 3, 6, 7);
}

INLINE void transpose8(floats8 v[8]) {
  floats8 pairs[8], fours[8];
  for (int row = 0; row < 8; row += 2) {
    pairs[row] = __builtin_shufflevector(v[row], v[row + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    pairs[row + 1] = __builtin_shufflevector(v[row], v[row + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (int row = 0; row < 8; row += 4) {
    for (int half = 0; half < 2; half++) {
      floats8 a = pairs[row + half], b = pairs[row + half + 2];
      fours[row + 2 * half] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
      fours[row + 2 * half + 1] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
  for (int row = 0; row < 4; row++) {
    v[row] = __builtin_shufflevector(fours[row], fours[row + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    v[row + 4] = __builtin_shufflevector(fours[row], fours[row + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

/// Samples, half a step too large, rounded and cut to 0…`most`.
INLINE words rounded(floats samples, float most) {
  floats top = most + 0.5f, zero = 0;
  samples = samples > zero ? samples : zero;
  samples = samples < top ? samples : top;
  // All of them are in range, but only so told will a compiler take the one instruction that narrows.
  ints least = INT16_MIN, largest = INT16_MAX;
  ints values = __builtin_convertvector(samples, ints);
  return __builtin_convertvector(__builtin_elementwise_min(__builtin_elementwise_max(values, least), largest), words);
}

/// Eight of them.
INLINE words8 rounded8(floats8 samples, float most) {
  floats8 top = most + 0.5f, zero = 0;
  samples = samples > zero ? samples : zero;
  samples = samples < top ? samples : top;
  ints8 least = INT16_MIN, largest = INT16_MAX;
  ints8 values = __builtin_convertvector(samples, ints8);
  return __builtin_convertvector(__builtin_elementwise_min(__builtin_elementwise_max(values, least), largest), words8);
}

void cinversedct_2(int16_t *coefficients, const float *factors, uint8_t *const *rows, intptr_t offset) {
  floats v = scaled(coefficients, factors);
  memset(coefficients, 0, 4 * sizeof *coefficients);
  // The signs that each frequency has in the four samples.
  const floats down = {1, 1, -1, -1}, across = {1, -1, 1, -1}, both = {1, -1, -1, 1};
  words samples = rounded((v.xxxx + 128.5f) + v.yyyy * down + (v.zzzz * across + v.wwww * both), 255);
  bytes values = __builtin_convertvector(samples, bytes);
  memcpy(rows[0] + offset, &values, 2);
  memcpy(rows[1] + offset, (uint8_t *)&values + 2, 2);
}

/// Blocks of 3 × 3 and 4 × 4: the columns of coefficients, then the rows.
INLINE void small_block(int size, int16_t *coefficients, const float *factors, uint8_t *const *rows, intptr_t offset) {
  floats v[4] = {0, 0, 0, 0};
  for (int row = 0; row < size; row++) v[row] = scaled(coefficients + size * row, factors + size * row);
  memset(coefficients, 0, size * size * sizeof *coefficients);
  size == 3 ? transform_3_floats(v) : transform_4_floats(v);
  transpose(v);
  v[0] += 128 * steps_per_level + 0.5f;
  size == 3 ? transform_3_floats(v) : transform_4_floats(v);
  for (int row = 0; row < size; row++) {
    words samples = rounded(v[row], 255 * steps_per_level);
    memcpy(rows[row] + offset, &samples, size * sizeof samples[0]);
  }
}

void cinversedct_3(int16_t *coefficients, const float *factors, uint8_t *const *rows, intptr_t offset) {
  small_block(3, coefficients, factors, rows, offset);
}

void cinversedct_4(int16_t *coefficients, const float *factors, uint8_t *const *rows, intptr_t offset) {
  small_block(4, coefficients, factors, rows, offset);
}

/// Blocks of 5 × 5 to 8 × 8.
INLINE void large_block(int size, int16_t *coefficients, const float *factors, uint8_t *const *rows, intptr_t offset) {
  floats8 v[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  // A row's last lanes are of the next row, or of what comes behind the block: they end in rows that nobody stores.
  for (int row = 0; row < size; row++) v[row] = scaled8(coefficients + size * row, factors + size * row);
  memset(coefficients, 0, size * size * sizeof *coefficients);
  transform_large(size, v);
  transpose8(v);
  const int one = size == 8 ? 1 : steps_per_level;
  v[0] += 128 * one + 0.5f;
  transform_large(size, v);
  for (int row = 0; row < size; row++) {
    words8 samples = rounded8(v[row], 255 * one);
    if (size == 8) {
      bytes8 values = __builtin_convertvector(samples, bytes8);
      memcpy(rows[row] + offset, &values, sizeof values);
    } else {
      memcpy(rows[row] + offset, &samples, size * sizeof samples[0]);
    }
  }
}

#if defined(__x86_64__)
#define VERSIONS(size)                                                                                            \
  __attribute__((target("avx2"))) static void avx2_##size(int16_t *coefficients, const float *factors,            \
                                                          uint8_t *const *rows, intptr_t offset) {                \
    large_block(size, coefficients, factors, rows, offset);                                                       \
  }                                                                                                               \
  void cinversedct_##size(int16_t *coefficients, const float *factors, uint8_t *const *rows, intptr_t offset) {   \
    if (__builtin_cpu_supports("avx2")) return avx2_##size(coefficients, factors, rows, offset);                  \
    large_block(size, coefficients, factors, rows, offset);                                                       \
  }
#else
#define VERSIONS(size)                                                                                            \
  void cinversedct_##size(int16_t *coefficients, const float *factors, uint8_t *const *rows, intptr_t offset) {   \
    large_block(size, coefficients, factors, rows, offset);                                                       \
  }
#endif
VERSIONS(5)
VERSIONS(6)
VERSIONS(7)
VERSIONS(8)
