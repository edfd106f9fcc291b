/**
 * A grey key frame of 256 × 256 for each kind of stream that hardware decodes, which all of it that knows the codec takes. What a device
 * makes of it tells whether the device decodes the codec: drivers that open are many, those that then can't are too.
 */
import { Buffer } from 'node:buffer';
import type { CodecParameters } from '../../../CodecBackend';

const pictures: Readonly<Record<string, string>> = {
  h264: 'AAAAAWdNQA3soIBDYCIAAAMAAgAAAwBkHihTLAAAAAFo6+PLIAAAAWWIhAAr//72c3wlcljjeZL3LL8uhJcv2IMH1xOwej/sfbsqzMN0AAAKMBQcQMBXOSJv1+Sh',
  hevc: 'AAAAAUABDAH//wFgAAADAJAAAAMAAAMAPJWYCQAAAAFCAQEBYAAAAwCQAAADAAADADygCAgEBZZWaSTK8BaAgAAAAwCAAAAMhAAAAAFEAcFytGJAAAABKAGvHSEx1vcBW9a+xwAf0TKUJWCpccoFGIFTQJMNlCAFPIcAAAMBdw==',
  'hevc 10': 'AAAAAUABDAH//wIgAAADAJAAAAMAAAMAPJWYCQAAAAFCAQECIAAAAwCQAAADAAADADygCAgEBNllZpJMrwFoCAAAAwAIAAADAMhAAAAAAUQBwXK0YkAAAAEoAa8dITHW9wFb1r7HAB/RMpQlYKlxygUYgVNAkw2UIAU8hwAAAwF3',
  vp8: '0A8AnQEqAAEAAQBHCIWFiIWEiAICAAYWBh17c2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TnD2TZAP5oAA==',
  vp9: 'gkmDQgAP8A/2BjgkHBhKAABAQ9QAAGs496abAE4HTM1ruTQJ/9xSfhgT/7ik/DAn/3FJ+BwA',
  'vp9 10': 'kkmDQgAH+Af7AxwSDgwsAABIR6h9j8jADDAAa0ETIJX0Y1vo2AAIv/UG5z55LvX3lH6s/hYUy66v1iJ05wiLsfzETm4A',
  av1: 'EgAKCwAAAAO///n38wCAMhQQAJZAhlkwwIAAAgFhirpnfrHo6g==',
  'av1 10': 'EgAKCwAAAAO///n384CAMhQQAJZAh9888IAAAgFMa22Wz/6ylA==',
};

/** 4:2:0 of 8 and 10 bits, which is what hardware has. By `profile_idc` and `general_profile_idc`: baseline, main, high; Main, Main 10. */
const kinds: Readonly<Record<string, (codec: CodecParameters) => string | null>> = {
  h264: ({ profile }) => ([66, 77, 100].includes(profile!) ? 'h264' : null),
  hevc: ({ profile }) => ['hevc', 'hevc 10'][profile! - 1] ?? null,
  vp8: () => 'vp8',
  vp9: byDepth,
  av1: byDepth,
};

function byDepth({ name, chroma, bitDepth }: CodecParameters): string | null {
  if (chroma !== '420') return null;
  return bitDepth === 8 ? name : bitDepth === 10 ? `${name} 10` : null;
}

/** Names what is to be tried for a stream; null for one that no hardware decodes. */
export function trialOf(codec: CodecParameters): string | null {
  return kinds[codec.name]?.(codec) ?? null;
}

export const trialPicture = (trial: string): Buffer => Buffer.from(pictures[trial], 'base64');

/** What its samples are, of 8 bits. */
export const trialLevel = 126;
