import type { WorkletOptions } from '../generated/webaudio-types';
import { PlatformObject } from '../webidl/platform-object';

/** https://html.spec.whatwg.org/#worklet */
export abstract class Worklet extends PlatformObject {
  abstract addModule(moduleURL: string, options: WorkletOptions): Promise<undefined>;
}
