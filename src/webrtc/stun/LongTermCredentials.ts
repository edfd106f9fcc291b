import { Attribute, ErrorCode, PasswordAlgorithm } from './constants';
import { opaqueString } from './opaque-string';
import type { StunCrypto } from './StunCrypto';
import type { StunMessage } from './StunMessage';
import type { StunWriter } from './StunWriter';
import { utf8Encode } from '../../text/utf8';

/** Begins the nonces of servers that name their security features. https://www.rfc-editor.org/rfc/rfc8489#section-9.2 */
const nonceCookie = 'obMatJos2';
const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Bits of the STUN Security Feature Set. https://www.rfc-editor.org/rfc/rfc8489#section-18.1 */
const passwordAlgorithmsFeature = 1;
const usernameAnonymityFeature = 2;

/** Challenges taken one after another without an accepted request between; a server that goes on is not answered any more. */
const mostChallenges = 5;

/** The client's half of the long-term credential mechanism. https://www.rfc-editor.org/rfc/rfc8489#section-9.2 */
export class LongTermCredentials {
  readonly #username: string;
  readonly #password: string;
  readonly #crypto: StunCrypto;
  #realm: string | undefined;
  #nonce: Uint8Array | undefined;
  #key: Uint8Array | undefined;
  /** PASSWORD-ALGORITHMS as the server sent it, which every request repeats, so that nobody can have shortened it on the way. */
  #offeredAlgorithms: Uint8Array | undefined;
  #algorithm: number = PasswordAlgorithm.md5;
  #hidesUsername = false;
  #challenges = 0;

  constructor(username: string, password: string, crypto: StunCrypto) {
    this.#username = opaqueString(username);
    this.#password = opaqueString(password);
    this.#crypto = crypto;
  }

  /** Whether requests carry credentials by now. */
  get areChallenged(): boolean {
    return this.#key !== undefined;
  }

  /**
   * Takes a 401 or 438 response; true when the request is worth sending again.
   * https://www.rfc-editor.org/rfc/rfc8489#section-9.2.5
   */
  challenge(response: StunMessage, code: number): boolean {
    const realm = response.text(Attribute.realm);
    const nonce = response.value(Attribute.nonce);
    // The server knows these credentials and refuses them.
    if (code === ErrorCode.unauthenticated && this.areChallenged && realm === this.#realm) return false;
    if (realm === undefined || !nonce || ++this.#challenges > mostChallenges) return false;
    const features = securityFeatures(nonce);
    const offered = response.value(Attribute.passwordAlgorithms);
    // Somebody has taken the attribute away, to have the weaker algorithm used.
    if (features & passwordAlgorithmsFeature && !offered) return false;
    const algorithm = offered ? firstSupported(offered) : PasswordAlgorithm.md5;
    if (algorithm === undefined) return false;
    this.#realm = realm;
    this.#nonce = nonce.slice();
    this.#offeredAlgorithms = offered?.slice();
    this.#algorithm = algorithm;
    this.#hidesUsername = (features & usernameAnonymityFeature) !== 0;
    this.#key = this.#deriveKey(realm);
    return true;
  }

  /** A request was accepted: the next challenge is the first of its row. */
  accepted(): void {
    this.#challenges = 0;
  }

  /** Ends a request: attributes of the mechanism, then the integrity. https://www.rfc-editor.org/rfc/rfc8489#section-9.2.3 */
  sign(writer: StunWriter): StunWriter {
    if (!this.#key || this.#realm === undefined || !this.#nonce) return writer;
    if (this.#hidesUsername) writer.bytes(Attribute.userhash, this.#userhash(this.#realm));
    else writer.text(Attribute.username, this.#username);
    writer.text(Attribute.realm, this.#realm).bytes(Attribute.nonce, this.#nonce);
    if (!this.#offeredAlgorithms) return writer.messageIntegrity(this.#key, this.#crypto);
    return writer
      .bytes(Attribute.passwordAlgorithms, this.#offeredAlgorithms)
      .bytes(Attribute.passwordAlgorithm, Uint8Array.of(0, this.#algorithm, 0, 0))
      .messageIntegritySha256(this.#key, this.#crypto);
  }

  /** Whether a response comes from somebody who knows the password. */
  verifies(response: StunMessage): boolean {
    if (!this.#key) return false;
    return this.#offeredAlgorithms
      ? response.integritySha256Matches(this.#key, this.#crypto)
      : response.integrityMatches(this.#key, this.#crypto);
  }

  /** https://www.rfc-editor.org/rfc/rfc8489#section-9.2.2 */
  #deriveKey(realm: string): Uint8Array {
    const text = utf8Encode(`${this.#username}:${opaqueString(realm)}:${this.#password}`);
    return this.#algorithm === PasswordAlgorithm.sha256 ? this.#crypto.sha256(text) : this.#crypto.md5(text);
  }

  /** https://www.rfc-editor.org/rfc/rfc8489#section-14.4 */
  #userhash(realm: string): Uint8Array {
    return this.#crypto.sha256(utf8Encode(`${this.#username}:${opaqueString(realm)}`));
  }
}

/** The feature bits of a nonce, 0 for one without the cookie; counted from the least significant, as RFC 8489's appendix B has them. */
function securityFeatures(nonce: Uint8Array): number {
  if (nonce.length < nonceCookie.length + 4) return 0;
  for (let index = 0; index < nonceCookie.length; index++) {
    if (nonce[index] !== nonceCookie.charCodeAt(index)) return 0;
  }
  let features = 0;
  for (let index = nonceCookie.length; index < nonceCookie.length + 4; index++) {
    const digit = base64.indexOf(String.fromCharCode(nonce[index]));
    if (digit < 0) return 0;
    features = (features << 6) | digit;
  }
  return features;
}

/** The first of the server's algorithms that this client has; the list is in the server's order. https://www.rfc-editor.org/rfc/rfc8489#section-14.11 */
function firstSupported(offered: Uint8Array): number | undefined {
  for (let offset = 0; offset + 4 <= offered.length;) {
    const algorithm = (offered[offset] << 8) | offered[offset + 1];
    const parameterBytes = (offered[offset + 2] << 8) | offered[offset + 3];
    if ((algorithm === PasswordAlgorithm.md5 || algorithm === PasswordAlgorithm.sha256) && parameterBytes === 0) return algorithm;
    offset += 4 + ((parameterBytes + 3) & ~3);
  }
  return undefined;
}
