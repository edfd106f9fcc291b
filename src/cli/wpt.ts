import { runWpt } from '../../wpt/run';
import { usage } from '../../wpt/runner/options';
import type { Command } from './Command';

/** `mediant wpt`, the runner of web-platform-tests. */
export const command: Command = { help: usage.trimEnd(), run: runWpt };
