#include "CInverseDCT.h"

#include <string.h>

// The same samples on every processor.
#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline))

typedef float floats __attribute__((ext_vector_type(4)));
typedef int16_t words __attribute__((ext_vector_type(4)));
typedef int32_t ints __attribute__((ext_vector_type(4)));
typedef uint8_t bytes __attribute__((ext_vector_type(4)));

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

/// Four points of each of four columns, from frequencies that have been multiplied by their factors.
INLINE void transform(floats v[4]) {
  const float near = 0.92387953f, far = 0.38268343f;  // cos π/8 and cos 3π/8
  floats sum = v[0] + v[2], difference = v[0] - v[2];
  floats outer = v[1] * near + v[3] * far, inner = v[1] * far - v[3] * near;
  v[0] = sum + outer;
  v[1] = difference + inner;
  v[2] = difference - inner;
  v[3] = sum - outer;
}

/// Eight points: the even frequencies are a transform of four, the odd ones four sums of products.
INLINE void transform_eight(floats v[8]) {
  // cos kπ/16 for k = 1, 3, 5, 7
  const float c1 = 0.98078528f, c3 = 0.83146961f, c5 = 0.55557023f, c7 = 0.19509032f;
  floats even[4] = {v[0], v[2], v[4], v[6]};
  transform(even);
  floats odd[4] = {
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

INLINE void transpose(floats v[4]) {
  floats a = __builtin_shufflevector(v[0], v[1], 0, 4, 1, 5), b = __builtin_shufflevector(v[2], v[3], 0, 4, 1, 5);
  floats c = __builtin_shufflevector(v[0], v[1], 2, 6, 3, 7), d = __builtin_shufflevector(v[2], v[3], 2, 6, 3, 7);
  v[0] = __builtin_shufflevector(a, b, 0, 1, 4, 5);
  v[1] = __builtin_shufflevector(a, b, 2, 3, 6, 7);
  v[2] = __builtin_shufflevector(c, d, 0, 1, 4, 5);
  v[3] = __builtin_shufflevector(c, d, 2, 3, 6, 7);
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

INLINE bytes rounded_bytes(floats samples) { return __builtin_convertvector(rounded(samples, 255), bytes); }

INLINE void store_bytes(floats samples, uint8_t *target) {
  bytes values = rounded_bytes(samples);
  memcpy(target, &values, sizeof values);
}

void cinversedct_2(int16_t *coefficients, const float *factors, uint8_t *const *rows, intptr_t offset) {
  floats v = scaled(coefficients, factors);
  memset(coefficients, 0, 4 * sizeof *coefficients);
  // The signs that each frequency has in the four samples.
  const floats down = {1, 1, -1, -1}, across = {1, -1, 1, -1}, both = {1, -1, -1, 1};
  bytes values = rounded_bytes((v.xxxx + 128.5f) + v.zzzz * down + (v.yyyy * across + v.wwww * both));
  memcpy(rows[0] + offset, &values, 2);
  memcpy(rows[1] + offset, (uint8_t *)&values + 2, 2);
}

void cinversedct_4(int16_t *coefficients, const float *factors, uint8_t *const *rows, intptr_t offset) {
  floats v[4];
  for (int row = 0; row < 4; row++) v[row] = scaled(coefficients + 4 * row, factors + 4 * row);
  memset(coefficients, 0, 16 * sizeof *coefficients);
  transform(v);
  transpose(v);
  v[0] += 128 * steps_per_level + 0.5f;
  transform(v);
  transpose(v);
  for (int row = 0; row < 4; row++) {
    words samples = rounded(v[row], 255 * steps_per_level);
    memcpy(rows[row] + offset, &samples, sizeof samples);
  }
}

void cinversedct_8(int16_t *coefficients, const float *factors, uint8_t *const *rows, intptr_t offset) {
  floats left[8], right[8];
  for (int row = 0; row < 8; row++) {
    left[row] = scaled(coefficients + 8 * row, factors + 8 * row);
    right[row] = scaled(coefficients + 8 * row + 4, factors + 8 * row + 4);
  }
  memset(coefficients, 0, 64 * sizeof *coefficients);
  transform_eight(left);
  transform_eight(right);
  for (int half = 0; half < 8; half += 4) {
    // Four rows: their columns, and back.
    floats v[8];
    memcpy(v, left + half, sizeof v / 2);
    memcpy(v + 4, right + half, sizeof v / 2);
    transpose(v);
    transpose(v + 4);
    v[0] += 128.5f;
    transform_eight(v);
    transpose(v);
    transpose(v + 4);
    for (int row = 0; row < 4; row++) {
      store_bytes(v[row], rows[half + row] + offset);
      store_bytes(v[4 + row], rows[half + row] + offset + 4);
    }
  }
}
