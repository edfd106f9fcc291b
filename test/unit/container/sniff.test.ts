import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { adtsHeader } from '../../../src/container/adts/frame-header';
import { id3Length } from '../../../src/container/id3/tag';
import { mpegAudioHeader } from '../../../src/container/mp3/frame-header';
import { sniffContainer } from '../../../src/container/sniff';

const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

/** MPEG-1 layer III, 128 kbit/s, 44,100 Hz: 417 bytes. */
const mp3Frame = joined(Uint8Array.of(0xff, 0xfb, 0x90, 0x00), new Uint8Array(413));
/** AAC-LC, 44,100 Hz, stereo, 32 bytes. */
const adtsFrame = joined(Uint8Array.of(0xff, 0xf1, 0x50, 0x80, 0x04, 0x1f, 0xfc), new Uint8Array(25));
const id3 = joined(bytesOf('ID3'), Uint8Array.of(4, 0, 0, 0, 0, 1, 2), new Uint8Array(130));

test('signatures', () => {
  assert.is(sniffContainer(bytesOf('RIFF\0\0\0\0WAVEfmt ')), 'wav');
  assert.is(sniffContainer(bytesOf('RF64\xff\xff\xff\xffWAVEds64')), 'wav');
  assert.is(sniffContainer(bytesOf('RIFF\0\0\0\0WAVEfmt \x1e\0\0\0\x55\0')), 'mp3', 'frames of MP3 behind a header of WAV');
  assert.is(sniffContainer(bytesOf('RIFF\0\0\0\0AVI LIST')), null);
  assert.is(sniffContainer(bytesOf('fLaC\0\0\0\x22')), 'flac');
  assert.is(sniffContainer(bytesOf('OggS\0\x02')), 'ogg');
  assert.is(sniffContainer(bytesOf('\x1a\x45\xdf\xa3\x9f')), 'webm');
  assert.is(sniffContainer(bytesOf('\0\0\0\x20ftypM4A ')), 'mp4');
  assert.is(sniffContainer(bytesOf('\0\0\x10\0moov')), 'mp4');
});

test('MPEG audio is known by a chain of frames', () => {
  assert.is(sniffContainer(joined(mp3Frame, mp3Frame, mp3Frame)), 'mp3');
  assert.is(sniffContainer(joined(adtsFrame, adtsFrame, adtsFrame)), 'adts');
  assert.is(sniffContainer(joined(new Uint8Array(1000), mp3Frame, mp3Frame, mp3Frame)), 'mp3', 'behind zeros');
  assert.is(sniffContainer(joined(new Uint8Array(1000), mp3Frame)), null, 'one frame behind zeros may be chance');
  assert.is(sniffContainer(mp3Frame), 'mp3', 'one frame is a whole file');
  assert.is(sniffContainer(joined(mp3Frame, new Uint8Array(2000))), null, 'one frame and then something else');
});

test('behind ID3 tags', () => {
  assert.is(id3Length(id3, 0), 140);
  assert.is(id3Length(joined(id3, id3), 0), 280);
  assert.is(sniffContainer(joined(id3, mp3Frame, mp3Frame)), 'mp3');
  assert.is(sniffContainer(joined(id3, id3, adtsFrame)), 'adts');
  assert.is(sniffContainer(joined(id3, bytesOf('fLaC'))), 'flac');
  assert.is(id3Length(bytesOf('ID3\x04\0\0\xff\0\0\0'), 0), 0, 'a size byte has seven bits');
});

test('anything else is nothing', () => {
  assert.is(sniffContainer(new Uint8Array(0)), null);
  assert.is(sniffContainer(bytesOf('<!doctype html>')), null);
  assert.is(sniffContainer(new Uint8Array(5000).fill(0xff)), null);
});

test('frame headers', () => {
  assert.equal(mpegAudioHeader(mp3Frame, 0), { version: 1, layer: 3, sampleRate: 44100, bitRate: 128, frameSamples: 1152, channels: 2, frameBytes: 417 });
  assert.equal(mpegAudioHeader(Uint8Array.of(0xff, 0xf3, 0x82, 0xc0), 0),
    { version: 2, layer: 3, sampleRate: 22050, bitRate: 64, frameSamples: 576, channels: 1, frameBytes: 209 });
  assert.is(mpegAudioHeader(Uint8Array.of(0xff, 0xfb, 0xf0, 0x00), 0), null);
  assert.is(mpegAudioHeader(Uint8Array.of(0xff, 0xfb), 0), null);
  assert.equal(adtsHeader(adtsFrame, 0), {
    sampleRate: 44100, channels: 2, frameBytes: 32, headerBytes: 7, frameSamples: 1024, objectType: 2, isMpeg2: false,
  });
});

test.run();
