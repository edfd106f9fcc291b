import { setHeader, textResponse, type WireRequest, type WireResponse } from './message';

/** State that handlers keep between requests of one test. */
export type Stash = Map<string, string>;

export type Handler = (request: WireRequest, stash: Stash) => WireResponse;

/** The `.py` handlers that the tests of this project ask for, as functions, by path. */
export const handlers: Readonly<Record<string, Handler>> = {
  '/common/echo.py': echo,
  '/common/redirect.py': redirect,
  '/common/redirect-opt-in.py': redirectOptIn,
  '/common/slow.py': slow,
  '/common/slow-redirect.py': slowRedirect,
  '/fetch/api/resources/redirect.py': redirectWithHeaders,
  '/html/semantics/embedded-content/media-elements/loading-the-media-resource/resources/delayed-broken-video.py': delayedBrokenVideo,
  '/html/semantics/embedded-content/media-elements/track/track-element/cors/support/cors-tester.py': corsTester,
};

function echo({ url }: WireRequest): WireResponse {
  const response = textResponse(url.searchParams.get('content') ?? '', 'text/html');
  setHeader(response, 'X-XSS-Protection', '0');
  return response;
}

function redirect({ url }: WireRequest): WireResponse {
  const status = Number.parseInt(url.searchParams.get('status') ?? '', 10) || 302;
  return { status, headers: [['Location', url.searchParams.get('location') ?? '']], body: new Uint8Array() };
}

function redirectOptIn(request: WireRequest): WireResponse {
  const response = redirect(request);
  setHeader(response, 'Timing-Allow-Origin', '*');
  return response;
}

function redirectWithHeaders(request: WireRequest): WireResponse {
  const { url, headers } = request;
  const location = new URL(url.searchParams.get('location') ?? '', url);
  const status = Number(url.searchParams.get('redirect_status') ?? 302);
  const allowed = headers.get('origin') ?? '*';
  return { status, headers: [['Location', location.href], ['Access-Control-Allow-Origin', allowed], ['Access-Control-Allow-Credentials', 'true']], body: new Uint8Array() };
}

function slow({ url }: WireRequest): WireResponse {
  return { status: 200, headers: [], body: new Uint8Array(), delay: Number(url.searchParams.get('delay') ?? 2000) };
}

function slowRedirect(request: WireRequest): WireResponse {
  return { ...redirect(request), delay: 1000 * Number(request.url.searchParams.get('delay') ?? 1) };
}

function delayedBrokenVideo(): WireResponse {
  return { ...textResponse('FAIL', 'text/plain'), delay: 100 };
}

/** Records with which mode a text track was asked for, and tells it to who reads later. */
function corsTester({ method, url, headers }: WireRequest, stash: Stash): WireResponse {
  const query = url.searchParams;
  const id = query.get('id');
  if (method !== 'GET' || id === null) {
    return textResponse(method === 'GET' ? 'No id' : 'Method was not GET', 'text/plain', 400);
  }
  const line = stash.get(id);
  if (query.has('read')) {
    stash.delete(id);
    return line === undefined ? textResponse('Nothing was recorded', 'text/plain', 404) : textResponse(line, 'text/plain');
  }
  if (query.has('cleanup')) {
    stash.delete(id);
    return textResponse('OK', 'text/plain');
  }
  if (query.has('delete-cookie')) {
    const response = textResponse('OK', 'text/plain');
    setHeader(response, 'Set-Cookie', `${id}=; Path=/; Max-Age=0`);
    return response;
  }
  const record = `cors = ${headers.get('origin') ?? 'no'} | cookie = ${cookie(headers.get('cookie') ?? '', id) ?? 'no'}`;
  stash.set(id, line === undefined ? record : `${line}\n${record}`);
  const location = query.get('redirect');
  const response: WireResponse = location === null
    ? textResponse('WEBVTT\n\n00:00:00.000 --> 00:00:10.000\nTest', 'text/vtt')
    : { status: 302, headers: [['Location', location]], body: new Uint8Array() };
  const allowed = query.get('origin');
  if (allowed !== null) {
    setHeader(response, 'Access-Control-Allow-Origin', allowed);
    setHeader(response, 'Access-Control-Allow-Credentials', 'true');
  }
  return response;
}

function cookie(header: string, name: string): string | undefined {
  return header.split(/;\s*/).find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
