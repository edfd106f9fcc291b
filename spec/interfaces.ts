/** Which interfaces each API offers, and from which specifications. The one table to edit when an interface is added. */

/**
 * The IDL is that of `@webref/idl`, which crawls the editors' drafts. Its version is pinned in package.json;
 * `npm run generate` fails when the two differ, so that a change of the specifications is a change here too.
 */
export const idlVersion = '3.85.0';

export interface Api {
  /** Also the name of the generated files. */
  readonly name: string;
  /** Names of IDL files of `@webref/idl` (partials and mixins of these apply). */
  readonly specifications: readonly string[];
  /** Folder of `src/` with one file an interface. */
  readonly implementations: string;
  readonly interfaces: readonly string[];
  /**
   * Interfaces of the realm with one object, whose partial interfaces in these files are offered: the property of the global
   * object that holds it. Their implementations have the interface's name.
   */
  readonly extensions?: Readonly<Record<string, string>>;
  /** Interface of the events that are not plain `Event`s, for the types of listeners: interface → event type → event interface. */
  readonly events?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Public TypeScript types of members where the rule does not serve, by `Dictionary.member` or `Interface.attribute`. */
  readonly memberTypes?: Readonly<Record<string, string>>;
}

/** IDL files that only lend definitions. */
export const definitions = ['webidl', 'dom', 'html', 'hr-time', 'fetch', 'websockets', 'webcrypto', 'geometry', 'mediastream-recording', 'encrypted-media'] as const;

/** Interfaces that the realm brings. Values of these types pass through as they are. */
export const realmInterfaces = ['Blob', 'DOMException', 'DOMRectReadOnly', 'Event', 'EventTarget', 'MessagePort', 'ReadableStream'] as const;

export const apis: readonly Api[] = [
  {
    name: 'mediastream',
    specifications: ['mediacapture-streams', 'mediacapture-extensions', 'mst-content-hint', 'screen-capture', 'audio-output'],
    implementations: 'mediastream',
    interfaces: [
      'MediaStream',
      'MediaStreamTrack',
      'MediaStreamTrackAudioStats',
      'MediaStreamTrackEvent',
      'MediaStreamTrackVideoStats',
      'MediaDevices',
      'MediaDeviceInfo',
      'InputDeviceInfo',
      'DeviceChangeEvent',
      'OverconstrainedError',
    ],
    extensions: { Navigator: 'navigator' },
    events: {
      // `devicechange` stays an Event, as lib.dom has it, though it is a DeviceChangeEvent.
      MediaStream: { addtrack: 'MediaStreamTrackEvent', removetrack: 'MediaStreamTrackEvent' },
    },
    memberTypes: {
      // No device here has the modes that are strings, and lib.dom does not know them.
      'MediaTrackCapabilities.echoCancellation': 'boolean[]',
      'MediaTrackConstraintSet.echoCancellation': 'boolean | ConstrainBooleanParameters',
      'MediaTrackSettings.echoCancellation': 'boolean',
    },
  },
  {
    name: 'webaudio',
    specifications: ['webaudio'],
    implementations: 'webaudio',
    interfaces: [
      'BaseAudioContext',
      'AudioContext',
      'OfflineAudioContext',
      'OfflineAudioCompletionEvent',
      'AudioBuffer',
      'AudioNode',
      'AudioParam',
      'AudioParamMap',
      'AudioScheduledSourceNode',
      'AnalyserNode',
      'AudioBufferSourceNode',
      'AudioDestinationNode',
      'AudioListener',
      'AudioProcessingEvent',
      'AudioWorklet',
      'AudioWorkletNode',
      'BiquadFilterNode',
      'ChannelMergerNode',
      'ChannelSplitterNode',
      'ConstantSourceNode',
      'ConvolverNode',
      'DelayNode',
      'DynamicsCompressorNode',
      'GainNode',
      'IIRFilterNode',
      'MediaStreamAudioDestinationNode',
      'MediaStreamAudioSourceNode',
      'MediaStreamTrackAudioSourceNode',
      'OscillatorNode',
      'PannerNode',
      'PeriodicWave',
      'ScriptProcessorNode',
      'StereoPannerNode',
      'WaveShaperNode',
      'AudioSinkInfo',
      'AudioPlaybackStats',
      'Worklet',
    ],
    events: {
      AudioWorkletNode: { processorerror: 'ErrorEvent' },
      OfflineAudioContext: { complete: 'OfflineAudioCompletionEvent' },
      ScriptProcessorNode: { audioprocess: 'AudioProcessingEvent' },
    },
    memberTypes: {
      // Null for a render of undefined length only, which lib.dom doesn't know yet: functions typed by that must take our contexts.
      'OfflineAudioContext.length': 'number',
      // A sequence takes any iterable; typed arrays are what people have.
      'PeriodicWaveOptions.imag': 'number[] | Float32Array',
      'PeriodicWaveOptions.real': 'number[] | Float32Array',
      'WaveShaperOptions.curve': 'number[] | Float32Array',
    },
  },
  {
    name: 'webrtc',
    specifications: ['webrtc', 'webrtc-priority', 'webrtc-stats', 'webrtc-ice'],
    implementations: 'webrtc/api',
    interfaces: [
      'RTCPeerConnection',
      'RTCSessionDescription',
      'RTCIceCandidate',
      'RTCPeerConnectionIceEvent',
      'RTCPeerConnectionIceErrorEvent',
      'RTCCertificate',
      'RTCRtpSender',
      'RTCRtpReceiver',
      'RTCRtpTransceiver',
      'RTCDtlsTransport',
      'RTCIceTransport',
      'RTCIceCandidatePair',
      'RTCTrackEvent',
      'RTCSctpTransport',
      'RTCDataChannel',
      'RTCDataChannelEvent',
      'RTCDTMFSender',
      'RTCDTMFToneChangeEvent',
      'RTCStatsReport',
      'RTCError',
      'RTCErrorEvent',
    ],
    events: {
      RTCPeerConnection: {
        datachannel: 'RTCDataChannelEvent', icecandidate: 'RTCPeerConnectionIceEvent', icecandidateerror: 'RTCPeerConnectionIceErrorEvent', track: 'RTCTrackEvent',
      },
      RTCDataChannel: { error: 'RTCErrorEvent', message: 'MessageEvent' },
      RTCDtlsTransport: { error: 'RTCErrorEvent' },
      RTCIceTransport: { icecandidate: 'RTCPeerConnectionIceEvent', error: 'RTCPeerConnectionIceErrorEvent' },
      RTCDTMFSender: { tonechange: 'RTCDTMFToneChangeEvent' },
    },
  },
  {
    name: 'webcodecs',
    specifications: [
      'webcodecs', 'webcodecs-aac-codec-registration', 'webcodecs-av1-codec-registration', 'webcodecs-avc-codec-registration',
      'webcodecs-flac-codec-registration', 'webcodecs-hevc-codec-registration', 'webcodecs-opus-codec-registration', 'webcodecs-vp9-codec-registration',
    ],
    implementations: 'webcodecs',
    interfaces: [
      'AudioDecoder',
      'VideoDecoder',
      'AudioEncoder',
      'VideoEncoder',
      'EncodedAudioChunk',
      'EncodedVideoChunk',
      'AudioData',
      'VideoFrame',
      'VideoColorSpace',
      'ImageDecoder',
      'ImageTrackList',
      'ImageTrack',
    ],
  },
  {
    name: 'mediacapabilities',
    specifications: ['media-capabilities'],
    implementations: 'mediacapabilities',
    interfaces: ['MediaCapabilities'],
    extensions: { Navigator: 'navigator', WorkerNavigator: 'navigator' },
  },
];
