/**
 * What script may do to one context, by choices of a `Random`. A tame graph passes sensible values and has no cycle, so that all
 * samples are finite; a wild one passes anything anywhere.
 */
const most = 24;

/** Constructors of nodes, and factories of the context with arguments. */
const makers = {
  GainNode: (random) => ({ gain: random.between(-1, 1) }),
  OscillatorNode: (random) => ({ type: random.of(['sine', 'square', 'sawtooth', 'triangle']), frequency: random.between(-4000, 4000), detune: random.between(-1200, 1200) }),
  ConstantSourceNode: (random) => ({ offset: random.between(-1, 1) }),
  AudioBufferSourceNode: (random, graph) => ({ buffer: graph.buffer(), loop: random.oneIn(2), loopStart: random.between(0, 0.01), loopEnd: random.between(0, 0.02), playbackRate: random.between(-2, 2) }),
  AnalyserNode: (random) => ({ fftSize: 32 << random.below(6), smoothingTimeConstant: random.between(0, 1) }),
  BiquadFilterNode: (random) => ({ type: random.of(['lowpass', 'highpass', 'bandpass', 'lowshelf', 'highshelf', 'peaking', 'notch', 'allpass']), frequency: random.between(50, 2000), Q: random.between(-10, 10), gain: random.between(-10, 10) }),
  IIRFilterNode: (random) => ({ feedforward: [0.5, random.between(-0.5, 0.5)], feedback: [1, random.between(-0.9, 0.9)] }),
  WaveShaperNode: (random) => ({ curve: [-1, random.between(-0.5, 0.5), 1], oversample: random.of(['none', '2x', '4x']) }),
  DelayNode: (random) => ({ delayTime: random.between(0, 0.1), maxDelayTime: 0.2 }),
  ConvolverNode: (random, graph) => ({ buffer: random.oneIn(4) ? undefined : graph.buffer(random.of([1, 2, 4])), disableNormalization: random.oneIn(2) }),
  DynamicsCompressorNode: (random) => ({ threshold: random.between(-100, 0), ratio: random.between(1, 20), attack: random.between(0, 1), release: random.between(0, 1) }),
  StereoPannerNode: (random) => ({ pan: random.between(-1, 1) }),
  PannerNode: (random) => ({ panningModel: random.of(['equalpower', 'HRTF']), distanceModel: random.of(['linear', 'inverse', 'exponential']), positionX: random.between(-9, 9), positionZ: random.between(-9, 9), coneInnerAngle: random.between(0, 360) }),
  ChannelSplitterNode: (random) => ({ numberOfOutputs: 1 + random.below(8) }),
  ChannelMergerNode: (random) => ({ numberOfInputs: 1 + random.below(8) }),
};

const names = Object.keys(makers);

/** Messages of exceptions that no specification asks for. */
const internal = /Cannot read|is not a function|is not iterable \(|undefined \(|Maximum call stack|Invalid argument|is not defined/;

export class RandomGraph {
  operations = 0;
  #media;
  #random;
  #wild;
  #nodes = [];
  context;

  constructor(media, context, random, wild) {
    this.#media = media;
    this.#random = random;
    this.#wild = wild;
    this.context = context;
  }

  /** One operation. What a specification lets it throw, it may throw. */
  step() {
    const random = this.#random;
    this.operations++;
    const operation = this.#nodes.length < 3 ? 'create' : random.of(operations);
    this.#attempt(() => this[`_${operation}`]());
  }

  #attempt(action) {
    try {
      const result = action();
      if (result instanceof Promise) result.catch((error) => this.#check(error));
      return result;
    } catch (error) {
      this.#check(error);
      return undefined;
    }
  }

  #check(error) {
    const { DOMException } = globalThis;
    const isAllowed = error instanceof DOMException || error instanceof TypeError || error instanceof RangeError;
    if (!isAllowed || internal.test(error.message) || (error instanceof TypeError && !/^(Failed to |.*(on purpose|Symbol|BigInt|Illegal|convert))/.test(error.message))) {
      throw new Error(`An exception that nothing asks for: ${error?.stack ?? error}`, { cause: error });
    }
  }

  /** Now and then something that does not belong there. */
  #maybe(value) {
    return this.#wild && this.#random.oneIn(12) ? this.#random.anything() : value;
  }

  #node() {
    return this.#random.of(this.#nodes);
  }

  /** Seconds, near now. */
  #soon() {
    return this.#maybe(this.context.currentTime + this.#random.between(0, 0.1));
  }

  buffer(channels = 1 + this.#random.below(3)) {
    const random = this.#random;
    const { sampleRate } = this.context;
    const length = 1 + random.below(2000);
    const buffer = new this.#media.AudioBuffer({ numberOfChannels: channels, length, sampleRate });
    for (let channel = 0; channel < channels; channel++) {
      const samples = buffer.getChannelData(channel);
      for (let frame = 0; frame < length; frame += 7) samples[frame] = random.between(-1, 1);
      if (this.#wild && random.oneIn(16)) samples[0] = random.of([NaN, Infinity, 1e-40, 3e38]);
    }
    return buffer;
  }

  _create() {
    const random = this.#random;
    const name = random.of(names);
    const options = makers[name](random, this);
    for (const key of Object.keys(options)) options[key] = this.#maybe(options[key]);
    if (random.oneIn(4)) options.channelCount = this.#maybe(1 + random.below(2));
    if (random.oneIn(4)) options.channelInterpretation = this.#maybe(random.of(['speakers', 'discrete']));
    const node = new this.#media[name](this.context, this.#maybe(options));
    this.#nodes.push(node);
    if (random.oneIn(2)) node.connect(this.context.destination);
    // What is dropped here is dropped for good.
    if (this.#nodes.length > most) this.#nodes.splice(random.below(this.#nodes.length), 1);
  }

  _script() {
    const random = this.#random;
    const node = this.context.createScriptProcessor(this.#maybe(256 << random.below(3)), this.#maybe(1 + random.below(2)), this.#maybe(1 + random.below(2)));
    node.onaudioprocess = ({ inputBuffer, outputBuffer }) => {
      for (let channel = 0; channel < Math.min(inputBuffer.numberOfChannels, outputBuffer.numberOfChannels); channel++) {
        outputBuffer.copyToChannel(inputBuffer.getChannelData(channel), channel);
      }
    };
    this.#nodes.push(node);
  }

  _worklet() {
    if (this.worklet === undefined) return;
    const random = this.#random;
    const outputs = 1 + random.below(2);
    const options = { numberOfInputs: 1, numberOfOutputs: outputs, parameterData: { gain: random.between(-1, 1) } };
    if (random.oneIn(2)) options.outputChannelCount = Array.from({ length: outputs }, () => this.#maybe(1 + random.below(4)));
    this.#nodes.push(new this.#media.AudioWorkletNode(this.context, this.#maybe(this.worklet), this.#maybe(options)));
  }

  /** In a tame graph connections lead from the older to the newer node. */
  #ends() {
    const random = this.#random;
    let [from, to] = [random.below(this.#nodes.length), random.below(this.#nodes.length)];
    if (!this.#wild && from >= to) [from, to] = [to, from];
    return !this.#wild && from === to ? [this.#nodes[from], this.context.destination] : [this.#nodes[from], this.#nodes[to]];
  }

  _connect() {
    const [from, to] = this.#ends();
    const random = this.#random;
    if (random.oneIn(3)) from.connect(this.context.destination);
    else if (random.oneIn(4)) from.connect(this.#maybe(to), this.#maybe(random.below(2)), this.#maybe(random.below(2)));
    else from.connect(this.#maybe(to));
  }

  _connectParam() {
    const [from, to] = this.#ends();
    const param = this.#param(to);
    // Filters that are moved as fast as their input may grow without bounds.
    if (param !== undefined && (this.#wild || !('getFrequencyResponse' in to))) from.connect(param);
  }

  _disconnect() {
    const [from, to] = this.#ends();
    const random = this.#random;
    random.of([() => from.disconnect(), () => from.disconnect(this.#maybe(to)), () => from.disconnect(this.#maybe(random.below(2))), () => from.disconnect(to, 0, 0)])();
  }

  #param(node) {
    const params = [];
    for (const key in node) if (node[key] instanceof this.#media.AudioParam) params.push(node[key]);
    return params.length === 0 ? undefined : this.#random.of(params);
  }

  #value(param) {
    const bound = (value) => Math.max(-5, Math.min(5, value));
    return this.#maybe(param.maxValue > 1e4 && param.defaultValue > 5 ? this.#random.between(50, 2000) : this.#random.between(bound(param.minValue), bound(param.maxValue)));
  }

  _automate() {
    const param = this.#param(this.#node());
    if (param === undefined) return;
    const random = this.#random;
    random.of([
      () => { param.value = this.#value(param); },
      () => param.setValueAtTime(this.#value(param), this.#soon()),
      () => param.linearRampToValueAtTime(this.#value(param), this.#soon()),
      () => param.exponentialRampToValueAtTime(this.#value(param), this.#soon()),
      () => param.setTargetAtTime(this.#value(param), this.#soon(), this.#maybe(random.between(0, 0.1))),
      () => param.setValueCurveAtTime(this.#maybe([this.#value(param), this.#value(param)]), this.#soon(), this.#maybe(random.between(0.001, 0.1))),
      () => param.cancelScheduledValues(this.#soon()),
      () => param.cancelAndHoldAtTime(this.#soon()),
      () => { param.automationRate = this.#maybe(random.of(['a-rate', 'k-rate'])); },
      () => param.value,
    ])();
  }

  _start() {
    const node = this.#nodes.findLast((each) => 'start' in each) ?? this.#node();
    if ('start' in node) node.start(this.#soon(), ...(this.#random.oneIn(4) ? [this.#maybe(0.001), this.#maybe(0.05)] : []));
  }

  _stop() {
    const node = this.#node();
    if ('stop' in node) node.stop(this.#soon());
  }

  /** Attributes that every interface has, or some. */
  _set() {
    const node = this.#node();
    const random = this.#random;
    const values = {
      channelCount: 1 + random.below(3), channelCountMode: random.of(['max', 'clamped-max', 'explicit']), channelInterpretation: random.of(['speakers', 'discrete']),
      fftSize: 32 << random.below(6), smoothingTimeConstant: random.between(0, 1), minDecibels: random.between(-120, -60), loop: random.oneIn(2),
      loopEnd: random.between(0, 0.1), oversample: random.of(['none', '2x', '4x']), curve: null, normalize: random.oneIn(2), panningModel: 'equalpower',
      refDistance: random.between(0, 3), rolloffFactor: random.between(0, 1), coneOuterGain: random.between(0, 1), onended: random.oneIn(2) ? () => {} : null,
    };
    const key = random.of(Object.keys(values).filter((each) => each in node));
    // An oscillator's type may be no custom one, a filter's is any of its own.
    node[key] = this.#maybe(values[key]);
  }

  _setBuffer() {
    const node = this.#nodes.findLast((each) => 'buffer' in each);
    if (node !== undefined) node.buffer = this.#maybe(this.#random.oneIn(4) ? null : this.buffer());
  }

  _read() {
    const node = this.#node();
    const random = this.#random;
    const bins = new Float32Array(random.below(100));
    if ('fftSize' in node) {
      node.getFloatFrequencyData(this.#maybe(bins));
      node.getFloatTimeDomainData(this.#maybe(bins));
      node.getByteFrequencyData(this.#maybe(new Uint8Array(random.below(100))));
    }
    if ('getFrequencyResponse' in node) node.getFrequencyResponse(this.#maybe(bins), bins.slice(), bins.slice());
    if ('reduction' in node && !(node.reduction <= 0)) throw new Error(`a reduction of ${node.reduction}`);
    for (const key in node) void node[key];
  }

  _wave() {
    const random = this.#random;
    const wave = new this.#media.PeriodicWave(this.context, { real: this.#maybe([0, random.between(-1, 1), 0]), imag: this.#maybe([0, 1, random.between(-1, 1)]) });
    this.#nodes.find((each) => 'setPeriodicWave' in each)?.setPeriodicWave(this.#maybe(wave));
  }

  _samples() {
    const random = this.#random;
    const buffer = this.buffer();
    buffer.copyFromChannel(this.#maybe(new Float32Array(random.below(50))), this.#maybe(0), this.#maybe(random.below(50)));
    buffer.copyToChannel(this.#maybe(new Float32Array(random.below(50))), this.#maybe(0), this.#maybe(random.below(50)));
    if (this.#wild && random.oneIn(4)) structuredClone(buffer.getChannelData(0), { transfer: [buffer.getChannelData(0).buffer] });
  }

  _listener() {
    const { listener } = this.context;
    const random = this.#random;
    if (random.oneIn(2)) listener.positionX.setValueAtTime(this.#maybe(random.between(-9, 9)), this.#soon());
    else listener.setPosition(this.#maybe(random.between(-9, 9)), 0, this.#maybe(0));
  }

  _decode() {
    if (!this.#random.oneIn(8)) return undefined;
    const bytes = Uint8Array.from({ length: this.#random.below(200) }, () => this.#random.below(256));
    if (this.#random.oneIn(2)) bytes.set([82, 73, 70, 70, 200, 0, 0, 0, 87, 65, 86, 69].slice(0, bytes.length));
    return this.context.decodeAudioData(this.#maybe(bytes.buffer));
  }

  _foreign() {
    if (!this.#wild || !this.#random.oneIn(8)) return;
    const other = new this.#media.OfflineAudioContext(1, 128, 8000);
    this.#node().connect(other.destination);
  }
}

const operations = [
  'create', 'create', 'create', 'connect', 'connect', 'connect', 'connectParam', 'disconnect', 'automate', 'automate', 'automate', 'start', 'start', 'stop', 'set', 'set',
  'setBuffer', 'read', 'wave', 'samples', 'listener', 'decode', 'foreign', 'script', 'worklet',
];
