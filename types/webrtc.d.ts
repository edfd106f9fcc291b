/** `mediant/webrtc`: peer connections, data channels and their transports. */
export * from './generated/webrtc.js';
