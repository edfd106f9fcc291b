// The command stream between the control thread's API objects and the render engine.
//
// The control thread writes commands into an array of doubles and submits it once per batch (at the latest in
// the microtask after the first command), so a graph change made in one script run is applied at one render quantum
// boundary. A command is its opcode followed by the words listed beside it. `src/generated/commands.ts` is made
// from this file by `npm run generate`; this file is the only place to change.
//
// Numbers are IEEE doubles; ids, counts and enumerations are small integers stored as doubles; booleans are 0 or 1;
// times are seconds of context time; `attachment` is an index into the arrays submitted with the batch, -1 for none.
#pragma once

namespace mediant::audio {

// clang-format off
enum class Command : int {
  CreateNode = 1,       // node, NodeKind, inputs, outputs, channelCount, ChannelCountMode, ChannelInterpretation, params, params × {default, min, max, AutomationRate, initial}, arguments, arguments × double
  ReleaseNode = 2,      // node: script can't reach it any more; it goes when nothing it does can be heard or observed
  SetChannels = 3,      // node, channelCount, ChannelCountMode, ChannelInterpretation
  Connect = 4,          // source, output, destination, input
  ConnectParam = 5,     // source, output, destination, param
  Disconnect = 6,       // source, output, destination, input
  DisconnectParam = 7,  // source, output, destination, param
  ParamSetRate = 8,     // node, param, AutomationRate
  ParamEvent = 9,       // node, param, ParamEventType, value, time, extra (time constant or duration, seconds), attachment (curve)
  ParamCancel = 10,     // node, param, cancelTime
  ParamCancelAndHold = 11, // node, param, cancelTime
  Message = 12,         // node, NodeOp, first attachment, attachments, arguments, arguments × double
};

enum class NodeKind : int {
  Destination = 1,
  Gain = 2,
  ConstantSource = 3,
  Oscillator = 4,
  BufferSource = 5,
  Analyser = 6,
  ChannelSplitter = 7,
  ChannelMerger = 8,
  Delay = 9,             // maxDelayTime
  Biquad = 10,           // BiquadType
  IIRFilter = 11,        // feedforward length, feedback length, coefficients…
  WaveShaper = 12,
  StereoPanner = 13,
  Panner = 14,
  Listener = 15,
  Convolver = 16,
  DynamicsCompressor = 17,
  ScriptProcessor = 18,  // bufferSize, input channels, output channels, blocks from one's input to the output that is made of it
  AudioWorklet = 19,
  MediaStreamDestination = 20,
  MediaStreamSource = 21,
};

enum class NodeOp : int {
  Start = 1,             // when, offset, duration (buffer sources; offset 0 and duration -1 where not given)
  Stop = 2,              // when
  SetBuffer = 3,         // sampleRate; attachments: one a channel, borrowed until the engine releases them; none: null
  SetLoop = 4,           // loop, loopStart, loopEnd
  SetOscillatorType = 5, // OscillatorType
  SetPeriodicWave = 6,   // disableNormalization; attachments: real, imag (copied)
  SetFftSize = 7,        // fftSize
  SetSmoothing = 8,      // smoothingTimeConstant
  SetBiquadType = 9,     // BiquadType
  SetCurve = 10,         // OverSample; attachment: curve (copied); none: null
  SetPanner = 11,        // PanningModel, DistanceModel, refDistance, maxDistance, rolloffFactor, coneInnerAngle, coneOuterAngle, coneOuterGain
  SetNormalize = 12,     // normalize
  SetScriptBlocks = 13,  // attachment: a ring of blocks, each the samples of its input channels, then of its output channels; the render thread writes the inputs, and reads and clears the outputs
  SetRing = 14,          // MediaStreamDestination and MediaStreamSource; attachment: a ring, written or read by the render thread; none: silence. Source only: whether this engine writes it, seconds that this engine takes at once
  SetHrtf = 15,          // AudioListener; attachment: the head-related responses (assets/hrtf.README.md; copied)
};

enum class ChannelCountMode : int { Max = 0, ClampedMax = 1, Explicit = 2 };
enum class ChannelInterpretation : int { Speakers = 0, Discrete = 1 };
enum class AutomationRate : int { ARate = 0, KRate = 1 };
enum class OscillatorType : int { Sine = 0, Square = 1, Sawtooth = 2, Triangle = 3, Custom = 4 };
enum class BiquadType : int { Lowpass = 0, Highpass = 1, Bandpass = 2, Lowshelf = 3, Highshelf = 4, Peaking = 5, Notch = 6, Allpass = 7 };
enum class OverSample : int { None = 0, X2 = 1, X4 = 2 };
enum class PanningModel : int { EqualPower = 0, HRTF = 1 };
enum class DistanceModel : int { Linear = 0, Inverse = 1, Exponential = 2 };

enum class ParamEventType : int {
  SetValue = 0,
  LinearRamp = 1,
  ExponentialRamp = 2,
  SetTarget = 3,         // extra: time constant
  SetValueCurve = 4,     // extra: duration; attachment: curve (copied)
};

// Events from the render engine, four words each: type, a, b, c.
enum class EngineEvent : int {
  Ended = 1,             // node, frame: a scheduled source finished
  StateChanged = 2,      // EngineState, serial of the request that caused it
  Suspended = 3,         // frame: an offline render waits for resume(), as suspendAt() asked for or for scripts that are due
  Completed = 4,         // frames rendered so far: the oldest output of an offline engine that was not complete is
  DeviceFailed = 6,      // DeviceError, serial: the sink asked for with `serial` could not be opened; 0: the device is gone, the silent clock has taken over
  BatchApplied = 7,      // serial
  ScriptProcess = 8,     // node, frame: a block of a ScriptProcessorNode's input ends here; which block of the ring it is. An offline render waits, as after Suspended
  ActiveSource = 9,      // node, whether it is: an AudioWorkletProcessor's active source flag has changed; true at first
};

enum class EngineState : int { Suspended = 0, Running = 1, Closed = 2 };

// Words of the state block shared with the control thread (doubles, written by the render thread between quanta).
enum class StateWord : int {
  CurrentFrame = 0,      // first frame of the next render quantum; currentTime × sampleRate
  AppliedBatch = 1,      // serial of the newest batch in force
  OutputFrame = 2,       // getOutputTimestamp(): frame heard at OutputTime
  OutputTime = 3,        // milliseconds on the monotonic clock
  OutputLatency = 4,     // seconds
  BaseLatency = 5,       // seconds
  UnderrunFrames = 6,
  UnderrunEvents = 7,
  RenderLoad = 8,        // share of real time spent in render()
  LatencyReset = 9,      // written by the control thread: the interval over which latency is to be tracked, a new number for a new one
  LatencyInterval = 10,  // the interval that the next four words are of
  LatencyPeriods = 11,   // how often the device has been asked for its latency in it
  LatencySum = 12,       // seconds, of all answers
  LatencyLeast = 13,     // seconds
  LatencyMost = 14,      // seconds
  Count = 16,
};
// Words of the header of a ring of PCM, eight bytes each. Frame n is sample n modulo Capacity of each channel.
enum class RingWord : int {
  Written = 0,           // integer: frames written since the beginning
  Writing = 1,           // integer: frames that will have been written when the write under way is done
  Channels = 2,          // double
  Capacity = 3,          // double: frames, a power of two
  SampleRate = 4,        // double
  Time = 5,              // double: seconds on the monotonic clock at which frame Written is due
  FramePeriod = 6,       // double: seconds from one frame to the next by that clock; 0 before the first write
  Count = 8,
};
// clang-format on

}  // namespace mediant::audio
