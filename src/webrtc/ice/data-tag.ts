import { Attribute } from '../stun/constants';
import type { StunMessage } from '../stun/StunMessage';
import type { StunWriter } from '../stun/StunWriter';

/** Tags are the words whose first byte is one of ChannelData's. https://www.rfc-editor.org/rfc/rfc9443#section-3 */
export const tagNibble = 4;

/** What the sender of a message wants before data; 0: nothing. */
export function readDataTag(message: StunMessage): number {
  const tag = message.uint32(Attribute.dataTag) ?? 0;
  return tag >>> 28 === tagNibble ? tag : 0;
}

export function writeDataTag(writer: StunWriter, tag: number): void {
  if (tag !== 0) writer.uint32(Attribute.dataTag, tag);
}
