export * from '../webidl/exceptions';
