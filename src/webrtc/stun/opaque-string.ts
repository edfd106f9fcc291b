/**
 * The OpaqueString profile, by which user names, realms and passwords are prepared: every space becomes U+0020, and the text is
 * normalised to form C. https://www.rfc-editor.org/rfc/rfc8265#section-4.2
 *
 * Deviation: code points outside FreeformClass pass as they are, where the profile refuses the whole string. Browsers prepare
 * nothing, and a credential that a server accepted so far must not stop working.
 */
export function opaqueString(text: string): string {
  return text.replace(/\p{Zs}/gu, ' ').normalize('NFC');
}
