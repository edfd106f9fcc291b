/** Two hexadecimal digits, in lower case. */
export const hexByte = (byte: number): string => byte.toString(16).padStart(2, '0');

/** At least two decimal digits. */
export const twoDigits = (value: number): string => value.toString().padStart(2, '0');
