const names: Readonly<Record<string, string>> = {
  black: '#000000', white: '#ffffff', red: '#ff0000', lime: '#00ff00', green: '#008000', blue: '#0000ff', yellow: '#ffff00', transparent: '#00000000',
};

/** Colours in sRGB as style sheets write the simplest of them; null for what is not understood. */
export function parseColor(text: string): readonly [number, number, number, number] | null {
  const value = names[text.trim().toLowerCase()] ?? text.trim().toLowerCase();
  const hex = /^#([0-9a-f]{3,8})$/.exec(value)?.[1];
  if (hex !== undefined) {
    const digits = hex.length <= 4 ? [...hex].map((digit) => digit + digit) : (hex.match(/../g) as string[]);
    const [r, g, b, a = 255] = digits.map((pair) => parseInt(pair, 16));
    return [r as number, g as number, b as number, a];
  }
  const numbers = /^rgba?\(([^)]*)\)$/.exec(value)?.[1]?.split(/[,/\s]+/).filter(Boolean).map(Number);
  if (numbers === undefined || numbers.length < 3 || numbers.some(Number.isNaN)) return null;
  const [r, g, b, a = 1] = numbers;
  return [r as number, g as number, b as number, Math.min(1, a) * 255];
}
