import type { TestRequest } from './run-test';
import type { HarnessReport } from './testharness-files';

/** What the runner sends to a test process: exactly one test in its life. */
export type ToTestProcess = TestRequest;

export type FromTestProcess =
  | { readonly kind: 'ready'; readonly installed: boolean }
  | { readonly kind: 'report'; readonly report: HarnessReport }
  /** The page could not be opened at all. */
  | { readonly kind: 'failure'; readonly message: string };
