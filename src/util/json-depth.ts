/** Measures the nesting depth of JSON from its bytes: a parser would already have allocated a million arrays. */

const [quote, backslash, array, object, arrayEnd, objectEnd] = [...'"\\[{]}'].map((sign) => sign.charCodeAt(0));

/** Whether JSON in UTF-8 is nested more than `most` arrays and objects deep. For invalid JSON the result is arbitrary. */
export function isDeeper(bytes: Uint8Array, most: number): boolean {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (inText) {
      if (byte === backslash) i++;
      else if (byte === quote) inText = false;
    } else if (byte === quote) inText = true;
    else if (byte === array || byte === object) {
      if (++depth > most) return true;
    } else if (byte === arrayEnd || byte === objectEnd) depth--;
  }
  return false;
}
