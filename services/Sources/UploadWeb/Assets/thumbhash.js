// ThumbHash: a picture in 25 bytes or fewer, as rows carry it in base64. By the format's description at
// https://evanw.github.io/thumbhash/: means and a few cosine coefficients of luma, two colour differences and alpha.

/** The frequencies that a channel of nx × ny has, in the order they are stored. */
function frequencies(nx, ny) {
  const found = [];
  for (let y = 0; y < ny; y++) {
    for (let x = y ? 0 : 1; x * ny < nx * (ny - y); x++) found.push([x, y]);
  }
  return found;
}

/**
 * Draws a hash on a canvas, which takes its shape.
 * @returns {boolean} false where the text is not a ThumbHash; the canvas is left as it was.
 */
export function drawThumbHash(text, canvas) {
  let bytes;
  try {
    bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return false;
  }
  if (bytes.length < 5) return false;
  const head = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
  const tail = bytes[3] | (bytes[4] << 8);
  const hasAlpha = (head >> 23) & 1;
  const isLandscape = (tail >> 15) & 1;
  const shorter = Math.max(1, tail & 7);
  const longer = hasAlpha ? 5 : 7;
  const lx = Math.max(3, isLandscape ? longer : shorter);
  const ly = Math.max(3, isLandscape ? shorter : longer);
  let at = hasAlpha ? 6 : 5;
  if (hasAlpha && bytes.length < 6) return false;
  let half = 0;
  const channel = (mean, scale, nx, ny) => ({
    mean,
    terms: frequencies(nx, ny).map(([x, y]) => {
      const nibble = ((bytes[at + (half >> 1)] ?? 0) >> ((half & 1) * 4)) & 15;
      half++;
      return [x, y, (nibble / 7.5 - 1) * scale];
    }),
  });
  const luma = channel((head & 63) / 63, ((head >> 18) & 31) / 31, lx, ly);
  const first = channel(((head >> 6) & 63) / 31.5 - 1, (((tail >> 3) & 63) / 63) * 1.25, 3, 3);
  const second = channel(((head >> 12) & 63) / 31.5 - 1, (((tail >> 9) & 63) / 63) * 1.25, 3, 3);
  const alpha = hasAlpha ? channel((bytes[5] & 15) / 15, (bytes[5] >> 4) / 15, 5, 5) : null;
  const ratio = (isLandscape ? longer : shorter) / (isLandscape ? shorter : longer) || 1;
  const width = Math.max(1, Math.round(ratio > 1 ? 32 : 32 * ratio));
  const height = Math.max(1, Math.round(ratio > 1 ? 32 / ratio : 32));
  const row = (size, n) => Array.from({ length: 8 }, (_, k) => Math.cos((Math.PI / size) * (n + 0.5) * k));
  const cosines = (size) => Array.from({ length: size }, (_, n) => row(size, n));
  const across = cosines(width);
  const down = cosines(height);
  const value = ({ mean, terms }, x, y) =>
    terms.reduce((sum, [u, v, weight]) => sum + weight * across[x][u] * down[y][v] * 2, mean);
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [l, p, q] = [value(luma, x, y), value(first, x, y), value(second, x, y)];
      const blue = l - (2 / 3) * p;
      const red = (3 * l - blue + q) / 2;
      const pixel = [red, red - q, blue, alpha ? value(alpha, x, y) : 1];
      // The array clamps and rounds.
      image.data.set(pixel.map((level) => 255 * level), 4 * (y * width + x));
    }
  }
  context.putImageData(image, 0, 0);
  return true;
}
