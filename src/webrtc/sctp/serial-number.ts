/**
 * Serial number arithmetic, https://www.rfc-editor.org/rfc/rfc9260#section-1.6 and https://www.rfc-editor.org/rfc/rfc1982.
 * Numbers of 32 bits (TSN, MID, request sequence numbers) are kept as *signed* integers, which engines hold without a box.
 */

/** How far `to` lies ahead of `from`; negative when it lies behind. */
export const distance = (from: number, to: number): number => (to - from) | 0;

export const isBefore = (a: number, b: number): boolean => ((a - b) | 0) < 0;

export const successor = (number: number): number => (number + 1) | 0;

/** The same for the stream sequence numbers of DATA, which have 16 bits. */
export const isBefore16 = (a: number, b: number): boolean => ((a - b) << 16) < 0;
