// Numbers and names as people read them.

/** A number of bytes with its unit: `4.2 MB`. */
export function bytesText(count) {
  const units = ["bytes", "kB", "MB", "GB"];
  let step = 0;
  while (count >= 1000 && step < units.length - 1) {
    count /= 1000;
    step++;
  }
  return `${step ? count.toFixed(count < 10 ? 1 : 0) : count} ${units[step]}`;
}

/** How long something still takes; empty where nobody knows. */
export function timeLeftText(seconds) {
  if (!Number.isFinite(seconds)) return "";
  return seconds < 60 ? `${Math.ceil(seconds)} s left` : `${Math.ceil(seconds / 60)} min left`;
}

/** A name with its control and bidirectional characters visible: they could make it read as another one. */
export function visibleName(name) {
  return name.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `⟨U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`,
  );
}
