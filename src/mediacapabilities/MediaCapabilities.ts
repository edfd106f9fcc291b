import type {
  AudioConfiguration, MediaCapabilitiesDecodingInfo, MediaCapabilitiesEncodingInfo, MediaCapabilitiesInfo, MediaConfiguration, MediaDecodingConfiguration,
  MediaEncodingConfiguration, VideoConfiguration,
} from '../generated/mediacapabilities-types';
import { executing } from '../webidl/exceptions';
import { PlatformObject } from '../webidl/platform-object';
import { newPromise } from '../webidl/promise';
import { hasValidParameters, parseContentType } from './content-types';
import { audioSupport, videoSupport, type Support } from './support';

/** https://w3c.github.io/media-capabilities/#mediacapabilities */
export class MediaCapabilities extends PlatformObject {
  /** https://w3c.github.io/media-capabilities/#dom-mediacapabilities-decodinginfo */
  decodingInfo(configuration: MediaDecodingConfiguration): Promise<MediaCapabilitiesDecodingInfo> {
    const p = newPromise<MediaCapabilitiesDecodingInfo>();
    const fail = (error: TypeError | DOMException) => {
      p.reject(error);
      return p.promise;
    };
    const message = (detail: string) => executing('decodingInfo', 'MediaCapabilities', detail);
    // Step 1
    const problem = invalidConfiguration(configuration) ?? invalidKeySystem(configuration);
    if (problem !== null) return fail(new TypeError(message(`${problem}.`)));
    // Step 2
    if (configuration.keySystemConfiguration !== undefined) {
      if (host.globalNames?.includes('Worker') === true) return fail(new DOMException(message('key systems are not available in Workers.'), 'InvalidStateError'));
      if (!host.isSecureContext) return fail(new DOMException(message('key systems need a secure context.'), 'SecurityError'));
    }
    // Steps 3 to 5
    createInfo(configuration, 'decode', (info) => p.resolve({ ...info, configuration, keySystemAccess: null }));
    return p.promise;
  }

  /** https://w3c.github.io/media-capabilities/#dom-mediacapabilities-encodinginfo */
  encodingInfo(configuration: MediaEncodingConfiguration): Promise<MediaCapabilitiesEncodingInfo> {
    const p = newPromise<MediaCapabilitiesEncodingInfo>();
    // Step 1
    const problem = invalidConfiguration(configuration);
    if (problem !== null) p.reject(new TypeError(executing('encodingInfo', 'MediaCapabilities', `${problem}.`)));
    // Steps 2 to 4
    else createInfo(configuration, 'encode', (info) => p.resolve({ ...info, configuration }));
    return p.promise;
  }
}

type AnyConfiguration = MediaDecodingConfiguration | MediaEncodingConfiguration;

/** https://w3c.github.io/media-capabilities/#valid-mediaconfiguration; a string says what is wrong. */
function invalidConfiguration({ type, audio, video }: AnyConfiguration): string | null {
  if (audio === undefined && video === undefined) return 'neither audio nor video is asked for';
  const isRtp = type === 'webrtc';
  return (video && invalidVideo(video, isRtp)) ?? (audio && invalidType(audio, 'audio', isRtp)) ?? null;
}

/** https://w3c.github.io/media-capabilities/#valid-video-configuration */
function invalidVideo(video: VideoConfiguration, isRtp: boolean): string | null {
  if (!(video.framerate > 0 && video.framerate < Infinity)) return 'framerate is not positive';
  return invalidType(video, 'video', isRtp);
}

/** https://w3c.github.io/media-capabilities/#check-mime-type-validity. Types of RTP have the parameters of their payload format. */
function invalidType({ contentType }: VideoConfiguration | AudioConfiguration, media: 'audio' | 'video', isRtp: boolean): string | null {
  const parsed = parseContentType(contentType);
  if (parsed === null) return `'${contentType}' is no MIME type`;
  if (parsed.type !== media && (isRtp || parsed.type !== 'application')) return `'${contentType}' is no type of ${media}`;
  return isRtp || hasValidParameters(parsed) ? null : `'${contentType}' does not name one codec`;
}

/** https://w3c.github.io/media-capabilities/#valid-mediadecodingconfiguration, step 2 */
function invalidKeySystem({ type, audio, video, keySystemConfiguration }: MediaDecodingConfiguration): string | null {
  if (keySystemConfiguration === undefined) return null;
  if (type === 'webrtc') return 'there are no key systems in WebRTC';
  if (keySystemConfiguration.audio !== undefined && audio === undefined) return 'keySystemConfiguration has audio, the configuration has none';
  return keySystemConfiguration.video !== undefined && video === undefined ? 'keySystemConfiguration has video, the configuration has none' : null;
}

/**
 * https://w3c.github.io/media-capabilities/#create-media-capabilities-decoding-info and its counterpart for encoding. There is no key
 * system, so that none is ever supported.
 */
function createInfo(configuration: AnyConfiguration, direction: 'decode' | 'encode', done: (info: MediaCapabilitiesInfo) => void): void {
  const { audio, video, type } = configuration as MediaConfiguration & { type: string };
  if ('keySystemConfiguration' in configuration) {
    host.queueTask(() => done(unsupported));
    return;
  }
  const isRtp = type === 'webrtc';
  const asked: ((answer: (support: Support | null) => void) => void)[] = [];
  if (video !== undefined) asked.push((answer) => videoSupport(video, direction, isRtp, answer));
  if (audio !== undefined) asked.push((answer) => audioSupport(audio, direction, isRtp, answer));
  const answers: Support[] = [];
  const next = (): void => {
    const ask = asked.shift();
    if (ask === undefined) return done({ supported: true, smooth: answers.every(({ smooth }) => smooth), powerEfficient: answers.every(({ powerEfficient }) => powerEfficient) });
    return ask((support) => {
      if (support === null) return done(unsupported);
      answers.push(support);
      return next();
    });
  };
  next();
}

const unsupported: MediaCapabilitiesInfo = { supported: false, smooth: false, powerEfficient: false };
