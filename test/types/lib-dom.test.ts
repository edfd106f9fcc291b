/**
 * The public types against `lib.dom`. What differs is listed in lib-dom-differences.json;
 * `MEDIANT_WRITE_DIFFERENCES=1 node test/run.mjs types` writes that file anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { apis } from '../../spec/interfaces';
import { compare } from './lib-dom';

const file = new URL('lib-dom-differences.json', import.meta.url);
/**
 * What newer IDL has made wider than `lib.dom` has it, and what has a member of such a type: a MediaStream of another API, whose own
 * differences are listed there; of WebRTC, another RTCDegradationPreference, a `maxMessageSize` that may be null, and the codec of an encoding;
 * of WebCodecs, more pixel formats, colours and buffers that may be shared.
 */
const widened: Record<string, readonly string[]> = {
  webaudio: [
    'MediaStreamAudioSourceOptions', 'OfflineAudioContextOptions', 'AudioContext', 'MediaStreamAudioDestinationNode', 'MediaStreamAudioSourceNode',
    'typeof AudioContext', 'typeof MediaStreamAudioDestinationNode', 'typeof MediaStreamAudioSourceNode',
  ],
  webrtc: [
    'RTCDegradationPreference', 'RTCRtpSendParameters', 'RTCRtpTransceiverInit', 'RTCTrackEventInit', 'RTCPeerConnectionEventMap', 'RTCPeerConnection',
    'RTCRtpSender', 'RTCRtpReceiver', 'RTCRtpTransceiver', 'RTCTrackEvent', 'RTCSctpTransport', 'typeof RTCPeerConnection', 'typeof RTCTrackEvent',
  ],
  webcodecs: [
    'AudioDataInit', 'EncodedVideoChunkMetadata', 'ImageDecodeResult', 'PredefinedColorSpace', 'VideoColorPrimaries', 'VideoColorSpaceInit', 'VideoDecoderConfig',
    'VideoDecoderSupport', 'VideoFrameBufferInit', 'VideoFrameCopyToOptions', 'VideoMatrixCoefficients', 'VideoPixelFormat', 'VideoTransferCharacteristics',
    'VideoFrame', 'VideoColorSpace', 'ImageDecoder', 'typeof VideoDecoder', 'typeof VideoEncoder', 'typeof VideoFrame',
    'typeof VideoColorSpace', 'typeof ImageDecoder',
  ],
};
const results = apis.map(({ name }) => ({ name, ...compare(name) }));

for (const { name, compared, notAssignableToLibDom } of results) {
  test(`${name}: every type is assignable to lib.dom's`, () => {
    assert.ok(compared.length > (name === 'mediacapabilities' ? 15 : 25), `${compared.length} types compared`);
    assert.equal(notAssignableToLibDom, widened[name] ?? []);
  });
}

test('the reverse holds but for the listed members', () => {
  const differences = Object.fromEntries(
    results.map(({ name, missingInLibDom, missingHere, notAssignableToOurs }) => [
      name,
      { missingInLibDom, missingHere, notAssignableToOurs },
    ]),
  );
  const text = `${JSON.stringify(differences, null, 2)}\n`;
  if (process.env.MEDIANT_WRITE_DIFFERENCES === '1') writeFileSync(file, text);
  assert.fixture(text, readFileSync(file, 'utf8'));
});

test.run();
