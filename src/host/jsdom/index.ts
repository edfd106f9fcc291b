/** `mediant/jsdom`: the media platform in a window of jsdom, at any time of its life, from `beforeParse` on. */
export { install } from '../window/install';
export type { Installation, WindowInstallOptions } from '../window/install';
