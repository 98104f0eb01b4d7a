/** What the bytes 0x80 to 0x9f stand for (WHATWG Encoding, index windows-1252); the others stand for their own number. */
const specials = Uint16Array.from('€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ', character =>
  character.charCodeAt(0),
);

/** Text of bytes in Windows-1252. By hand, because Node 20 reads 0x80 to 0x9f as control characters and drops a 0xff that comes first. */
export function decodeWindows1252(bytes: Uint8Array): string {
  const codes = new Uint16Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    codes[i] = byte >= 0x80 && byte < 0xa0 ? specials[byte - 0x80]! : byte;
  }
  return new TextDecoder('utf-16le', { ignoreBOM: true }).decode(codes);
}
