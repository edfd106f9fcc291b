/** `mediant/happy-dom`: the media platform in a window of happy-dom. */
export { install } from '../window/install';
export type { Installation, WindowInstallOptions } from '../window/install';
