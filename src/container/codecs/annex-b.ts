/** Copies a NAL unit's payload without the bytes that keep start codes out of it (ITU-T H.264, 7.4.1; H.265, 7.4.2), up to `most` bytes. */
export function rawPayload(nalUnit: Uint8Array, most = 1024): Uint8Array {
  const raw = new Uint8Array(Math.min(nalUnit.length, most));
  let length = 0;
  let zeros = 0;
  for (let at = 0; at < nalUnit.length && length < raw.length; at++) {
    const byte = nalUnit[at];
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    raw[length++] = byte;
  }
  return raw.subarray(0, length);
}

/**
 * Where the next start code prefix, 00 00 01, begins at or behind `from`; -1 where there is none that ends before `end`.
 */
export function findStartCode(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at + 2 < end;) {
    const third = bytes[at + 2];
    if (third > 1) at += 3;
    else if (third === 0) at++;
    else if (bytes[at] === 0 && bytes[at + 1] === 0) return at;
    else at += 3;
  }
  return -1;
}

/** Payload types of the SEI messages of an RBSP, behind the NAL unit's header: ITU-T H.264, 7.3.2.3.1. */
export function seiPayloadTypes(raw: Uint8Array): number[] {
  const types: number[] = [];
  let at = 0;
  const varying = () => {
    let value = 0;
    while (raw[at] === 0xff) value += raw[at++];
    return value + (raw[at++] ?? 0);
  };
  while (at + 2 <= raw.length && raw[at] !== 0x80) {
    types.push(varying());
    at += varying();
  }
  return types;
}
