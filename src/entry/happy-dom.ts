export * from '../host/happy-dom';
