/** CRC-32 as the remainder of a division of polynomials over GF(2), bit by bit, without a table. */
export function crc32(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of bytes)
    for (let bit = 0; bit < 8; bit++) {
      const out = (remainder ^ (byte >>> bit)) & 1;
      remainder = (remainder >>> 1) ^ (out ? 0xedb88320 : 0);
    }
  return ~remainder >>> 0;
}
