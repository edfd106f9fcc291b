import { FrameDemuxer } from '../mpeg-audio/FrameDemuxer';
import type { SampleDescription } from '../tracks';
import { describeAdts } from './description';
import { type AdtsHeader, adtsHeader, adtsHeaderBytes } from './frame-header';

/** AAC in ADTS frames (ISO/IEC 14496-3, 1.A.3.2). Samples are whole frames with their headers: what WebCodecs takes for AAC without a description. */
export class AdtsDemuxer extends FrameDemuxer<AdtsHeader> {
  protected readonly formatName = 'ADTS';
  protected readonly headerBytes = adtsHeaderBytes;

  protected headerAt(bytes: Uint8Array, offset: number): AdtsHeader | null {
    return adtsHeader(bytes, offset);
  }

  protected describe(header: AdtsHeader, frame: Uint8Array, last: SampleDescription | null): SampleDescription {
    return describeAdts(header, frame, last);
  }
}
