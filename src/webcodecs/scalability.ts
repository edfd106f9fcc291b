/** https://www.w3.org/TR/webrtc-svc/#scalabilitymodes*; one spatial layer. Null for a mode that is not offered. */
export function temporalLayersOf(scalabilityMode: string | undefined): number | null {
  if (scalabilityMode === undefined) return 1;
  const match = /^L1T([123])$/.exec(scalabilityMode);
  return match && Number(match[1]);
}
