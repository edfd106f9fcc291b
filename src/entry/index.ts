/** `mediant`: every interface, made for Node's own realm. */
export * from './mediacapabilities';
export * from './mediastream';
export * from './webaudio';
export * from './webcodecs';
export * from './webrtc';
export { core, install } from './instance';
