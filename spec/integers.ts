const ranges: Readonly<Record<string, readonly [number, number]>> = {
  byte: [-128, 127],
  octet: [0, 255],
  short: [-32768, 32767],
  'unsigned short': [0, 65535],
  long: [-2147483648, 2147483647],
  'unsigned long': [0, 4294967295],
  // Safe integers are exact; others take the slow path.
  'long long': [-9007199254740991, 9007199254740991],
  'unsigned long long': [0, 9007199254740991],
};

export function integerRange(type: string): readonly [number, number] {
  return ranges[type];
}
