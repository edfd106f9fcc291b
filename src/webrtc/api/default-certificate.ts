import { defaultCertificateLifetime, makeCertificate, RTCCertificate } from './RTCCertificate';

interface InStock {
  readonly certificate: RTCCertificate;
  readonly madeAt: number;
}

/** Made ahead, on the assumption that where one connection was made others follow: none is given twice. */
const stock: InStock[] = [];
let beingMade = 0;

/** Two, since pages and tests often call themselves. */
const certificatesInStock = 2;
/** So that what is given is valid for as long as a fresh one, but for this. */
const keptMilliseconds = 3600 * 1000;

/**
 * A certificate for one connection that was given none, https://w3c.github.io/webrtc-pc/#dom-rtcpeerconnection-constructor step 4: at once
 * where one is in stock, since an offer waits for it longer than for all else.
 */
export function takeDefaultCertificate(): Promise<RTCCertificate> {
  const oldest = Date.now() - keptMilliseconds;
  let taken: InStock | undefined;
  do taken = stock.shift(); while (taken !== undefined && taken.madeAt < oldest);
  const certificate = taken ? Promise.resolve(taken.certificate) : make();
  while (stock.length + beingMade < certificatesInStock) makeAhead();
  return certificate;
}

function makeAhead(): void {
  const madeAt = Date.now();
  const over = () => { beingMade--; };
  beingMade++;
  make().then((certificate) => { stock.push({ certificate, madeAt }); }).then(over, over);
}

function make(): Promise<RTCCertificate> {
  return new Promise((resolve, reject) => {
    makeCertificate(0, defaultCertificateLifetime, (result) => {
      if (result instanceof RTCCertificate) resolve(result);
      else reject(result);
    });
  });
}
