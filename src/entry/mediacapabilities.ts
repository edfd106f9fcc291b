/** `mediant/mediacapabilities`: Media Capabilities, made for Node's own realm. */
import type * as declared from 'mediant/mediacapabilities';
import { coreOf, interfaces } from './instance';

export const { MediaCapabilities } = interfaces as unknown as typeof declared;

export const mediaCapabilities = coreOf(globalThis).navigator.mediaCapabilities as declared.MediaCapabilities;
