/** What generated code imports. */
export * from './buffers';
export * from './callbacks';
export * from './conversions';
export * from './errors';
export * from './event-handlers';
export * from './extension';
export * from './indexed-properties';
export * from './interface-object';
export * from './iteration';
export * from './platform-object';
export * from './promise';
export * from './sequences';
