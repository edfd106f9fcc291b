import type { ByteReader } from '../ByteReader';
import type { EventMessageOutput } from '../outputs';
import { utf8Decode } from '../../text/utf8';
import type { Box } from './Box';

const unknownDuration = 0xffffffff;
const longestText = 4096;

/** An emsg box (ISO/IEC 23009-1, 5.10.3.3). Null for a version that is not known. */
export function eventMessageOf(emsg: Box): EventMessageOutput | null {
  const { version, reader } = emsg.full();
  if (version > 1) return null;
  const texts = version === 0 ? [text(reader), text(reader)] : [];
  const timescale = reader.u32();
  const time = version === 0 ? reader.u32() : reader.u64();
  const duration = reader.u32();
  const id = reader.u32();
  if (version === 1) texts.push(text(reader), text(reader));
  return {
    type: 'event-message',
    schemeIdUri: texts[0],
    value: texts[1],
    timescale,
    presentationTime: version === 1 ? time : null,
    presentationTimeDelta: version === 0 ? time : null,
    eventDuration: duration === unknownDuration ? null : duration,
    id,
    messageData: reader.rest().slice(),
  };
}

function text(reader: ByteReader): string {
  const rest = reader.bytes.subarray(reader.at);
  const length = rest.indexOf(0);
  if (length < 0) reader.fail('has a text without an end');
  const bytes = reader.take(length);
  reader.skip(1);
  return utf8Decode(bytes.subarray(0, longestText));
}
