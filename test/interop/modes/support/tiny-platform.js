/** The least that a JavaScript engine must bring: three constructors of the platform, and a Host. Plain ECMAScript. */

globalThis.DOMException = class DOMException extends Error {
  constructor(message = '', name = 'Error') {
    super(message);
    Object.defineProperty(this, 'name', { value: name, configurable: true });
  }
};

globalThis.Event = class Event {
  constructor(type, { bubbles = false, cancelable = false } = {}) {
    Object.assign(this, { type, bubbles, cancelable, target: null, defaultPrevented: false });
  }

  preventDefault() {
    if (this.cancelable) this.defaultPrevented = true;
  }
};

globalThis.EventTarget = class EventTarget {
  #listeners = [];

  addEventListener(type, callback) {
    this.#listeners.push({ type, callback });
  }

  removeEventListener(type, callback) {
    this.#listeners = this.#listeners.filter((listener) => listener.type !== type || listener.callback !== callback);
  }

  dispatchEvent(event) {
    event.target = this;
    for (const { type, callback } of [...this.#listeners]) if (type === event.type) callback.call(this, event);
    return !event.defaultPrevented;
  }
};

/** A Host whose tasks run when told to. With `engine`, contexts open on one that takes commands and renders nothing. */
globalThis.tinyHost = ({ engine = false }) => {
  const tasks = [];
  const missing = { code: 'engine-missing', message: 'This engine has no render engine.' };
  const host = {
    submitted: 0,
    rendered: false,
    now: () => 0,
    setTimeout: (callback) => tasks.push(callback),
    clearTimeout: () => {},
    queueTask: (callback) => void tasks.push(callback),
    reportException: (error) => { throw error; },
    isSecureContext: true,
    transferArrayBuffer: (buffer) => buffer,
    baseURL: 'about:blank',
    audio: {
      outputInfo: () => ({ sampleRate: 48000, maxChannelCount: 2, backend: 'none', label: '' }),
      outputDevices: () => [],
      openRealtime: () => missing,
      openOffline: () => (engine ? recorder : missing),
    },
    codecs: { decodeAudioData: (bytes, sampleRate, done) => void tasks.push(() => done(missing)) },
    runTasks() {
      while (tasks.length) tasks.shift()();
    },
  };
  const recorder = {
    state: new Float64Array(16),
    submit(words, count) {
      host.submitted += count;
      return 1;
    },
    paramValue: () => 0,
    close: () => {},
    render: () => { host.rendered = true; },
    suspendAt: () => {},
    resume: () => {},
  };
  return host;
};
