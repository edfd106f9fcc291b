import type { Parsing } from '../Demuxer';
import { type FileFacts, FrameDemuxer } from '../mpeg-audio/FrameDemuxer';
import type { SampleDescription } from '../tracks';
import { describeMpegAudio } from './description';
import { type MpegAudioHeader, mpegAudioHeader } from './frame-header';
import { type InfoFrame, readInfoFrame } from './info-frame';

/**
 * MPEG-1 and MPEG-2 audio (ISO/IEC 11172-3, 13818-3), layers I to III, and the "MPEG-2.5" extension. Frames of free format are none here.
 *
 * Timestamps count from the first frame of audio; what encoder and decoder put before and behind, `Track.gapless` tells.
 */
export class Mp3Demuxer extends FrameDemuxer<MpegAudioHeader> {
  protected readonly formatName = 'MP3';
  protected readonly headerBytes = 4;
  #info: InfoFrame | null = null;
  #frameSamples = 0;

  protected headerAt(bytes: Uint8Array, offset: number): MpegAudioHeader | null {
    return mpegAudioHeader(bytes, offset);
  }

  protected describe(header: MpegAudioHeader, _frame: Uint8Array, last: SampleDescription | null): SampleDescription {
    return describeMpegAudio(header, last);
  }

  protected override meanFrameBytes({ frameSamples, bitRate, sampleRate }: MpegAudioHeader): number {
    return (frameSamples * bitRate * 125) / sampleRate;
  }

  protected override factsOf(header: MpegAudioHeader, frame: Uint8Array, position: number): FileFacts | null {
    const info = readInfoFrame(header, frame, position);
    if (!info) return null;
    this.#info = info;
    this.#frameSamples = header.frameSamples;
    return { totalSamples: info.frames === null ? null : info.frames * header.frameSamples, gapless: info.gapless, hasIndex: info.seekPoint !== null };
  }

  protected override parseFrom(seconds: number): Parsing | null {
    if (!this.#info?.seekPoint || this.timescale === 0) return super.parseFrom(seconds);
    const { frame, position } = this.#info.seekPoint(Math.floor((Math.max(0, seconds) * this.timescale) / this.#frameSamples + 1e-6));
    return this.framesFrom(position, frame * this.#frameSamples);
  }
}
