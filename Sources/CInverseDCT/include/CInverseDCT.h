// Why: docs/decisions/0005-ycbcr-planes-and-an-own-jpeg-path.md

/// Inverse DCT of 2 × 2, 4 × 4 and 8 × 8 coefficients, in clang's vectors: of Swift's, whose sums and products of
/// floats go lane by lane, compilers made three times as many instructions.
///
/// `coefficients` stand row by row and are zero afterwards. `factors` are what each is multiplied by first: the
/// quantisers and what the size takes, as `ScaledInverseDCT` says. The block goes into as many `rows` as it has,
/// `offset` bytes from where each begins.
#ifndef CINVERSEDCT_H
#define CINVERSEDCT_H

#include <stdint.h>

/// 2 × 2 samples of 8 bits.
void cinversedct_2(int16_t *_Nonnull coefficients, const float *_Nonnull factors,
                   uint8_t *_Nonnull const *_Nonnull rows, intptr_t offset);

/// 4 × 4 samples of 16 bits, in 1/64 of a level: 0…16,320. The factors are 64 times as large for it.
void cinversedct_4(int16_t *_Nonnull coefficients, const float *_Nonnull factors,
                   uint8_t *_Nonnull const *_Nonnull rows, intptr_t offset);

/// 8 × 8 samples of 8 bits.
void cinversedct_8(int16_t *_Nonnull coefficients, const float *_Nonnull factors,
                   uint8_t *_Nonnull const *_Nonnull rows, intptr_t offset);

#endif
