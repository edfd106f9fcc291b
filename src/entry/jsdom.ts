export * from '../host/jsdom';
