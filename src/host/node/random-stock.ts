import { randomFillSync } from 'node:crypto';

/** Random bytes from a stock, since asking for a few costs Node as much as asking for many. What has been given is wiped. */
export function randomStock(): (bytes: Uint8Array) => void {
  const stock = new Uint8Array(stockBytes);
  let used = stockBytes;
  return (bytes) => {
    if (bytes.length > stockBytes / 8) {
      randomFillSync(bytes);
      return;
    }
    if (used + bytes.length > stockBytes) {
      randomFillSync(stock);
      used = 0;
    }
    bytes.set(stock.subarray(used, used + bytes.length));
    stock.fill(0, used, used + bytes.length);
    used += bytes.length;
  };
}

const stockBytes = 4096;
