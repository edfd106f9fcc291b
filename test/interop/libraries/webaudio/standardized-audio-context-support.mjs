/** standardized-audio-context finds all it asks of a browser. */
import 'mediant/polyfill';
import assert from 'node:assert/strict';
import { isSupported } from 'standardized-audio-context';

assert.equal(await isSupported(), true);

// One of its questions leaves a MessagePort open.
process.exit();
