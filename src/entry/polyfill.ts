/** `mediant/polyfill`: importing it puts on `globalThis` what is missing there, and what scripts written for a page expect around it. */
import { install } from './instance';
import { defineSurroundings } from './surroundings';

// The navigator gets members too.
defineSurroundings(globalThis);
install();

export { install };
