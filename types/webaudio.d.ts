/** `mediant/webaudio`: the Web Audio API. */
export * from './generated/webaudio.js';
