/** Character codes of a text; scanning them is several times faster than asking a string for each. */
export type Codes = Uint8Array | Uint16Array;

/** The character codes of a text, in bytes where they fit. */
export function codesOf(text: string): Codes {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255) return wideCodesOf(text);
    bytes[i] = code;
  }
  return bytes;
}

function wideCodesOf(text: string): Codes {
  const codes = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) codes[i] = text.charCodeAt(i);
  return codes;
}

/** Codes of one text after another. */
export function joinCodes(a: Codes, b: Codes): Codes {
  const joined =
    a instanceof Uint8Array && b instanceof Uint8Array
      ? new Uint8Array(a.length + b.length)
      : new Uint16Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
