export * from './generated/webaudio';
