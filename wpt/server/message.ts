/** A request as handlers see it. */
export interface WireRequest {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body?: Uint8Array;
}

/** A response before it is made into the `Response` of some realm. */
export interface WireResponse {
  status: number;
  statusText?: string;
  headers: [name: string, value: string][];
  body: Uint8Array;
  /** Milliseconds before the response begins. */
  delay?: number;
}

const encoder = new TextEncoder();

export function textResponse(text: string, contentType: string, status = 200): WireResponse {
  return { status, headers: [['Content-Type', contentType]], body: encoder.encode(text) };
}

export function headerOf(response: WireResponse, name: string): string | undefined {
  return response.headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

export function setHeader(response: WireResponse, name: string, value: string): void {
  response.headers = response.headers.filter(([key]) => key.toLowerCase() !== name.toLowerCase());
  response.headers.push([name, value]);
}
