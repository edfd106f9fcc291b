import { install as installInto } from '../window/install';
import type { Installation, WindowInstallOptions } from '../window/install';

export type { Installation, WindowInstallOptions } from '../window/install';

/** The handle by which happy-dom's users end a window; absent from windows of frames. */
interface HappyDOM {
  close(): Promise<void>;
}

const installed = new WeakSet<object>();

/** `mediant/happy-dom`: the media platform in a window of happy-dom, at any time of its life. */
export function install(window: object, options?: WindowInstallOptions): Installation {
  const installation = installInto(window, options);
  const { happyDOM } = window as { happyDOM?: HappyDOM };
  if (happyDOM && !installed.has(window)) {
    installed.add(window);
    const close = happyDOM.close.bind(happyDOM);
    happyDOM.close = () => {
      installation.close();
      return close();
    };
  }
  return installation;
}
