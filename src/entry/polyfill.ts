/** `mediant/polyfill`: importing it puts on `globalThis` what is missing there. */
import { install } from './instance';

install();

export { install };
