// Why: docs/decisions/0005-ycbcr-planes-and-an-own-jpeg-path.md

/// Inverse DCT of n × n coefficients to as many samples, for n = 2…8, in clang's vectors: of Swift's, whose sums and
/// products of floats go lane by lane, compilers made three times as many instructions.
///
/// `coefficients` stand column by column and are zero afterwards. `factors` are what each is multiplied by first: the
/// quantisers and what the size takes, as `ScaledInverseDCT` says. From 5 on, both must have room for seven more, which
/// may be anything. The block goes into as many `rows` as it has, `offset` bytes from where each begins.
///
/// Column by column, so that the first pass leaves the rows' frequencies side by side and only one transposition is
/// needed: that of what the pass has made.
///
/// 2 × 2 and 8 × 8 samples have 8 bits. All others have 16, in 1/64 of a level, 0…16,320, for which the factors are 64
/// times as large.
#ifndef CINVERSEDCT_H
#define CINVERSEDCT_H

#include <stdint.h>

void cinversedct_2(int16_t *_Nonnull coefficients, const float *_Nonnull factors,
                   uint8_t *_Nonnull const *_Nonnull rows, intptr_t offset);
void cinversedct_3(int16_t *_Nonnull coefficients, const float *_Nonnull factors,
                   uint8_t *_Nonnull const *_Nonnull rows, intptr_t offset);
void cinversedct_4(int16_t *_Nonnull coefficients, const float *_Nonnull factors,
                   uint8_t *_Nonnull const *_Nonnull rows, intptr_t offset);
void cinversedct_5(int16_t *_Nonnull coefficients, const float *_Nonnull factors,
                   uint8_t *_Nonnull const *_Nonnull rows, intptr_t offset);
void cinversedct_6(int16_t *_Nonnull coefficients, const float *_Nonnull factors,
                   uint8_t *_Nonnull const *_Nonnull rows, intptr_t offset);
void cinversedct_7(int16_t *_Nonnull coefficients, const float *_Nonnull factors,
                   uint8_t *_Nonnull const *_Nonnull rows, intptr_t offset);
void cinversedct_8(int16_t *_Nonnull coefficients, const float *_Nonnull factors,
                   uint8_t *_Nonnull const *_Nonnull rows, intptr_t offset);

#endif
