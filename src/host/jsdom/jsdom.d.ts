/** The part of jsdom that the command line and tests use; the package is an optional companion without types of its own. */
declare module 'jsdom' {
  export interface DOMWindow extends Window {
    [name: string]: any;
  }

  interface Window {
    readonly document: any;
    close(): void;
  }

  export class VirtualConsole {
    forwardTo(console: object, options?: { jsdomErrors?: 'none' | readonly string[] }): this;
    on(event: 'jsdomError', listener: (error: Error & { type?: string }) => void): this;
    on(event: string, listener: (...values: any[]) => void): this;
  }

  export interface Options {
    url?: string;
    runScripts?: 'dangerously' | 'outside-only';
    resources?: 'usable';
    pretendToBeVisual?: boolean;
    virtualConsole?: VirtualConsole;
    beforeParse?(window: DOMWindow): void;
  }

  export class JSDOM {
    constructor(html?: string, options?: Options);
    readonly window: DOMWindow;
    static fromFile(path: string, options?: Options): Promise<JSDOM>;
    static fromURL(url: string, options?: Options): Promise<JSDOM>;
  }
}
