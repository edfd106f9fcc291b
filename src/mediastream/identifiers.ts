/** Identifiers as https://w3c.github.io/mediacapture-main/#dom-mediastream-id asks for them: UUIDs of RFC 4122, section 4.4. */
export function generateIdentifier(): string {
  const bytes = new Uint8Array(16);
  host.getRandomValues(bytes);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40; // version 4
  bytes[8] = (bytes[8]! & 0x3f) | 0x80; // variant of RFC 4122
  const hexadecimal = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hexadecimal.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
