import type { RandomSource } from '../stun/StunCrypto';

/** A user name fragment and password, which hold for all candidates of an ICE session. https://www.rfc-editor.org/rfc/rfc8839#section-5.4 */
export interface IceParameters {
  readonly usernameFragment: string;
  readonly password: string;
  /** The agent is a lite one (`a=ice-lite`). */
  readonly iceLite?: boolean;
}

const iceCharacters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** 4 characters are 24 bits, as many as are asked for at least; 8 make it unlikely that two agents behind one port have the same. */
const usernameFragmentCharacters = 8;
/** 144 bits, of 128 that are asked for at least. */
const passwordCharacters = 24;

/** https://www.rfc-editor.org/rfc/rfc8445#section-5.3 */
export function generateIceParameters(random: RandomSource): IceParameters {
  const bytes = new Uint8Array(usernameFragmentCharacters + passwordCharacters);
  random(bytes);
  const text = Array.from(bytes, (byte) => iceCharacters[byte & 63]).join('');
  return { usernameFragment: text.slice(0, usernameFragmentCharacters), password: text.slice(usernameFragmentCharacters) };
}

/** `4*256ice-char` */
export function isUsernameFragment(text: string): boolean {
  return /^[A-Za-z\d+/]{4,256}$/.test(text);
}

/** `22*256ice-char` */
export function isPassword(text: string): boolean {
  return /^[A-Za-z\d+/]{22,256}$/.test(text);
}

export function sameParameters(a: IceParameters, b: IceParameters): boolean {
  return a.usernameFragment === b.usernameFragment && a.password === b.password;
}
